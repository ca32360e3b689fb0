package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

const (
	// FormMost is how many bytes a request's body may have where the route
	// does not say otherwise: a form with the longest texts we ask for, twice
	// as long as it is when every character is escaped.
	FormMost = 256 << 10
	formSlow = 30 * time.Second // how long a form may take to arrive
	bodySlow = 2 * time.Minute  // and a larger body, once it is let in
)

// bounded is a request's body within its limit. It remembers how reading ended,
// to tell who hung up from who sent nonsense.
type bounded struct {
	io.ReadCloser
	broken error
}

// Read reads as the body does.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	var large *http.MaxBytesError
	if err != nil && !errors.Is(err, io.EOF) && !errors.As(err, &large) {
		b.broken = err
	}
	return n, err
}

func bodiless(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// bound puts a limit around the request's body before anybody reads it. Of a
// GET the query alone counts: its body is not read.
func (m *Mux) bound(route Route, w http.ResponseWriter, r *http.Request) error {
	if bodiless(r) {
		r.Body, r.ContentLength = http.NoBody, 0
		return nil
	}
	t := takingOf(r.Context())
	if t.most = route.Most; t.most == 0 {
		t.most = FormMost
	}
	_, path, _ := strings.Cut(route.Pattern, " ")
	t.first = m.opts.First != nil && m.opts.First(path)
	if r.ContentLength > t.most {
		w.Header().Set("Connection", "close") // the rest is not read
		return tooLarge(route, errors.New("declared as too large"))
	}
	if !route.Reads {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(formSlow)) // not every server can
	}
	b := &bounded{ReadCloser: http.MaxBytesReader(w, r.Body, t.most)}
	r.Body = b
	if rec, ok := w.(*recorder); ok {
		rec.body = b
	}
	return nil
}

func tooLarge(route Route, cause error) error {
	if route.Reads {
		return fault.Wrap(cause, fault.TooLarge, "fault.too_large")
	}
	return fault.Wrap(cause, fault.TooLarge, "fault.form_large", "max", FormMost>>10)
}

// parse reads the form of a route that does not read its body itself. All of
// it is in memory: it is small.
func (m *Mux) parse(route Route, r *http.Request) error {
	if route.Reads || bodiless(r) {
		return nil
	}
	err := r.ParseForm()
	if err == nil && isMultipart(r) {
		err = r.ParseMultipartForm(takingOf(r.Context()).most) // which would keep back what ParseForm says
	}
	err = formFault(err)
	if fault.Is(err, fault.TooLarge) {
		return tooLarge(route, err)
	}
	tidy(r.Form, store.Clean)
	tidy(r.PostForm, store.Clean)
	return err
}

// forget removes what a form left on disk.
func forget(r *http.Request) {
	if r.MultipartForm != nil {
		_ = r.MultipartForm.RemoveAll()
	}
}

// ParseForm reads a form without files. A Mux has done so already for its
// routes; then it only says so.
func ParseForm(w http.ResponseWriter, r *http.Request) error {
	if r.PostForm == nil {
		r.Body = http.MaxBytesReader(w, r.Body, FormMost)
	}
	return formFault(r.ParseForm())
}

func formFault(err error) error {
	var large *http.MaxBytesError
	var already *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &already):
		return err
	case errors.As(err, &large), errors.Is(err, multipart.ErrMessageTooLarge):
		return fault.Wrap(err, fault.TooLarge, "fault.too_large")
	default:
		return fault.Wrap(err, fault.Invalid, "fault.bad_form")
	}
}

// light is how large a body may be to be read without a place of its own.
const light = 1 << 20

// HoldBody has all of a body here before it is read, and holds the memory that
// reading it takes: times as many bytes as it has. What is small passes. Call
// the returned func when all that was read is let go of.
func HoldBody(w http.ResponseWriter, r *http.Request, times int64) (done func(), err error) {
	t, n := takingOf(r.Context()), r.ContentLength
	if bodiless(r) || n >= 0 && n <= light || t.most <= light {
		return func() {}, nil
	}
	s, err := t.open(r.Context(), n)
	if err != nil {
		return func() {}, err
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodySlow))
	body, err := s.add(r.Body)
	if err != nil {
		s.close()
		return func() {}, formFault(err)
	}
	release, err := t.intake.bodies.Take(r.Context(), times*s.size)
	if err != nil {
		s.close()
		return func() {}, err
	}
	r.Body, r.ContentLength = io.NopCloser(body), s.size
	return func() { release(); s.close() }, nil
}

// isMultipart reports whether a form came in parts.
func isMultipart(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(r.Header.Get("Content-Type")), "multipart/form-data")
}

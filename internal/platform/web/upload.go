package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Upload is how large a body with n photographs may be: 12 MiB each, and the
// words beside them.
func Upload(n int64) int64 { return n*12<<20 + 4*FormMost }

// File is an uploaded file. It can be read until the request's form is let go of.
type File struct {
	Filename string // as the sender calls it: for their eyes only
	Size     int64
	bytes    *io.SectionReader
}

// Open reads the file from its beginning.
func (f File) Open() (io.ReadSeekCloser, error) {
	return opened{io.NewSectionReader(f.bytes, 0, f.Size)}, nil
}

type opened struct{ *io.SectionReader }

// Close leaves the file to whoever let the form in.
func (opened) Close() error { return nil }

// Files are the uploaded files of one field that are not empty.
func Files(r *http.Request, field string) []File { return takingOf(r.Context()).files[field] }

// ParseUpload reads a form with files, which wait on disk: none of them is in
// memory. Call the returned func when done with them. The route that calls it
// must say how much it takes (see [Route]).
func ParseUpload(w http.ResponseWriter, r *http.Request) (done func(), err error) {
	return ParseUploadIf(w, r, func() error { return nil })
}

// ParseUploadIf is [ParseUpload] for a route that anybody may call: may is asked
// before the first file is read, with the values in r.Form that came before it,
// and none is when it refuses.
func ParseUploadIf(w http.ResponseWriter, r *http.Request, may func() error) (done func(), err error) {
	if !isMultipart(r) {
		r.Body = http.MaxBytesReader(w, r.Body, FormMost)
		err := formFault(r.ParseForm())
		tidy(r.Form, store.Clean)
		tidy(r.PostForm, store.Clean)
		return func() {}, err
	}
	u := &upload{taking: takingOf(r.Context()), w: w, r: r, may: may, left: FormMost, fields: url.Values{}}
	if err := u.read(); err != nil {
		u.close()
		return func() {}, formFault(err)
	}
	return u.close, nil
}

// upload is a form being read part by part.
type upload struct {
	*taking
	w      http.ResponseWriter
	r      *http.Request
	may    func() error
	left   int64 // bytes that fields may still have
	fields url.Values
	spool  *spool // of the files; nil until the first
}

const (
	partsMost = 1000
	headMost  = 64 << 10 // of one part, and the line before it
)

// read takes all parts in. What stands before a part is bounded too: the
// standard library would keep 10 MiB of it.
func (u *upload) read() error {
	head := &allowance{Reader: u.r.Body}
	u.r.Body = struct {
		io.Reader
		io.Closer
	}{head, u.r.Body}
	query, err := url.ParseQuery(u.r.URL.RawQuery)
	if err != nil {
		return err
	}
	u.show(query)
	parts, err := u.r.MultipartReader()
	if err != nil {
		return err
	}
	for range partsMost {
		head.left = headMost
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			u.show(query)
			return nil
		}
		if err != nil {
			return err
		}
		head.left = u.most
		u.show(query)
		if err := u.part(p); err != nil {
			return err
		}
	}
	return fmt.Errorf("more than %d parts: %w", partsMost, multipart.ErrMessageTooLarge)
}

// show puts what was read so far where handlers look for it.
func (u *upload) show(query url.Values) {
	all := maps.Clone(u.fields)
	for name, values := range query {
		all[name] = slices.Concat(all[name], values)
	}
	u.r.PostForm, u.r.Form, u.r.MultipartForm = u.fields, all, nil
}

func (u *upload) part(p *multipart.Part) error {
	name := p.FormName()
	if p.FileName() == "" && p.Header.Get("Content-Type") == "" {
		return u.field(name, p)
	}
	first := make([]byte, 1)
	n, err := io.ReadFull(p, first)
	if errors.Is(err, io.EOF) && p.FileName() == "" {
		return nil // no file was chosen
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if u.spool == nil {
		if err := u.begin(); err != nil {
			return err
		}
	}
	all, err := u.spool.add(io.MultiReader(bytes.NewReader(first[:n]), p))
	if err != nil {
		return err
	}
	u.files[name] = append(u.files[name], File{p.FileName(), all.Size(), all})
	return nil
}

// field is read into memory, within what all fields may have together.
func (u *upload) field(name string, p io.Reader) error {
	value, err := io.ReadAll(io.LimitReader(p, u.left+1))
	if err != nil {
		return err
	}
	if u.left -= int64(len(value) + len(name)); u.left < 0 {
		return fault.Wrap(multipart.ErrMessageTooLarge, fault.TooLarge, "fault.form_large", "max", FormMost>>10)
	}
	u.fields.Add(name, store.Clean(string(value)))
	return nil
}

// begin asks whether files are taken, and waits for a place on disk.
func (u *upload) begin() (err error) {
	if err := u.may(); err != nil {
		return err
	}
	if u.spool, err = u.open(u.r.Context(), u.r.ContentLength); err != nil {
		return err
	}
	_ = http.NewResponseController(u.w).SetReadDeadline(time.Now().Add(bodySlow))
	return nil
}

func (u *upload) close() {
	if u.spool != nil {
		u.spool.close()
		u.spool = nil
		clear(u.files)
	}
}

// allowance lets so many bytes through.
type allowance struct {
	io.Reader
	left int64
}

// Read reads what is allowed.
func (a *allowance) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, multipart.ErrMessageTooLarge
	}
	n, err := a.Reader.Read(p[:min(int64(len(p)), a.left)])
	a.left -= int64(n)
	return n, err
}

package openapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
)

const accessKey = "access"

// perByte is how many bytes of memory one byte of a large body takes: the body
// itself and its buffer while that grows, three times at worst; once more to be
// held against the description; once more as what it says; and what the pictures
// in it become.
const perByte = 6

// adapter turns huma's operations into routes.
type adapter struct{ book *Book }

// Handle makes a route of an operation.
func (a adapter) Handle(op *huma.Operation, do func(huma.Context)) {
	access, _ := op.Metadata[accessKey].(string)
	a.book.routes = append(a.book.routes, web.Route{Pattern: op.Method + " " + op.Path, Access: access, Most: op.MaxBodyBytes, Reads: true, Do: func(w http.ResponseWriter, r *http.Request) error {
		done, err := web.HoldBody(w, r, perByte)
		defer done()
		if err != nil {
			return err
		}
		c := &call{inner: humago.NewContext(op, r, w)}
		do(c)
		return c.failed()
	}})
}

// ServeHTTP is never asked: the routes are served by the house's own mux.
func (a adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

type inner huma.Context // embedded under a name of its own, for Context is a method too

// call is one request. What huma would answer as an error is kept back, and
// goes to the mux as a fault.
type call struct {
	inner
	status  int
	problem any
}

// Unwrap is huma's own context.
func (c *call) Unwrap() huma.Context { return c.inner }

// Status is what was answered.
func (c *call) Status() int { return c.status }

// SetStatus answers, unless it is an error.
func (c *call) SetStatus(status int) {
	c.status = status
	if status < http.StatusBadRequest {
		c.inner.SetStatus(status)
	}
}

// BodyWriter is the answer's, or where an error is caught.
func (c *call) BodyWriter() io.Writer {
	if c.status >= http.StatusBadRequest {
		return caught{c}
	}
	return c.inner.BodyWriter()
}

// caught takes an error that huma is about to write.
type caught struct{ call *call }

// Write drops what is written past marshal.
func (caught) Write(b []byte) (int, error) { return len(b), nil }

// marshal writes JSON, or hands an error over as it is.
func marshal(w io.Writer, v any) error {
	if c, ok := w.(caught); ok {
		c.call.problem = v
		return nil
	}
	var b bytes.Buffer
	if err := huma.DefaultJSONFormat.Marshal(&b, v); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// failure carries a room's fault through huma.
type failure struct{ fault *fault.Error }

// GetStatus is the fault's status.
func (f failure) GetStatus() int { return f.fault.Code.Status() }

func (f failure) Error() string { return f.fault.Error() }

// failed is the fault that this request ended with, if it did.
func (c *call) failed() error {
	if c.status < http.StatusBadRequest {
		return nil
	}
	switch p := c.problem.(type) {
	case failure:
		return p.fault
	case *huma.ErrorModel:
		return refused(c.status, p)
	}
	return fault.Wrap(errors.New("answered "+http.StatusText(c.status)), fault.Internal, "fault.internal")
}

// refused is the fault of a request that is not as described.
func refused(status int, p *huma.ErrorModel) error {
	switch {
	case status == http.StatusRequestEntityTooLarge:
		return fault.Wrap(p, fault.TooLarge, "fault.too_large")
	case status >= http.StatusInternalServerError:
		return fault.Wrap(p, fault.Internal, "fault.internal")
	}
	f := fault.Wrap(p, fault.Invalid, "fault.not_described")
	for _, d := range p.Errors {
		_, name, found := strings.Cut(d.Location, ".")
		if !found {
			name = d.Location
		}
		f.WithField(name, "fault.not_described_field", "problem", d.Message)
	}
	return f
}

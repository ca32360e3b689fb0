package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/linli/linli/internal/platform/blob"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/photo"
	"github.com/linli/linli/internal/platform/web"
)

// Studio takes photographs in and shows them. One serves the whole program.
type Studio struct {
	Clean *photo.Sanitizer
	Blobs *blob.Store
}

// File is a file that was sent: its name for the person's eyes only, and its
// bytes.
type File struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// Files are the photographs of some fields of a form that was read by
// [web.ParseUpload].
func Files(r *http.Request, fields ...string) []File {
	var out []File
	for _, field := range fields {
		for _, f := range web.Files(r, field) {
			out = append(out, File{f.Filename, func() (io.ReadCloser, error) { return f.Open() }})
		}
	}
	return out
}

// Bytes are photographs that came within a body.
func Bytes(all ...[]byte) []File {
	var out []File
	for _, b := range all {
		out = append(out, File{Open: func() (io.ReadCloser, error) { return inBody{bytes.NewReader(b)}, nil }})
	}
	return out
}

// inBody keeps its size, by which its reader knows how much memory it takes.
type inBody struct{ *bytes.Reader }

// Close leaves the body alone.
func (inBody) Close() error { return nil }

// Take takes all files in, or none: they are cleaned side by side, as far as the
// budget of memory goes, and are on disk when it returns. More than so many, and
// the first that is no photograph, are an invalid fault on the field "photo".
func (s Studio) Take(ctx context.Context, files []File, most int) ([]Picture, error) {
	if err := TooMany(len(files), most); err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, nil
	}
	pictures, errs := make([]Picture, len(files)), make([]error, len(files))
	var wg sync.WaitGroup
	for i, f := range files {
		wg.Go(func() { pictures[i], errs[i] = s.one(ctx, f) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, refused(err, "photo", i+1, files[i].Name)
		}
	}
	return pictures, nil
}

// TooMany is an invalid fault on the field "photo" if n pictures are more than
// are taken at once.
func TooMany(n, most int) error {
	if n <= most {
		return nil
	}
	return fault.New(fault.Invalid, "photo.invalid").WithField("photo", "photo.many", "max", most)
}

// Cleaned is the only or first file of a field, cleaned and not kept, for a room
// that seals it: nil if there is none.
func (s Studio) Cleaned(ctx context.Context, files []File, field string) ([]byte, error) {
	if len(files) == 0 {
		return nil, nil
	}
	p, err := s.clean(ctx, files[0])
	if err != nil {
		return nil, refused(err, field, 1, files[0].Name)
	}
	return p.JPEG, nil
}

// refused says what was wrong with the n-th file of a field.
func refused(err error, field string, n int, name string) error {
	var bad *photo.Error
	switch {
	case errors.As(err, &bad):
		return fault.Wrap(err, fault.Invalid, "photo.invalid").WithField(field, "photo."+string(bad.Code), "n", n, "name", name)
	case errors.Is(err, blob.ErrFull):
		return fault.Wrap(err, fault.Busy, "fault.busy")
	}
	return fmt.Errorf("take photo: %w", err)
}

func (s Studio) clean(ctx context.Context, f File) (photo.Photo, error) {
	r, err := f.Open()
	if err != nil {
		return photo.Photo{}, err
	}
	defer r.Close()
	return s.Clean.Sanitize(ctx, r)
}

func (s Studio) one(ctx context.Context, f File) (Picture, error) {
	p, err := s.clean(ctx, f)
	if err != nil {
		return Picture{}, err
	}
	full, err := s.write(ctx, p.JPEG)
	if err != nil {
		return Picture{}, err
	}
	thumb, err := s.write(ctx, p.Thumb)
	return Picture{Hash: full, Thumb: thumb, Width: p.Width, Height: p.Height}, err
}

func (s Studio) write(ctx context.Context, b []byte) (string, error) {
	h, _, err := s.Blobs.Put(ctx, bytes.NewReader(b), int64(len(b)))
	return string(h), err
}

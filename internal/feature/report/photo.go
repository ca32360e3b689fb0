package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/blob"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/photo"
)

// Studio takes photographs in: made anew by our own encoder, and on disk
// before anything is written about them.
type Studio struct {
	Clean *photo.Sanitizer
	Blobs *blob.Store
}

// File is an uploaded file: its name for the person's eyes only, and its bytes.
type File struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// Take takes all files in, or none: the first that is no photograph is an
// invalid fault on the field photo that names it. They are made anew side by
// side, as far as the sanitizer has places.
func (s Studio) Take(ctx context.Context, files []File) ([]Photo, error) {
	if len(files) > MaxPhotos {
		return nil, fault.New(fault.Invalid, "report.invalid").WithField("photo", "report.photos_many", "max", MaxPhotos)
	}
	photos, errs := make([]Photo, len(files)), make([]error, len(files))
	var wg sync.WaitGroup
	for i, f := range files {
		wg.Go(func() { photos[i], errs[i] = s.one(ctx, f) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, refused(err, i+1, files[i].Name)
		}
	}
	return photos, nil
}

// refused says what was wrong with the n-th file.
func refused(err error, n int, name string) error {
	var bad *photo.Error
	switch {
	case errors.As(err, &bad):
		return fault.Wrap(err, fault.Invalid, "report.invalid").WithField("photo", "photo."+string(bad.Code), "n", n, "name", name)
	case errors.Is(err, blob.ErrFull):
		return fault.Wrap(err, fault.Busy, "fault.busy")
	}
	return fmt.Errorf("take photo: %w", err)
}

func (s Studio) one(ctx context.Context, f File) (Photo, error) {
	r, err := f.Open()
	if err != nil {
		return Photo{}, err
	}
	defer r.Close()
	p, err := s.Clean.Sanitize(ctx, r)
	if err != nil {
		return Photo{}, err
	}
	full, err := s.keep(ctx, p.JPEG)
	if err != nil {
		return Photo{}, err
	}
	thumb, err := s.keep(ctx, p.Thumb)
	return Photo{Hash: full, Thumb: thumb, Width: p.Width, Height: p.Height}, err
}

func (s Studio) keep(ctx context.Context, b []byte) (string, error) {
	h, _, err := s.Blobs.Put(ctx, bytes.NewReader(b), int64(len(b)))
	return string(h), err
}

// OpenPhoto is a picture of a report that the actor may see, in full or small.
// Any other hash is not found, also if the file exists.
func (s *Service) OpenPhoto(ctx context.Context, a people.Actor, id, hash string) (io.ReadSeekCloser, error) {
	v, err := s.Glance(ctx, a, id)
	if err != nil {
		return nil, err
	}
	for _, p := range v.Photos {
		if p.Hash == hash || p.Thumb == hash {
			return s.Studio.Open(hash)
		}
	}
	return nil, fault.New(fault.NotFound, "fault.not_found")
}

// Open is a picture by its hash, whoever asks.
func (s Studio) Open(hash string) (io.ReadSeekCloser, error) {
	h, err := blob.Parse(hash)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "fault.not_found")
	}
	f, err := s.Blobs.Open(h)
	if errors.Is(err, blob.ErrNotFound) {
		return nil, fault.Wrap(err, fault.NotFound, "fault.not_found")
	}
	return f, err
}

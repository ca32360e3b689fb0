package alarm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/blob"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/photo"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
)

// photosMost is how many pictures one act may bring.
const photosMost = 3

// Photo is a picture taken on site: its hash and that of its small form.
type Photo struct{ Hash, Thumb string }

// TakePhotos takes pictures in: made anew by our own encoder, and on disk. The
// first that is no photograph is an invalid fault on the field photo.
func (s *Service) TakePhotos(ctx context.Context, files []web.File) ([]Photo, error) {
	if len(files) > photosMost {
		return nil, fault.New(fault.Invalid, "alarm.invalid").WithField("photo", "alarm.photos_many", "max", photosMost)
	}
	var out []Photo
	for n, h := range files {
		p, err := s.takePhoto(ctx, h)
		if bad, ok := errors.AsType[*photo.Error](err); ok {
			return nil, fault.Wrap(err, fault.Invalid, "alarm.invalid").WithField("photo", "photo."+string(bad.Code), "n", n+1, "name", h.Filename)
		}
		if errors.Is(err, blob.ErrFull) {
			return nil, fault.Wrap(err, fault.Busy, "fault.busy")
		}
		if err != nil {
			return nil, fmt.Errorf("take photo: %w", err)
		}
		out = append(out, p)
	}
	return out, nil
}

func (s *Service) takePhoto(ctx context.Context, h web.File) (Photo, error) {
	f, err := h.Open()
	if err != nil {
		return Photo{}, err
	}
	defer f.Close()
	p, err := s.Clean.Sanitize(ctx, f)
	if err != nil {
		return Photo{}, err
	}
	full, err := s.keepPhoto(ctx, p.JPEG)
	if err != nil {
		return Photo{}, err
	}
	thumb, err := s.keepPhoto(ctx, p.Thumb)
	return Photo{full, thumb}, err
}

func (s *Service) keepPhoto(ctx context.Context, b []byte) (string, error) {
	h, _, err := s.Blobs.Put(ctx, bytes.NewReader(b), int64(len(b)))
	return string(h), err
}

// hashes are the pictures as the record names them.
func hashes(list []Photo) (out []string) {
	for _, p := range list {
		out = append(out, p.Hash)
	}
	return out
}

func (s *Service) writePhotos(ctx context.Context, tx *store.Tx, i Incident, list []Photo) error {
	for _, p := range list {
		if err := New(tx).AddPhoto(ctx, AddPhotoParams{i.Tenant, i.ID, p.Hash, p.Thumb}); err != nil {
			return fmt.Errorf("photo: %w", err)
		}
	}
	return nil
}

// OpenPhoto is a picture of an incident that the actor may see, in full or
// small. Any other hash is not found, also if the file exists.
func (s *Service) OpenPhoto(ctx context.Context, a people.Actor, id, hash string) (io.ReadSeekCloser, error) {
	v, err := s.View(ctx, a, id)
	if err != nil {
		return nil, err
	}
	for _, p := range v.Photos {
		if p.Hash == hash || p.Thumb == hash {
			f, err := s.Blobs.Open(blob.Hash(hash))
			if errors.Is(err, blob.ErrNotFound) {
				return nil, fault.Wrap(err, fault.NotFound, "fault.not_found")
			}
			return f, err
		}
	}
	return nil, fault.New(fault.NotFound, "fault.not_found")
}

// PhotosOf calls fn with the hash of every picture of a tenant's incidents, the
// small ones too, for backup and verification.
func PhotosOf(ctx context.Context, db store.DB, tenant store.Tenant, fn func(hash string) error) error {
	rows, err := New(db).AllPhotos(ctx, tenant)
	if err != nil {
		return fmt.Errorf("photographs: %w", err)
	}
	for _, r := range rows {
		for _, h := range []string{r.Hash, r.Thumb} {
			if err := fn(h); err != nil {
				return err
			}
		}
	}
	return nil
}

// photo shows a picture to whoever may see the incident.
func (w Web) photo(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	f, err := w.OpenPhoto(r.Context(), a, r.PathValue("id"), r.PathValue("hash"))
	if err != nil {
		return err
	}
	defer f.Close()
	h := rw.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "private, max-age=86400")
	h.Set("ETag", `"`+r.PathValue("hash")+`"`)
	http.ServeContent(rw, r, "", time.Time{}, f)
	return nil
}

func photoPath(id, hash string) templ.SafeURL {
	return templ.SafeURL(Path(id) + "/photo/" + hash)
}

// pictures are the photographs of one entry of the record.
func (t teller) pictures(v View, named []string) []ui.Photo {
	var out []ui.Photo
	for _, hash := range named {
		for _, p := range v.Photos {
			if p.Hash == hash {
				out = append(out, ui.Photo{Src: photoPath(v.ID, p.Thumb), Full: photoPath(v.ID, p.Hash), Alt: t.text("alarm.photo_alt")})
			}
		}
	}
	return out
}

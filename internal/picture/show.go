package picture

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/blob"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
)

// Seen are the pictures of a case that the actor may see. A case that they may
// not know of is a not-found fault.
type Seen func(ctx context.Context, a people.Actor, id string) ([]Picture, error)

// Route shows the pictures of one kind of case.
func (s Studio) Route(kind, access string, seen Seen) web.Route {
	return web.Route{Pattern: "GET /" + kind + "/{id}/photo/{hash}", Access: access, Do: func(w http.ResponseWriter, r *http.Request) error {
		a, err := people.ActorOf(r.Context())
		if err != nil {
			return err
		}
		f, err := s.Open(r.Context(), a, seen, r.PathValue("id"), r.PathValue("hash"))
		if err != nil {
			return err
		}
		defer f.Close()
		w.Header().Set("ETag", `"`+r.PathValue("hash")+`"`)
		Serve(w, r, f, Private)
		return nil
	}}
}

// Open is one picture of a case in full or small, if the actor may see it. Any
// other hash is not found, also if there is such a file.
func (s Studio) Open(ctx context.Context, a people.Actor, seen Seen, id, hash string) (io.ReadSeekCloser, error) {
	list, err := seen(ctx, a, id)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		if hash == p.Hash || hash == p.Thumb {
			return s.File(hash)
		}
	}
	return nil, fault.New(fault.NotFound, "fault.not_found")
}

// File is a picture by its hash. The caller has made sure that it may be seen.
func (s Studio) File(hash string) (io.ReadSeekCloser, error) {
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

// Cache is how long a browser may keep a picture.
type Cache string

// The caches.
const (
	Private Cache = "private, max-age=86400" // by the person's own browser: a picture never changes
	Public  Cache = "public, max-age=3600"   // by anybody on the way, while anybody may see it
	Never   Cache = "private, no-store"      // each look is written down
)

// Serve answers with a picture that the caller may show.
func Serve(w http.ResponseWriter, r *http.Request, f io.ReadSeeker, keep Cache) {
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", string(keep))
	http.ServeContent(w, r, "", time.Time{}, f)
}

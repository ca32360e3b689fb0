package photo

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/linli/linli/internal/platform/budget"
)

// Photo 照片 is a photograph that may be kept and shown. Both pictures are
// baseline JPEG with no segment beside those needed to decode it: no EXIF, no
// position, no comment, no profile.
type Photo struct {
	JPEG          []byte // longest edge at most Options.Edge
	Width, Height int    // pixels of JPEG, as looked at

	Thumb                   []byte // longest edge at most Options.ThumbEdge
	ThumbWidth, ThumbHeight int    // pixels of Thumb
}

// Options are the limits. A zero field takes the default beside it.
type Options struct {
	MaxBytes  int64 // bytes of one upload; 12 MiB
	MaxPixels int   // width × height of what is sent; 70,000,000
	MaxMemory int64 // bytes that decoding one picture may take; 256 MiB
	MinEdge   int   // pixels of the shorter edge; 16
	Edge      int   // pixels of the longer edge that is kept; 1600
	ThumbEdge int   // pixels of the longer edge of the small one; 400
	Quality   int   // of both JPEGs, 1 to 100; 82
	Decodes   int   // pictures read and decoded at the same time; 2
	Memory    int64 // bytes for all pictures together; at least what the largest takes while others are read

	Wait time.Duration // for a place and for memory; 1 min each
	Calm *budget.Calm  // gives memory back when it is over; may be nil
}

func (o Options) withDefaults() Options {
	o = Options{
		MaxBytes:  cmp.Or(o.MaxBytes, 12<<20),
		MaxPixels: cmp.Or(o.MaxPixels, 70_000_000),
		MaxMemory: cmp.Or(o.MaxMemory, 256<<20),
		MinEdge:   cmp.Or(o.MinEdge, 16),
		Edge:      cmp.Or(o.Edge, 1600),
		ThumbEdge: cmp.Or(o.ThumbEdge, 400),
		Quality:   cmp.Or(o.Quality, 82),
		Decodes:   cmp.Or(o.Decodes, 2),
		Memory:    o.Memory,
		Wait:      cmp.Or(o.Wait, time.Minute),
		Calm:      o.Calm,
	}
	// Everybody who has been read can be decoded in turn, whoever else waits.
	o.Memory = max(o.Memory, o.MaxMemory+int64(o.Decodes)*o.MaxBytes)
	return o
}

// Sanitizer lets photographs in. One is made for the whole program, so that its
// limit on memory holds for all requests together. It is safe for use by many
// goroutines.
type Sanitizer struct {
	limits Options
	places *budget.Budget // one for each picture being read and decoded
	memory *budget.Budget // bytes they take
}

// New makes a Sanitizer.
func New(o Options) *Sanitizer {
	o = o.withDefaults()
	return &Sanitizer{o, budget.New(int64(o.Decodes), o.Wait, nil), budget.New(o.Memory, o.Wait, o.Calm)}
}

// Sanitize reads one photograph from r and makes it anew. What is wrong with a
// photograph is an *Error with a code. An error of r itself, or of ctx while
// reading or waiting for a place, comes back wrapped and is no *Error: it says
// nothing about the photograph. Something that is no photograph is refused after
// its first bytes, something too large after MaxBytes+1; the rest is not read.
//
// Nothing is read before a place is held, so r must not be a slow phone: have
// all of it on disk or in memory. When no place is free in time it is a busy
// fault.
func (s *Sanitizer) Sanitize(ctx context.Context, r io.Reader) (Photo, error) {
	place, err := s.places.Take(ctx, 1)
	if err != nil {
		return Photo{}, fmt.Errorf("take photo: %w", err)
	}
	defer place()
	file, err := s.memory.Take(ctx, s.limits.MaxBytes)
	if err != nil {
		return Photo{}, fmt.Errorf("read photo: %w", err)
	}
	defer file()
	k, data, err := s.read(ctx, r)
	if err != nil {
		return Photo{}, err
	}
	need, err := s.weigh(k, data)
	if err != nil {
		return Photo{}, err
	}
	picture, err := s.memory.Take(ctx, need)
	if err != nil {
		return Photo{}, fmt.Errorf("decode photo: %w", err)
	}
	defer picture()
	return s.remake(k, data)
}

// read reads the upload, into as much memory as it has bytes when it says so.
func (s *Sanitizer) read(ctx context.Context, r io.Reader) (kind, []byte, error) {
	var b bytes.Buffer
	if sized, ok := r.(interface{ Size() int64 }); ok {
		b.Grow(int(min(sized.Size(), s.limits.MaxBytes)) + 2*bytes.MinRead)
	}
	r = reader{ctx, r}
	if _, err := b.ReadFrom(io.LimitReader(r, sniffSize)); err != nil {
		return 0, nil, fmt.Errorf("read photo: %w", err)
	}
	k, err := sniff(b.Bytes())
	if err != nil {
		return 0, nil, err
	}
	rest := s.limits.MaxBytes + 1 - int64(b.Len())
	if _, err := b.ReadFrom(io.LimitReader(r, rest)); err != nil {
		return 0, nil, fmt.Errorf("read photo: %w", err)
	}
	if int64(b.Len()) > s.limits.MaxBytes {
		return 0, nil, refuse(TooLarge, "more than %d bytes", s.limits.MaxBytes)
	}
	return k, b.Bytes(), nil
}

// remake decodes and encodes.
func (s *Sanitizer) remake(k kind, data []byte) (Photo, error) {
	img, err := decode(k, data)
	if err != nil {
		return Photo{}, err
	}
	if b := img.Bounds(); min(b.Dx(), b.Dy()) < s.limits.MinEdge {
		return Photo{}, refuse(TooSmall, "%d×%d pixels", b.Dx(), b.Dy())
	}
	large := turn(fit(img, s.limits.Edge), orientation(k, data))
	small := fit(large, s.limits.ThumbEdge)
	p := Photo{
		Width: large.Rect.Dx(), Height: large.Rect.Dy(),
		ThumbWidth: small.Rect.Dx(), ThumbHeight: small.Rect.Dy(),
	}
	if p.JPEG, err = encode(large, s.limits.Quality); err != nil {
		return Photo{}, err
	}
	if p.Thumb, err = encode(small, s.limits.Quality); err != nil {
		return Photo{}, err
	}
	return p, nil
}

// reader stops when the request it reads for has ended.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"strings"
	"sync"
)

// packFrom is the length in bytes from which packing saves a packet.
const packFrom = 1400

// packers lends gzip writers, which are large, to one page after another.
type packers struct{ pool sync.Pool }

type packersKey struct{}

func withPackers(ctx context.Context, p *packers) context.Context {
	return context.WithValue(ctx, packersKey{}, p)
}

// pack gives the page as it is sent: packed if the browser takes that. A page
// that was asked for with a query is not, because its length would tell
// whoever watches the line how much of the query stands in it (BREACH).
func pack(h http.Header, r *http.Request, page []byte) []byte {
	p, ok := r.Context().Value(packersKey{}).(*packers)
	if !ok || len(page) < packFrom || r.Method != http.MethodGet || r.URL.RawQuery != "" {
		return page
	}
	h.Add("Vary", "Accept-Encoding")
	if !TakesGzip(r) {
		return page
	}
	h.Set("Content-Encoding", "gzip")
	return p.pack(page)
}

func (p *packers) pack(page []byte) []byte {
	var out bytes.Buffer
	w, ok := p.pool.Get().(*gzip.Writer)
	if !ok {
		w = gzip.NewWriter(nil)
	}
	defer p.pool.Put(w)
	w.Reset(&out)
	_, _ = w.Write(page) // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// TakesGzip is true unless gzip is missing from what the request accepts, or
// refused with q=0.
func TakesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" {
			q = strings.ReplaceAll(q, " ", "")
			return strings.Trim(strings.TrimPrefix(q, "q="), "0.") != "" || q == ""
		}
	}
	return false
}

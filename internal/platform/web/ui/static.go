package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/linli/linli/internal/platform/web"
)

//go:embed static
var staticFiles embed.FS

// asset is a file as it is sent.
type asset struct {
	name  string
	plain []byte
	gz    []byte // nil when it would not be smaller
	hash  string // 12 hex figures of SHA-256
}

// assets reads and packs the embedded files at their first use.
var assets = sync.OnceValue(loadAssets)

func loadAssets() map[string]asset {
	out := map[string]asset{}
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		panic("ui: embedded files are missing: " + err.Error())
	}
	for _, e := range entries {
		b, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			panic("ui: embedded file is missing: " + err.Error())
		}
		sum := sha256.Sum256(b)
		out[e.Name()] = asset{name: e.Name(), plain: b, gz: pack(b), hash: hex.EncodeToString(sum[:6])}
	}
	return out
}

// pack gives b gzipped, or nil when that saves nothing.
func pack(b []byte) []byte {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(b); err != nil || w.Close() != nil || buf.Len() >= len(b) {
		return nil
	}
	return buf.Bytes()
}

// Asset is the address of a static file with its content's hash, so that
// browsers may keep it for a year. An unknown name gives an address that
// answers not found.
func Asset(name string) string {
	a, ok := assets()[name]
	if !ok {
		return "/static/" + name
	}
	return "/static/" + name + "?v=" + a.hash
}

// Static serves the style sheet, icons and scripts; mount it at "GET /static/".
// A request with the right ?v= may be kept for ever, others are asked again
// with their ETag.
func Static() http.Handler { return http.HandlerFunc(serveStatic) }

func serveStatic(w http.ResponseWriter, r *http.Request) {
	a, ok := assets()[strings.TrimPrefix(r.URL.Path, "/static/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("ETag", `"`+a.hash+`"`)
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Type", contentType(a.name))
	h.Set("Cache-Control", cacheControl(r, a))
	if a.name == "sw.js" {
		h.Set("Service-Worker-Allowed", "/")
	}
	if strings.Contains(r.Header.Get("If-None-Match"), `"`+a.hash+`"`) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	send(w, r, a)
}

func send(w http.ResponseWriter, r *http.Request, a asset) {
	body := a.plain
	if a.gz != nil && web.TakesGzip(r) {
		w.Header().Set("Content-Encoding", "gzip")
		body = a.gz
	}
	if r.Method == http.MethodHead {
		return
	}
	_, _ = io.Copy(w, bytes.NewReader(body)) // a reader that left is no fault of ours
}

func cacheControl(r *http.Request, a asset) string {
	if r.URL.Query().Get("v") == a.hash {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

// contentType does not ask the machine, whose tables differ.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

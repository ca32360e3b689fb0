package web

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/live"
)

// Render answers with a page. It is built whole before the first byte leaves,
// so a failure half way is a clean fault.
func Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(r.Context(), &b); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	body := pack(w.Header(), r, b.Bytes())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

const (
	beat     = 10 * time.Second // how often an idle stream shows that it is alive
	unread   = 3 * beat         // how long a browser may leave unread what it is sent
	longest  = 5 * time.Minute  // a stream's life
	scatters = time.Minute      // and up to so much more, or all would ask again at once
)

// Stream keeps a page up to date with server-sent events: the page's changing
// part whole at once, again after each change of a topic, and a beat every
// ten seconds. render is asked each time with the rights of the one who
// listens; when it fails the stream ends and the browser asks again.
//
// A browser that does not read is dropped after half a minute. One that is gone
// without a word, behind something on the way that goes on taking what is sent,
// is let go when the stream has lived its five minutes: a browser that is there
// asks again.
func Stream(w http.ResponseWriter, r *http.Request, hub *live.Hub, topics []string, render func(context.Context) (templ.Component, error)) error {
	l := hub.Listen(topics...)
	defer l.Close()
	var part []byte
	var err error
	again := func() { part, err = partOf(r.Context(), render) }
	if hub.InTurn(again); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	life := longest + rand.N(scatters) //nolint:gosec // spreads them, guards nothing
	tick, over := time.NewTicker(beat), time.NewTimer(life)
	defer tick.Stop()
	defer over.Stop()
	for {
		if send(w, part) != nil || !waitForChange(w, r, l, tick.C, over.C) {
			return nil // the listener went away
		}
		if hub.InTurn(again); err != nil {
			return nil
		}
	}
}

// waitForChange beats until something changed; false means it is over.
func waitForChange(w http.ResponseWriter, r *http.Request, l *live.Listener, tick, over <-chan time.Time) bool {
	for {
		select {
		case <-r.Context().Done():
			return false
		case _, open := <-l.C():
			return open
		case <-over:
			_ = send(w, []byte("event: over\ndata: 1\n\n")) // so that the page calls no alarm about it
			return false
		case <-tick:
			if send(w, []byte("event: beat\ndata: 1\n\n")) != nil {
				return false
			}
		}
	}
}

// partOf is the changing part of a page as a server-sent event.
func partOf(ctx context.Context, render func(context.Context) (templ.Component, error)) ([]byte, error) {
	part, err := render(ctx)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := part.Render(ctx, &b); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for line := range bytes.Lines(b.Bytes()) {
		out.WriteString("data: ")
		out.Write(bytes.TrimRight(line, "\r\n"))
		out.WriteByte('\n')
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// send gives the listener a while to read. The while begins anew each time: a
// page on which nothing changes is not to be cut off for it.
func send(w http.ResponseWriter, b []byte) error {
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Now().Add(unread))
	if _, err := w.Write(b); err != nil {
		return err
	}
	return rc.Flush()
}

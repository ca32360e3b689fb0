// Package edge is the outside world in tests: the gateways for messages and calls
// and a group's robot. It keeps its own ledger of what
// reached it, whatever the house believes to have sent.
package edge

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/notify/gateway"
	"github.com/linli/linli/internal/notify/robot"
)

// Call is one request that came. Of a robot only the text is known.
type Call struct {
	Channel notify.Channel `json:"-"`
	Key     string         `json:"-"` // its header Idempotency-Key
	ID      string         `json:"id"`
	Phone   string         `json:"to"`
	Number  string         `json:"number"` // public number of the alarm
	Text    string         `json:"text"`
	Left    bool           `json:"-"` // it was held, and who called hung up without an answer
}

// Edge is the world outside.
type Edge struct {
	*httptest.Server
	mu    sync.Mutex
	calls []Call
	held  map[notify.Channel]chan struct{}
	came  chan Call
}

// Open opens it until the test ends.
func Open(t testing.TB) *Edge {
	e := &Edge{held: map[notify.Channel]chan struct{}{}, came: make(chan Call, 1<<16)}
	e.Server = httptest.NewServer(http.HandlerFunc(e.take))
	t.Cleanup(func() {
		e.Release()
		e.CloseClientConnections()
		e.Close()
	})
	return e
}

// Host is how an operator names it.
func (e *Edge) Host() string { return strings.TrimPrefix(e.URL, "http://") }

// Gateway is how an administrator sets a gateway of it up.
func (e *Edge) Gateway(ch notify.Channel) gateway.Config {
	return gateway.Config{URL: e.URL + "/" + string(ch), Body: `{"to":"{phone}","number":"{number}","text":"{text}","id":"{id}"}`, OKField: "errcode", OKValue: "0"}
}

// Robot is the robot of a group.
func (e *Edge) Robot() robot.Config {
	return robot.Config{Make: robot.WeCom, URL: e.URL + "/" + string(notify.Robot) + "?key=k"}
}

func (e *Edge) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // it did not come
	}
	c := Call{Channel: notify.Channel(strings.TrimPrefix(r.URL.Path, "/")), Key: r.Header.Get("Idempotency-Key")}
	if c.Channel == notify.Robot {
		c.Text = string(body)
	} else if err := json.Unmarshal(body, &c); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	at := len(e.calls)
	e.calls = append(e.calls, c)
	held := e.held[c.Channel]
	e.mu.Unlock()
	e.came <- c
	if held != nil {
		select {
		case <-held:
		case <-r.Context().Done():
			e.mu.Lock()
			e.calls[at].Left = true
			e.mu.Unlock()
			return
		}
	}
	_, _ = io.WriteString(w, `{"errcode":0}`)
}

// Came receives each call once it is in the ledger.
func (e *Edge) Came() <-chan Call { return e.came }

// Hold takes what a channel brings from now on into the ledger and answers
// nothing.
func (e *Edge) Hold(ch notify.Channel) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.held[ch] = make(chan struct{})
}

// Release answers what is held, and all that comes from now on.
func (e *Edge) Release() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for ch, held := range e.held {
		close(held)
		delete(e.held, ch)
	}
}

// Calls are all that came, in their order.
func (e *Edge) Calls() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Call(nil), e.calls...)
}

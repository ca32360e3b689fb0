package live_test

import (
	"testing"

	"github.com/linli/linli/internal/platform/live"
)

func heard(l *live.Listener) bool {
	select {
	case _, open := <-l.C():
		return open
	default:
		return false
	}
}

func TestListenerHearsItsTopicsOnceForMany(t *testing.T) {
	h := live.New()
	a, b := h.Listen("x", "y"), h.Listen("z")
	h.Publish("x")
	h.Publish("x", "y")
	if !heard(a) || heard(a) || heard(b) {
		t.Fatal("messages must fall together and reach only their topic")
	}
	a.Close()
	a.Close()
	h.Publish("x")
	if heard(a) || h.Listening() != 1 {
		t.Fatal("a closed listener still hears")
	}
}

func TestRelayCarriesWhatIsPublishedAndNotWhatItBrought(t *testing.T) {
	h := live.New()
	var sent []string
	h.Relay(func(topics []string) { sent = append(sent, topics...) })
	l := h.Listen("x", "y")
	h.Publish("x")
	h.Deliver("y")
	if len(sent) != 1 || sent[0] != "x" || !heard(l) {
		t.Fatalf("relayed %v", sent)
	}
}

func TestCloseEndsEveryStream(t *testing.T) {
	h := live.New()
	l := h.Listen("x", "y")
	h.Close()
	h.Close()
	if _, open := <-l.C(); open {
		t.Fatal("still open")
	}
	if _, open := <-h.Listen("x").C(); open {
		t.Fatal("a closed hub still listens")
	}
	h.Publish("x")
	l.Close()
}

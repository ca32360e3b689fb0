package live_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// Nodes of one database hear each other; SQLite has one node and needs no
// relay, so it is told there that the address is no database.
func TestRelayCarriesTopicsBetweenNodes(t *testing.T) {
	url, ok := storetest.Postgres(t)
	if !ok {
		if _, err := live.Connect(context.Background(), live.New(), "postgres://127.0.0.1:1/none", slog.New(slog.DiscardHandler)); err == nil {
			t.Fatal("connected to nothing")
		}
		return
	}
	a, b := node(t, url), node(t, url)
	l := b.Listen("matter/1", "matter/2")
	a.Publish("matter/1")
	<-l.C()
	many := make([]string, 0, 400)
	for i := range 400 {
		many = append(many, fmt.Sprintf("matter/%040d", i))
	}
	a.Publish(append(many, "matter/2")...)
	<-l.C()
}

func node(t *testing.T, url string) *live.Hub {
	t.Helper()
	h := live.New()
	r, err := live.Connect(context.Background(), h, url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Stop(); r.Stop() })
	return h
}

package notify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/test/edge"
)

// slowly is a gateway that counts the messages of each phone and answers none
// of the first until it is released.
type slowly struct {
	mu      sync.Mutex
	came    map[string]int
	held    chan struct{}
	first   int
	arrived chan struct{}
}

func (g *slowly) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var body struct{ To string }
	_ = json.NewDecoder(r.Body).Decode(&body)
	g.mu.Lock()
	g.came[body.To]++
	g.first--
	wait := g.first >= 0
	g.mu.Unlock()
	g.arrived <- struct{}{}
	if wait {
		<-g.held
	}
}

// A whole building is written to by a gateway that hangs: more messages than
// calls that a lane makes at once. Those that waited for their turn until their
// lease had run out were taken by the other node, and are not sent again.
func TestS30_WhatWaitedForItsTurnIsSentOnce(t *testing.T) {
	const atOnce, all = 32, 40 // laneCalls, and more
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		g := &slowly{came: map[string]int{}, held: make(chan struct{}), first: atOnce, arrived: make(chan struct{}, 999)}
		w := &world{Server: edge.Secure(t, g)}
		node := func() *notify.Service {
			return w.reach(s, live.New(), func(o *notify.Options) {
				o.Phone = func(_ context.Context, _ store.Tenant, person string) (string, error) { return person, nil }
			})
		}
		one, two := node(), node()
		w.gateway(t, one, home, notify.SMS)
		var people []string
		for i := range all {
			people = append(people, fmt.Sprint("resident-", i))
		}
		urgent(t, s, one, "m", 1, map[notify.Channel][]string{notify.SMS: people})
		var lane sync.WaitGroup
		lane.Go(func() { one.Flush(context.Background()) })
		for range atOnce {
			<-g.arrived
		}
		inHand := map[string]bool{}
		g.mu.Lock()
		for phone := range g.came {
			inHand[phone] = true
		}
		g.mu.Unlock()
		clock.Advance(25 * time.Second) // past the lease
		if _, err := runnerOf(t, s, two).RunDue(context.Background()); err != nil {
			t.Fatal(err)
		}
		close(g.held)
		lane.Wait()
		if len(inHand) != atOnce || len(g.came) != all {
			t.Fatalf("%d in hand and %d written to, want %d and %d", len(inHand), len(g.came), atOnce, all)
		}
		for phone, n := range g.came {
			if !inHand[phone] && n != 1 {
				t.Errorf("%s, who waited, is written to %d times", phone, n)
			}
		}
		for person, m := range by(t, one, "m", notify.SMS) {
			if m.Handed.IsZero() || m.Trouble != "" {
				t.Errorf("%s: %+v", person, m)
			}
		}
	})
}

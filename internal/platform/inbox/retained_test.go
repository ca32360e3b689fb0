package inbox_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// What a credential may retain is bounded in topics and bytes; what finds no
// room is stored all the same, and does not leave an old word behind.
func TestRetainedIsBounded(t *testing.T) {
	storetest.Each(t, []store.Room{inbox.Room()}, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		box := inbox.NewBox(inbox.Options{Store: s})
		t.Cleanup(box.Stop)
		put := func(device string, topics []string, size int, expires time.Time) {
			t.Helper()
			var wait sync.WaitGroup
			for _, topic := range topics {
				wait.Add(1)
				m := inbox.Message{Tenant: "east", Source: "mqtt", Device: device, Topic: topic, Body: bytes.Repeat([]byte("x"), size), Retain: true, Expires: expires}
				box.Submit(t.Context(), m, func(stored bool, err error) {
					defer wait.Done()
					if err != nil || !stored {
						t.Errorf("%s: %t %v", topic, stored, err)
					}
				})
			}
			wait.Wait()
		}
		kept := func(device string) map[string]int {
			t.Helper()
			sizes := map[string]int{}
			for after := ""; ; {
				list, err := box.Retained(t.Context(), "east", device, after)
				if err != nil {
					t.Fatal(err)
				}
				if len(list) == 0 {
					return sizes
				}
				for _, r := range list {
					sizes[r.Topic] = len(r.Body)
					after = r.Topic
				}
			}
		}
		wants := func(why, device string, want map[string]int) {
			t.Helper()
			if d := cmp.Diff(want, kept(device)); d != "" {
				t.Errorf("%s: %s", why, d)
			}
		}
		const mib = 1 << 20
		put("big", []string{"a"}, 9*mib, time.Time{})
		put("big", []string{"b"}, 8*mib, time.Time{})
		wants("no room for the second", "big", map[string]int{"a": 9 * mib})
		put("other", []string{"b"}, 8*mib, time.Time{})
		wants("another's is its own", "other", map[string]int{"b": 8 * mib})
		put("big", []string{"b"}, 7*mib, time.Time{})
		wants("it fits exactly", "big", map[string]int{"a": 9 * mib, "b": 7 * mib})
		put("big", []string{"b"}, 8*mib, time.Time{})
		wants("grown out of the room", "big", map[string]int{"a": 9 * mib})
		put("big", []string{string(make([]byte, 2000)), "nul\x00"}, 1, time.Time{})
		wants("names that cannot be kept", "big", map[string]int{"a": 9 * mib})

		var many []string
		for i := range 2049 {
			many = append(many, fmt.Sprintf("%04d", i))
		}
		put("many", many[:2048], 1, clock.Now().Add(time.Minute))
		put("many", many[2048:], 1, time.Time{})
		if got := kept("many"); len(got) != 2048 || got["2048"] != 0 {
			t.Errorf("%d topics are kept", len(got))
		}
		put("many", many[:1], 2, time.Time{})
		if got := kept("many"); len(got) != 2048 || got["0000"] != 2 {
			t.Errorf("%d topics are kept, the first with %d bytes", len(got), got["0000"])
		}
		clock.Advance(time.Minute)
		put("many", many[2048:], 1, time.Time{})
		wants("what expired made room", "many", map[string]int{"0000": 2, "2048": 1})
	})
}

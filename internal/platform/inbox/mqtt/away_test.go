package mqtt_test

import (
	"context"
	"database/sql/driver"
	"fmt"
	"testing"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/inbox/mqtt"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// gone cannot be asked who anybody is.
type gone struct{ keeper }

func (g *gone) Verify(context.Context, string, string) (inbox.Credential, error) {
	g.asked.Add(1)
	return inbox.Credential{}, fmt.Errorf("credential: %w", driver.ErrBadConn)
}

// Whoever cannot be looked up is told that the server is not available (3, in
// MQTT 5 0x88), never that the password is wrong: a device might give up for good.
// The answer is not remembered.
func TestS31_WhoCannotBeLookedUpIsToldToComeAgain(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		box, k := inbox.NewBox(inbox.Options{Store: s}), &gone{}
		t.Cleanup(box.Stop)
		d, err := mqtt.New(mqtt.Options{Inbox: box, Keeper: k})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(d.Stop)
		addr, err := d.Listen("127.0.0.1:0", nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, l := range map[string]login{
			"3.1": {old: true}, "3.1.1": {}, "3.1.1, a bridge": {bridge: true}, "5": {v5: true},
		} {
			l.id, l.user, l.pass = "b", "bridge", "bridge!"
			want := byte(3)
			if l.v5 {
				want = 0x88
			}
			for range 2 {
				if code := dial(t, addr.String()).hello(l); code != want {
					t.Errorf("MQTT %s: answered %#x, want %#x", name, code, want)
				}
			}
		}
		if n := k.asked.Load(); n != 8 {
			t.Errorf("asked %d times of 8", n)
		}
	})
}

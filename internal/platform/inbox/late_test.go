package inbox_test

import (
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// S30: who can wait hears it as long as an alarm is late; an alarm in its time,
// late telemetry and what was left from yesterday are no reason to wait.
func TestS30_LateAlarmsAreKnown(t *testing.T) {
	for name, tt := range map[string]struct {
		urgent bool
		ago    time.Duration
		late   bool
	}{
		"late": {urgent: true, ago: time.Second, late: true}, "in time": {urgent: true}, "telemetry": {ago: time.Second}, "yesterday": {urgent: true, ago: 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
				b := inbox.NewBox(inbox.Options{Store: s})
				t.Cleanup(b.Stop)
				seen := make(chan inbox.Message, 1)
				b.Handle(listen(seen), nil)
				b.Start()
				if b.Late() {
					t.Error("late before anything came")
				}
				m := inbox.Message{Tenant: "home", Source: "mqtt", Device: "d", Body: []byte("x"), Urgent: tt.urgent, ReceivedAt: s.Now().Add(-tt.ago)}
				if _, err := b.Append(t.Context(), m); err != nil {
					t.Fatal(err)
				}
				take(seen, 1)
				if b.Late() != tt.late {
					t.Errorf("late is %v, want %v", b.Late(), tt.late)
				}
				clock.Advance(time.Second)
				if b.Late() {
					t.Error("late for ever")
				}
			})
		})
	}
}

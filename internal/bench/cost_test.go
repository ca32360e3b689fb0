package bench

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/simulate"
)

// costDetectors hang in the house whose messages are read.
const costDetectors = 500

// BenchmarkDecoding tells what it costs to read what is on disk: in processor
// time, which other loads of the machine hardly change.
func BenchmarkDecoding(b *testing.B) {
	b.Run("telemetry", func(b *testing.B) {
		decoding(b, false, func(n int) []byte { return eventBody(n) })
	})
	b.Run("alarms", func(b *testing.B) {
		decoding(b, true, func(int) []byte { return []byte(`{"battery":97,"linkquality":7,"smoke":true}`) })
	})
}

func decoding(b *testing.B, urgent bool, body func(n int) []byte) {
	ctx := b.Context()
	dir := b.TempDir()
	h := deviceHouse{}
	var err error
	if h.house, err = furnish(ctx, dir, 0); err != nil {
		b.Fatal(err)
	}
	detectors := costDetectors
	if urgent {
		detectors = b.N
	}
	if err := h.hang(ctx, detectors, ""); err != nil {
		b.Fatal(err)
	}
	a, err := app.New(ctx, app.Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Stop(context.WithoutCancel(ctx)) })
	for n := range b.N {
		got := make(chan error, 1)
		a.Inbox.Submit(ctx, inbox.Message{
			Tenant: h.tenant, Source: "mqtt", Device: h.user, Topic: "zigbee2mqtt/" + simulate.Detector(n%detectors), Body: body(n), Urgent: urgent,
		}, func(_ bool, err error) { got <- err })
		if n == b.N-1 {
			if err := <-got; err != nil {
				b.Fatal(err)
			}
		}
	}
	before := spent(b)
	b.ResetTimer()
	a.Inbox.Start()
	left := inbox.Backlog{Urgent: 1}
	for left.Urgent+left.Ordinary > 0 {
		if left, err = a.Inbox.Backlog(ctx, h.tenant); err != nil {
			b.Fatal(err)
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64((spent(b)-before).Microseconds())/float64(b.N), "cpu-µs/message")
	if left.Troubled > 0 {
		b.Fatalf("%d messages were not understood", left.Troubled)
	}
}

// spent is the processor time of this program so far.
func spent(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

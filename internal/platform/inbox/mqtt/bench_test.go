package mqtt_test

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

const sample = `{"battery":97,"battery_low":false,"linkquality":120,"smoke":false,"tamper":false,"test":false,"temperature":21.5,"device_temperature":24}`

// BenchmarkDurable compares events that a device hears to be on disk with bare
// inserts of the same rows, grouped alike.
func BenchmarkDurable(b *testing.B) {
	b.Run("bare grouped insert", func(b *testing.B) {
		s, _ := storetest.SQLite(b, []store.Room{inbox.Room()})
		cpu := used(b)
		b.ResetTimer()
		for left := b.N; left > 0; left -= 128 {
			bareGroup(b, s, min(left, 128))
		}
		report(b, cpu)
	})
	for _, window := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("one connection, %d under way", window), func(b *testing.B) {
			s, _ := storetest.SQLite(b, []store.Room{inbox.Room()})
			c := openDoor(b, s).in(b, login{id: "bench", user: "bridge"})
			cpu := used(b)
			b.ResetTimer()
			c.pipeline(b.N, window)
			report(b, cpu)
		})
	}
	b.Run("100 connections, 1 under way each", func(b *testing.B) {
		s, _ := storetest.SQLite(b, []store.Room{inbox.Room()})
		h := openDoor(b, s)
		var clients []*client
		for i := range 100 {
			clients = append(clients, h.in(b, login{id: fmt.Sprint(i), user: "bridge"}))
		}
		cpu := used(b)
		b.ResetTimer()
		var wg sync.WaitGroup
		for _, c := range clients {
			wg.Go(func() { c.pipeline(b.N/100+1, 1) })
		}
		wg.Wait()
		report(b, cpu)
	})
}

// used is the processor time of this program so far. Beside events per second
// it tells what an event costs on a machine that others load as well.
func used(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func report(b *testing.B, before time.Duration) {
	b.Helper()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64((used(b)-before).Microseconds())/float64(b.N), "cpu-µs/event")
}

func bareGroup(b *testing.B, s *store.Store, n int) {
	b.Helper()
	err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		q := inbox.New(tx)
		for range n {
			_, err := q.Insert(ctx, inbox.InsertParams{TenantID: east, ID: store.NewID(), Source: "mqtt", Device: "b1", Topic: "zigbee2mqtt/x", Form: "text", Body: sample, ReceivedAt: store.Ms(tx.Now())})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// pipeline publishes n messages with at most window unacknowledged.
func (c *client) pipeline(n, window int) {
	slots := make(chan struct{}, window)
	go func() {
		var out []byte
		for i := range n {
			if len(slots) == cap(slots) && len(out) > 0 {
				_, _ = c.conn.Write(out)
				out = out[:0]
			}
			slots <- struct{}{}
			out = append(out, c.publish(1, uint16(i%60000+1), "zigbee2mqtt/x", sample, false)...)
		}
		_, _ = c.conn.Write(out)
	}()
	for i := range n {
		c.wantAck(0x40, uint16(i%60000+1))
		<-slots
	}
}

package device_test

import (
	"context"
	"sync"
	"testing"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/store"
)

// Two nodes take in what the same two devices say, each in its order: PostgreSQL
// undoes one of them, which is done once more and loses nothing.
func TestWhoWaitsForEachOtherBothTakeTheirMessages(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.says(said("ctwing:a", decode.Smoke, decode.Off))
		s.says(said("ctwing:b", decode.Smoke, decode.Off))
		a, b := s.unit("ctwing:a"), s.unit("ctwing:b")
		both := make(chan struct{}) // each has its first device
		var first sync.WaitGroup
		first.Add(2)
		go func() { first.Wait(); close(both) }()
		var work sync.WaitGroup
		for _, order := range [][]device.Unit{{a, b}, {b, a}} {
			met := s.store.Dialect() == store.SQLite // there one waits for the other from the beginning
			if met {
				first.Done()
			}
			node := device.NewService(s.store, s.places)
			work.Go(func() {
				err := s.store.Update(s.ctx, func(ctx context.Context, tx *store.Tx) error {
					for _, u := range order {
						heard := []decode.Observation{said(u.Key, decode.Tamper, decode.On)}
						if _, err := node.Take(ctx, tx, s.xw, device.Decoded{Devices: []device.Spoken{{Draft: u, Said: heard}}}); err != nil {
							return err
						}
						if !met {
							met = true
							first.Done()
							<-both
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		work.Wait()
		for _, u := range []device.Unit{a, b} {
			if u = s.unit(u.Key); !u.Has(device.Tampered) {
				t.Errorf("%s: %v", u.Key, u.Troubles)
			}
		}
	})
}

package notify

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/linli/linli/internal/notify/robot"
)

const (
	laneWorkers = 8    // tellings a channel hands over side by side
	laneCalls   = 32   // calls of a channel under way
	laneWaiting = 4096 // tellings that wait; beyond it the job takes them
)

// lane is one channel's way out. A channel that hangs fills its own lane and
// no other.
type lane struct {
	orders chan order
	slots  chan struct{}
	client *http.Client

	mu    sync.Mutex
	calls map[string][]time.Time // of a robot, in the last minute
}

func newLane(client *http.Client) *lane {
	if client == nil {
		client = newClient()
	}
	return &lane{orders: make(chan order, laneWaiting), slots: make(chan struct{}, laneCalls), client: client, calls: map[string][]time.Time{}}
}

// kick hands an order in. It never blocks: what finds no room is left to the
// job.
func (l *lane) kick(o order) {
	select {
	case l.orders <- o:
	default:
	}
}

// mayCall notes a call of a robot, or says that it hears no more this minute.
func (l *lane) mayCall(id string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	var recent []time.Time
	for _, at := range l.calls[id] {
		if ago := now.Sub(at); ago >= 0 && ago < time.Minute { // one yet to come was noted by a clock that went back
			recent = append(recent, at)
		}
	}
	may := len(recent) < robot.PerMinute
	if may {
		recent = append(recent, now)
	}
	l.calls[id] = recent
	return may
}

// notCalled takes back the newest call of a robot that was noted: there was
// nothing to say.
func (l *lane) notCalled(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.calls[id]); n > 0 {
		l.calls[id] = l.calls[id][:n-1]
	}
}

// Start opens the lanes: from here on, what is urgent leaves at the commit.
// It does not block.
func (s *Service) Start() {
	s.start.Do(func() {
		for _, l := range s.lanes {
			for range laneWorkers {
				s.working.Go(func() { s.work(l) })
			}
		}
	})
}

// Stop waits for the calls under way. It may be called twice, and without
// Start.
func (s *Service) Stop() {
	s.halt.Do(func() { close(s.quit) })
	s.working.Wait()
}

func (s *Service) work(l *lane) {
	for {
		select {
		case <-s.quit:
			return
		case o := <-l.orders:
			s.run(context.Background(), o)
		}
	}
}

func (s *Service) run(ctx context.Context, o order) {
	if err := s.deliver(ctx, o); err != nil {
		s.log.Error("hand over", "channel", o.Channel, "cause", err)
	}
}

// Flush hands over what waits in the lanes and returns when it is done, for a
// house that was not started.
func (s *Service) Flush(ctx context.Context) {
	for _, ch := range Urgent() {
		for waiting := true; waiting; {
			select {
			case o := <-s.lanes[ch].orders:
				s.run(ctx, o)
			default:
				waiting = false
			}
		}
	}
}

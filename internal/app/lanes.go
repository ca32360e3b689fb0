package app

import (
	"sync"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/platform/inbox"
)

// topicsKnown bounds what is remembered of topics; beyond it all is forgotten,
// and everything is urgent until it is known again.
const topicsKnown = 50_000

// lanes knows which topics carry only what guards no life: telemetry that may
// wait behind an alarm of the same neighbourhood. Whatever is not known is
// urgent, and a topic that once carried a detector stays so.
//
// A topic changes lanes only when none of its messages is left in the other:
// so its messages are read in the order they came.
type lanes struct {
	since time.Time
	mu    sync.Mutex
	seen  map[topicKey]*topicSeen
}

type topicKey struct{ credential, topic string }

// topicSeen counts the urgent messages of a topic that came and that were read.
type topicSeen struct {
	came, read int
	calm       bool // its devices are known and guard no life
	never      bool // a device that guards lives spoke on it
}

func newLanes(now time.Time) *lanes { return &lanes{since: now, seen: map[topicKey]*topicSeen{}} }

// urgent decides for a message at the door.
func (l *lanes) urgent(c inbox.Credential, topic string) bool {
	if !c.LifeSafety {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	k := topicKey{c.Device, topic}
	s := l.seen[k]
	if s == nil {
		if len(l.seen) >= topicsKnown {
			clear(l.seen)
		}
		s = &topicSeen{}
		l.seen[k] = s
	}
	if s.calm && !s.never && s.came == s.read {
		return false
	}
	s.came++
	return true
}

// learn takes in what a message turned out to be.
func (l *lanes) learn(m inbox.Message, d device.Decoded) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seen[topicKey{m.Device, m.Topic}]
	if s == nil || m.Replays > 0 || m.ReceivedAt.Before(l.since) {
		return
	}
	if m.Urgent {
		s.read++
	}
	s.calm = d.NotUnderstood() == nil && len(d.Announced) == 0 && len(d.Devices) > 0
	for _, x := range d.Devices {
		s.never = s.never || x.Draft.LifeSafety
		s.calm = s.calm && x.Draft.ID != "" && x.Draft.Power != device.Gateway && len(x.Draft.Kinds) > 0
		for _, o := range x.Said {
			s.never = s.never || o.Kind.Alarms()
		}
	}
}

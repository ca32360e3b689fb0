package mqtt

import (
	"net"
	"net/netip"
	"slices"
	"sync"
)

// seats are for strangers: connections that have not yet said who they are. There
// are few, as each costs memory before anybody knows whose it is.
//
// A stranger who says nothing gives way to the next one, the oldest first, and
// first at the address that holds the most seats. One whose CONNECT has come
// keeps its seat until it is answered: that it waits is our doing.
type seats struct {
	mu    sync.Mutex
	taken []*conn // in the order they came
}

// take gives a newcomer a seat, and says who has to leave for it; false if there
// is none.
func (s *seats) take(c *conn) (leaves *conn, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var own int
	silent := map[netip.Addr]int{}
	for _, other := range s.taken {
		if other.from == c.from {
			own++
		}
		if !other.said {
			silent[other.from]++
		}
	}
	from := c.from
	if own < strangersEach {
		if len(s.taken) < maxStrangers {
			s.taken = append(s.taken, c)
			return nil, true
		}
		from = loudest(silent)
	}
	at := slices.IndexFunc(s.taken, func(other *conn) bool { return other.from == from && !other.said })
	if at < 0 {
		return nil, false
	}
	leaves = s.taken[at]
	s.taken = append(slices.Delete(s.taken, at, at+1), c)
	return leaves, true
}

// loudest is the address with the most connections.
func loudest(of map[netip.Addr]int) (address netip.Addr) {
	for a, n := range of {
		if n > of[address] {
			address = a
		}
	}
	return address
}

// spoke says that a stranger's CONNECT has come.
func (s *seats) spoke(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.said = true
}

// leave gives a seat back, if there is one to give back.
func (s *seats) leave(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := slices.Index(s.taken, c); at >= 0 {
		s.taken = slices.Delete(s.taken, at, at+1)
	}
}

// addressOf is an address as its seats are counted: all of an IPv6 network of 64
// bits belongs to one house.
func addressOf(a net.Addr) netip.Addr {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Addr{}
	}
	addr := at.Addr().Unmap().WithZone("")
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return addr
}

package simulate_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/simulate"
)

// brittle is a broker that cuts each of its first lines after some messages, the last
// of which it took and did not acknowledge.
type brittle struct {
	mu    sync.Mutex
	lines int
	took  map[string]int
}

func (b *brittle) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	b.mu.Lock()
	b.lines++
	left := 10
	if b.lines > 3 {
		left = -1
	}
	b.mu.Unlock()
	for {
		head, err := in.ReadByte()
		if err != nil {
			return
		}
		n, err := binary.ReadUvarint(in)
		if err != nil {
			return
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		if head == 0x10 {
			_, _ = c.Write([]byte{0x20, 2, 0, 0})
			continue
		}
		topic := int(binary.BigEndian.Uint16(body))
		b.mu.Lock()
		b.took[string(body[4+topic:])+string(body[2:2+topic])]++
		b.mu.Unlock()
		if left--; left == 0 {
			return
		}
		_, _ = c.Write([]byte{0x40, 2, body[2+topic], body[3+topic]})
	}
}

func TestACutLineIsMadeAgainAndNothingIsLost(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &brittle{took: map[string]int{}}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { b.serve(c) })
		}
	})
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	p := simulate.Plan{Detectors: 30, Storm: 20, Span: time.Second, Rate: 40, Seed: 7}
	ledger, err := simulate.Run(ctx, p, simulate.Target{Login: simulate.Login{Addr: l.Addr().String(), ID: "s", Window: 20}, Topic: "z"}, func(simulate.Ledger) {})
	_ = l.Close()
	serving.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if ledger.Reconnected != 3 || ledger.Sent == 0 || ledger.Acknowledged != ledger.Sent || ledger.Smoke != 20 {
		t.Errorf("%+v", ledger)
	}
	twice := 0
	for _, n := range b.took {
		if n > 1 {
			twice++
		}
	}
	if twice < 3 {
		t.Errorf("%d messages were sent again, want at least the three that were not acknowledged", twice)
	}
}

// A house that is not there is an error and no wait.
func TestAHouseThatIsNotThereIsSaidAtOnce(t *testing.T) {
	_, err := simulate.Run(t.Context(), simulate.Plan{Detectors: 1, Span: time.Second}, simulate.Target{Login: simulate.Login{Addr: "127.0.0.1:1", ID: "s"}}, func(simulate.Ledger) {})
	if err == nil {
		t.Error("nobody is told")
	}
}

package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/linli/linli/internal/platform/inbox/fireline/frame"
	"github.com/linli/linli/internal/simulate"
)

// sender is one device, bridge or phone. It sends until its door is gone, and
// then returns why.
type sender interface {
	send(ctx context.Context, d doors, l *ledger) error
}

// crowd is everybody who sends, with the choices of a seed.
func crowd(c card, seed uint64) ([]sender, *detectors) {
	smoke := &detectors{}
	dice := func(n int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(n))) }
	list := []sender{&station{name: 0}, &bridge5{card: c, dice: dice(4), smoke: smoke}}
	for i := range 2 {
		list = append(list, &bridge{card: c, name: i, dice: dice(i + 2), smoke: smoke}, &platform{card: c, name: i, http: http.Client{Transport: &http.Transport{}}})
	}
	for i := range *flags.phones {
		list = append(list, &phone{card: c, name: i, dice: dice(i + 5), http: http.Client{Transport: &http.Transport{}, CheckRedirect: asIs, Jar: wallet(c.Session)}})
	}
	return list, smoke
}

// wallet is a jar with a session in it, wherever the house is served.
type wallet []*http.Cookie

func (w wallet) Cookies(*url.URL) []*http.Cookie { return w }

// SetCookies keeps what it has.
func (w wallet) SetCookies(*url.URL, []*http.Cookie) {}

// asIs shows a redirect instead of following it.
func asIs(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// smokers is how many detectors hang in the sample neighbourhood, and most how
// many of them see smoke between two faults: each fault shall meet some that
// have not before.
const (
	smokers = 250
	most    = 10
)

// detectors see smoke one after the other.
type detectors struct {
	mu         sync.Mutex
	next, left int
}

// again lets some more see smoke.
func (d *detectors) again() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = most
}

// smoking is the next that sees smoke; empty: none does now.
func (d *detectors) smoking() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.left == 0 {
		return ""
	}
	d.left--
	d.next++
	return simulate.Detector((d.next - 1) % smokers)
}

// says is what a bridge publishes next: telemetry, or now and then smoke. Each
// carries its mark.
func says(mark string, dice *rand.Rand, smoke *detectors) (topic, body, smoking string) {
	detector, form := simulate.Detector(dice.IntN(smokers)), `{"battery":97,"linkquality":%d,"mark":"%s"}`
	if dice.IntN(20) == 0 {
		if smoking = smoke.smoking(); smoking != "" {
			detector, form = smoking, `{"smoke":true,"linkquality":%d,"mark":"%s"}`
		}
	}
	return "zigbee2mqtt/" + detector, fmt.Sprintf(form, dice.IntN(255), mark), smoking
}

// bridge publishes over MQTT 3.1.1 at QoS 1, with many under way.
type bridge struct {
	card
	name  int
	dice  *rand.Rand
	next  int
	smoke *detectors
}

func (b *bridge) send(ctx context.Context, d doors, l *ledger) error {
	w, err := simulate.Dial(ctx, simulate.Login{Addr: d.MQTT, ID: fmt.Sprint("chaos", b.name), User: b.User, Password: b.Password, Window: 50})
	if err != nil {
		return err
	}
	defer w.Close()
	stop := context.AfterFunc(ctx, func() { w.Close() })
	defer stop()
	last := b.next // that was acknowledged; read and written by the wire alone
	for {
		b.next++
		n, mark := b.next, fmt.Sprintf("mqtt%d-%d", b.name, b.next)
		topic, body, smoking := says(mark, b.dice, b.smoke)
		err := w.Send(topic, []byte(body), func() {
			if n != last+1 {
				l.refuse("%s was acknowledged after number %d", mark, last)
			}
			last = n
			l.acknowledged(mark, smoking)
		})
		if err != nil {
			return err
		}
	}
}

// platform pushes over HTTP, and sends again under the same key what was not
// acknowledged.
type platform struct {
	card
	name int
	next int
	http http.Client
}

func (p *platform) send(ctx context.Context, d doors, l *ledger) error {
	for {
		mark := fmt.Sprintf("push%d-%d", p.name, p.next)
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+d.HTTP+"/push/"+p.Token, strings.NewReader(`{"mark":"`+mark+`"}`))
		if err != nil {
			return err
		}
		r.Header.Set("Idempotency-Key", mark)
		res, err := p.http.Do(r)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode/100 != 2 {
			return fmt.Errorf("status %d, %w", res.StatusCode, err)
		}
		l.acknowledged(mark, "")
		p.next++
	}
}

// phone reports in the browser. What it could not send it sends again with the
// same key; what it could, it sometimes sends again too, as phones do.
type phone struct {
	card
	name int
	next int
	dice *rand.Rand
	http http.Client
}

// send reports until the door is gone. A busy machine answers 503, and is
// asked again.
func (p *phone) send(ctx context.Context, d doors, l *ledger) error {
	for {
		key := fmt.Sprintf("phone%d-%d", p.name, p.next)
		for range 1 + p.dice.IntN(2) {
			page, err := report(ctx, &p.http, "http://"+d.HTTP, p.Place, key, "ledger "+key+".")
			if errors.Is(err, errRefused) {
				continue
			}
			if err != nil {
				return err
			}
			l.taken(key, page)
		}
		l.mu.Lock()
		known := l.pages[key] != ""
		l.mu.Unlock()
		if known {
			p.next++
		}
	}
}

// station is a fire panel on its line: the next frame goes out when the last
// was confirmed.
type station struct {
	name int
	next int
}

func (s *station) send(ctx context.Context, d doors, l *ledger) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", d.TCP)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	for {
		s.next++
		mark := fmt.Sprintf("line%d-%d", s.name, s.next)
		none := func(serial int) error { return fmt.Errorf("frame %d was confirmed as %d", s.next, serial) }
		if err := s.frame(conn, mark, none); err != nil {
			return err
		}
		l.acknowledged(mark, "")
	}
}

// frame sends one and waits until it is confirmed. Of one confirmed before it,
// late is told, which returns an error if none may be.
func (s *station) frame(conn net.Conn, mark string, late func(serial int) error) error {
	if _, err := conn.Write(s.bytes(mark)); err != nil {
		return err
	}
	var got []byte
	piece := make([]byte, 256)
	for {
		answer, taken := frame.Next(got)
		got = got[taken:]
		switch {
		case answer != nil && answer.Serial == uint16(s.next): // the line counts to 65535 and begins again
			return nil
		case answer != nil:
			if err := late(int(answer.Serial)); err != nil {
				return err
			}
		case taken == 0:
			n, err := conn.Read(piece)
			if err != nil {
				return err
			}
			got = append(got, piece[:n]...)
		}
	}
}

func (s *station) bytes(mark string) []byte {
	return frame.Frame{Serial: uint16(s.next), Version: [2]byte{1, 1}, Source: frame.Address{1}, Command: frame.Send, Data: []byte(`{"mark":"` + mark + `"}`), Check: frame.Sum}.Bytes()
}

package simulate

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"sync"
	"time"
)

// Target is a running house.
type Target struct {
	URL    string // http://host:port
	Login  Login  // of its bridge
	Topic  string // base topic of the bridge
	SignIn string // link that signs in somebody who may read alarms; empty: the house is not asked
}

// Ledger is what was sent and what came of it.
type Ledger struct {
	Seed         uint64        `json:"seed"`
	Sent         int           `json:"sent"`          // messages
	Acknowledged int           `json:"acknowledged"`  // of them
	Reconnected  int           `json:"reconnected"`   // how often the line was cut; what was not acknowledged was sent again
	Smoke        int           `json:"smoke"`         // detectors that saw smoke and were acknowledged
	Tricks       map[Trick]int `json:"tricks"`        // smoke by what went wrong on the air
	Seen         int           `json:"alarms_seen"`   // open alarms that the house shows, of those that were not there before
	ThreeParties int           `json:"three_parties"` // of them, handed to property, committee and volunteers
	Asked        bool          `json:"house_asked"`
	Took         float64       `json:"seconds"`
}

// Lost reports what the house owes: messages that it did not acknowledge, or
// acknowledged smoke that it does not show. A detector with an alarm that was
// open before joins that one.
func (l Ledger) Lost(before int) error {
	if l.Acknowledged < l.Sent {
		return fmt.Errorf("%d messages of %d were not acknowledged", l.Sent-l.Acknowledged, l.Sent)
	}
	if l.Asked && l.Seen+before < l.Smoke {
		return fmt.Errorf("%d detectors saw smoke and the house shows %d new alarms beside %d that were open", l.Smoke, l.Seen, before)
	}
	return nil
}

// shownWithin is how long the house may take to show one more alarm, and
// askEvery how often it is asked at most.
const (
	shownWithin = 30 * time.Second
	askEvery    = 200 * time.Millisecond
)

// Run plays a plan against a house and returns the ledger, also when it ended
// early. tell is called about once a second.
func Run(ctx context.Context, p Plan, t Target, tell func(Ledger)) (Ledger, error) {
	house, err := enter(ctx, t)
	if err != nil {
		return Ledger{}, err
	}
	open, err := house.alarms(ctx)
	if err != nil {
		return Ledger{}, err
	}
	before := map[string]bool{}
	for _, a := range open {
		before[a.ID] = true
	}
	l, err := p.send(ctx, t, tell)
	l.Asked = house.client != nil
	if err == nil && l.Asked {
		err = house.count(ctx, &l, before)
	}
	if err == nil {
		err = l.Lost(len(before))
	}
	return l, err
}

// send announces the detectors and plays the script.
func (p Plan) send(ctx context.Context, t Target, tell func(Ledger)) (l Ledger, err error) {
	l = Ledger{Seed: p.Seed, Tricks: map[Trick]int{}}
	w, err := open(ctx, t.Login)
	if err != nil {
		return l, err
	}
	defer w.Close()
	var mu sync.Mutex
	smoking := map[int]bool{}
	began := time.Now()
	publish := func(topic, body string, m message) error {
		l.Sent++
		return w.Send(ctx, t.Topic+topic, []byte(body), func() {
			mu.Lock()
			defer mu.Unlock()
			l.Acknowledged++
			if m.smoke && !smoking[m.detector] {
				smoking[m.detector] = true
				l.Smoke++
				l.Tricks[m.kind]++
			}
		})
	}
	snapshot := func() Ledger {
		mu.Lock()
		defer mu.Unlock()
		l.Took, l.Reconnected = time.Since(began).Seconds(), w.cuts
		now := l
		now.Tricks = nil
		return now
	}
	if err := publish("/bridge/devices", string(Announcement(p.Detectors)), message{}); err != nil {
		return snapshot(), err
	}
	if err := w.Wait(ctx); err != nil {
		return snapshot(), err
	}
	said := began
	for _, m := range p.script(began) {
		if err := until(ctx, began.Add(m.at), w); err != nil {
			return snapshot(), err
		}
		if err := publish("/"+Detector(m.detector), m.body, m); err != nil {
			return snapshot(), err
		}
		if now := time.Now(); now.Sub(said) >= time.Second {
			said = now
			tell(snapshot())
		}
	}
	err = w.Wait(ctx)
	snapshot()
	mu.Lock()
	defer mu.Unlock()
	return l, err
}

// until waits for an instant, and sends what is buffered before it does.
func until(ctx context.Context, at time.Time, w *line) error {
	wait := time.Until(at)
	if wait <= 0 {
		return ctx.Err()
	}
	if err := w.Flush(ctx); err != nil {
		return err
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// merged puts messages in the order they go out; of the same instant, in the
// order they were given.
func merged(lists ...[]message) []message {
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, func(a, b message) int { return cmp.Compare(a.at, b.at) })
	return all
}

// shown is an alarm as GET /api/v1/alarms shows it.
type shown struct {
	ID     string `json:"id"`
	Called []struct {
		Audience string    `json:"audience"`
		HandedAt time.Time `json:"handed_at"`
	} `json:"called"`
}

func (s shown) parties() int {
	n := 0
	for _, c := range s.Called {
		if !c.HandedAt.IsZero() && slices.Contains([]string{"property", "committee", "volunteer"}, c.Audience) {
			n++
		}
	}
	return n
}

// visitor is somebody signed in at the house; without a client nobody is.
type visitor struct {
	base   string
	client *http.Client
}

// enter signs in by a link.
func enter(ctx context.Context, t Target) (visitor, error) {
	if t.SignIn == "" {
		return visitor{}, nil
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return visitor{}, err
	}
	v := visitor{t.URL, &http.Client{Jar: jar, Timeout: shownWithin, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	res, err := v.get(ctx, t.SignIn)
	if err != nil {
		return v, fmt.Errorf("sign in: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 3 {
		return v, fmt.Errorf("sign in: status %d", res.StatusCode)
	}
	return v, nil
}

func (v visitor) get(ctx context.Context, url string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return v.client.Do(r)
}

// alarms are the open alarms that the visitor may see.
func (v visitor) alarms(ctx context.Context) ([]shown, error) {
	if v.client == nil {
		return nil, nil
	}
	res, err := v.get(ctx, v.base+"/api/v1/alarms?state=open")
	if err != nil {
		return nil, fmt.Errorf("ask for alarms: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask for alarms: status %d", res.StatusCode)
	}
	var body struct {
		Alarms []shown `json:"alarms"`
	}
	err = json.NewDecoder(res.Body).Decode(&body)
	return body.Alarms, err
}

// count asks the house until it shows every alarm, or shows no more for as
// long as the last may take. It asks seldom if asking is slow: a list of
// thousands is work.
func (v visitor) count(ctx context.Context, l *Ledger, before map[string]bool) error {
	grew := time.Now()
	for {
		asked := time.Now()
		list, err := v.alarms(ctx)
		if err != nil {
			return err
		}
		seen := l.Seen
		l.Seen, l.ThreeParties = 0, 0
		for _, a := range list {
			if before[a.ID] {
				continue
			}
			l.Seen++
			if a.parties() == 3 {
				l.ThreeParties++
			}
		}
		if l.Seen > seen {
			grew = time.Now()
		}
		if l.Seen+len(before) >= l.Smoke || time.Since(grew) > shownWithin {
			return nil // the ledger says what is missing
		}
		timer := time.NewTimer(max(askEvery, 5*time.Since(asked)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

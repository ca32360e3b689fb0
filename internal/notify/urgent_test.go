package notify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/notify/gateway"
	"github.com/linli/linli/internal/notify/push"
	"github.com/linli/linli/internal/notify/push/pushtest"
	"github.com/linli/linli/internal/notify/robot"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/test/edge"
)

const office = store.Tenant("office")

// world is what lies outside the house: gateways and groups at one host.
type world struct {
	*httptest.Server
	sms, voice, group chan map[string]any
	status            atomic.Int64  // what the message gateway answers; 0: 200
	hang              chan struct{} // what the voice gateway waits for
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{sms: make(chan map[string]any, 999), voice: make(chan map[string]any, 999), group: make(chan map[string]any, 999)}
	w.Server = edge.Secure(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		var body map[string]any
		if err := json.Unmarshal(b, &body); err != nil {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		switch r.URL.Path {
		case "/sms":
			if s := int(w.status.Load()); s != 0 {
				rw.WriteHeader(s)
				return
			}
			w.sms <- body
		case "/voice":
			if w.hang != nil {
				<-w.hang
			}
			w.voice <- body
		case "/group":
			w.group <- body
			_, _ = io.WriteString(rw, `{"errcode":0}`)
		}
	}))
	return w
}

func (w *world) host() string { return strings.TrimPrefix(w.URL, "https://") }

// reach is a service that may call the world, with a sentence for each key.
func (w *world) reach(s *store.Store, hub *live.Hub, more ...func(*notify.Options)) *notify.Service {
	o := notify.Options{
		Hosts: []string{w.host()}, Client: w.Client(), Public: "https://linli.example", Office: func() store.Tenant { return office },
		Phone: func(_ context.Context, _ store.Tenant, person string) (string, error) {
			return map[string]string{"ann": "16900000001", "bob": "16900000002"}[person], nil
		},
		Say: func(key string, args ...any) string { return key + " " + fmt.Sprint(args...) },
	}
	for _, f := range more {
		f(&o)
	}
	return notify.NewService(s, hub, open{}, o, nil, slog.New(slog.DiscardHandler))
}

func (w *world) set(t *testing.T, n *notify.Service, tenant store.Tenant) {
	t.Helper()
	ctx := context.Background()
	for _, ch := range []notify.Channel{notify.SMS, notify.Voice} {
		w.gateway(t, n, tenant, ch)
	}
	if err := n.AddRobot(ctx, people.Actor{Tenant: tenant}, robot.Config{Make: robot.WeCom, URL: w.URL + "/group?key=K"}); err != nil {
		t.Fatal(err)
	}
}

func (w *world) gateway(t *testing.T, n *notify.Service, tenant store.Tenant, ch notify.Channel) string {
	t.Helper()
	_, token, err := n.SetGateway(context.Background(), people.Actor{Tenant: tenant}, ch, gateway.Config{URL: w.URL + "/" + string(ch), Body: `{"to":"{phone}","text":"{text}","id":"{id}"}`})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func urgent(t *testing.T, s *store.Store, n *notify.Service, matter string, seq int, outside map[notify.Channel][]string) {
	t.Helper()
	err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		return n.Tell(ctx, tx, notify.Telling{
			Tenant: home, Matter: matter, Seq: seq, To: []string{"ann", "bob", "eve"}, Key: "alarm.told", Link: "/alarm/" + matter, Outside: outside,
			Args: map[string]string{"kind_key": "smoke", "place": "桂花园 6号 402", "short": "桂花园 6号", "number": "26-0001", "who": "王师傅"},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func everyone() map[notify.Channel][]string {
	all := []string{"ann", "bob", "eve"}
	return map[notify.Channel][]string{notify.Push: all, notify.Robot: nil, notify.SMS: all, notify.Voice: all}
}

// by is the receipts of one channel by person.
func by(t *testing.T, n *notify.Service, matter string, ch notify.Channel) map[string]notify.Message {
	t.Helper()
	list, err := n.Receipts(context.Background(), home, matter)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]notify.Message{}
	for _, m := range list {
		if m.Channel == ch {
			if _, twice := out[m.To]; twice {
				t.Errorf("%s is told twice by %s", m.To, ch)
			}
			out[m.To] = m
		}
	}
	return out
}

func runnerOf(t *testing.T, s *store.Store, n *notify.Service) *job.Runner {
	t.Helper()
	r, err := job.NewRunner(s, func() []store.Tenant { return []store.Tenant{home} }, slog.New(slog.DiscardHandler), n.Jobs()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	return r
}

// S30: each channel is handed its message after the commit, and the text says
// nothing personal; the same round again says nothing.
func TestS30_EveryChannelIsHandedItsMessageOnce(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w, ctx := newWorld(t), context.Background()
		n := w.reach(s, live.New())
		w.set(t, n, home)
		for range 2 {
			urgent(t, s, n, "m", 1, everyone())
		}
		n.Flush(ctx)
		if len(w.sms) != 2 || len(w.voice) != 2 || len(w.group) != 1 {
			t.Fatalf("%d messages, %d calls, %d in the group; want 2, 2, 1", len(w.sms), len(w.voice), len(w.group))
		}
		text, group := fmt.Sprint(<-w.sms), fmt.Sprint(<-w.group)
		if !strings.Contains(text, "桂花园 6号 402") || !strings.Contains(text, "26-0001") || !strings.Contains(text, "https://linli.example/alarm/m") {
			t.Errorf("message %s", text)
		}
		if strings.Contains(group, "402") || !strings.Contains(group, "桂花园 6号") || strings.Contains(text+group, "王师傅") {
			t.Errorf("group %s", group)
		}
		sms := by(t, n, "m", notify.SMS)
		if m := sms["ann"]; !m.Handed.Equal(clock.Now()) || !m.Delivered.IsZero() || m.Trouble != "" {
			t.Errorf("ann's message %+v", m)
		}
		if m := sms["eve"]; m.Trouble != "no phone" || !m.Handed.IsZero() {
			t.Errorf("eve has no phone: %+v", m)
		}
		for _, m := range by(t, n, "m", notify.Robot) {
			if m.Delivered.IsZero() {
				t.Errorf("the group's message %+v", m)
			}
		}
		clock.Advance(time.Hour)
		if ran, err := runnerOf(t, s, n).RunDue(ctx); err != nil || ran != 0 {
			t.Errorf("the net still holds %d orders, %v", ran, err)
		}
	})
}

// a4: a channel that hangs leaves the others as they are: all of theirs arrive
// while not one of its own does.
func TestHangingChannelHoldsUpNoOther(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		w := newWorld(t)
		w.hang = make(chan struct{})
		n := w.reach(s, live.New())
		w.set(t, n, home)
		n.Start()
		const alarms = 100
		for i := range alarms {
			urgent(t, s, n, fmt.Sprint("m", i), 1, map[notify.Channel][]string{notify.SMS: {"ann"}, notify.Voice: {"ann"}, notify.Robot: nil})
		}
		for range alarms {
			<-w.sms
		}
		<-w.group
		if len(w.voice) != 0 {
			t.Error("the channel did not hang")
		}
		close(w.hang)
		n.Stop()
		n.Stop()
	})
}

// The job is the net under the lanes: what a lane has not handed over, because
// the program was killed, goes out after three seconds; what was refused is
// tried again.
func TestWhatALaneLeftIsHandedOverByTheJob(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w, ctx := newWorld(t), context.Background()
		n := w.reach(s, live.New())
		w.set(t, n, home)
		r := runnerOf(t, s, n)
		run := func(after time.Duration, want int) {
			t.Helper()
			clock.Advance(after)
			if ran, err := r.RunDue(ctx); err != nil || ran != want {
				t.Fatalf("ran %d, %v; want %d", ran, err, want)
			}
		}
		w.status.Store(502)
		urgent(t, s, n, "m", 1, map[notify.Channel][]string{notify.SMS: {"ann"}})
		run(2*time.Second, 0)
		run(time.Second, 1)
		if m := by(t, n, "m", notify.SMS)["ann"]; m.Trouble != "HTTP 502" || m.Attempts != 1 || !m.Handed.IsZero() {
			t.Fatalf("refused: %+v", m)
		}
		w.status.Store(0)
		run(time.Second, 1)
		if m := by(t, n, "m", notify.SMS)["ann"]; m.Trouble != "" || m.Attempts != 2 || !m.Handed.Equal(clock.Now()) {
			t.Fatalf("taken: %+v", m)
		}
		run(time.Hour, 0)
	})
}

// A gateway's receipt has its second, and only the gateway can give it.
func TestReceiptOfAGateway(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w, ctx := newWorld(t), context.Background()
		n := w.reach(s, live.New())
		w.set(t, n, home)
		token, other := w.gateway(t, n, home, notify.SMS), w.gateway(t, n, "other", notify.SMS)
		urgent(t, s, n, "m", 1, map[notify.Channel][]string{notify.SMS: {"ann", "bob"}})
		n.Flush(ctx)
		ids := map[any]string{}
		for range 2 {
			m := <-w.sms
			ids[m["to"]] = m["id"].(string)
		}
		said := func(tenant store.Tenant, token, id, state string) error {
			list, err := n.Ways(ctx, tenant)
			if err != nil {
				t.Fatal(err)
			}
			for _, way := range list {
				if way.Kind == "sms" {
					return n.Receipt(ctx, tenant, way.ID, token, fmt.Appendf(nil, `{"id":%q,"status":%q}`, id, state), "application/json")
				}
			}
			t.Fatal("no gateway")
			return nil
		}
		ann, bob := ids["16900000001"], ids["16900000002"]
		if err := said(home, other, ann, "delivered"); !fault.Is(err, fault.Unsigned) {
			t.Errorf("a wrong secret: %v", err)
		}
		if err := said("other", other, ann, "delivered"); err != nil || !by(t, n, "m", notify.SMS)["ann"].Delivered.IsZero() {
			t.Errorf("another neighbourhood's gateway: %v", err)
		}
		clock.Advance(2 * time.Second)
		at := clock.Now()
		for range 2 { // a gateway repeats itself
			if err := said(home, token, ann, "delivered"); err != nil {
				t.Fatal(err)
			}
			clock.Advance(time.Second)
		}
		if err := said(home, token, bob, "unreachable"); err != nil {
			t.Fatal(err)
		}
		got := by(t, n, "m", notify.SMS)
		if !got["ann"].Delivered.Equal(at) || !got["bob"].Delivered.IsZero() || got["bob"].Trouble != "unreachable" {
			t.Errorf("receipts %+v", got)
		}
		err := s.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			reached, err := n.Reached(ctx, tx, home, "m")
			if len(reached) != 1 || reached[0] != "ann" {
				t.Errorf("reached %v", reached)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// The subdistrict's gateway serves a neighbourhood without one; its robots
// stay its own.
func TestTheSubdistrictsGatewayServesAll(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		w := newWorld(t)
		n := w.reach(s, live.New())
		w.set(t, n, office)
		urgent(t, s, n, "m", 1, everyone())
		n.Flush(context.Background())
		if len(w.sms) != 2 || len(w.group) != 0 {
			t.Fatalf("%d messages, %d in the office's group", len(w.sms), len(w.group))
		}
	})
}

// A storm falls together into few texts: robots stop listening after twenty
// a minute.
func TestRobotSaysAStormInFewTexts(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w, ctx := newWorld(t), context.Background()
		n := w.reach(s, live.New())
		w.set(t, n, home)
		r, robots := runnerOf(t, s, n), map[notify.Channel][]string{notify.Robot: nil}
		for i := range 30 {
			urgent(t, s, n, fmt.Sprint("together", i), 1, robots)
		}
		n.Flush(ctx)
		if len(w.group) != 1 || strings.Count(fmt.Sprint(<-w.group), "26-0001") < 10 {
			t.Fatalf("%d texts for thirty at once", len(w.group)+1)
		}
		for i := range 30 {
			urgent(t, s, n, fmt.Sprint("apart", i), 1, robots)
			n.Flush(ctx)
		}
		if got := len(w.group); got != robot.PerMinute-1 {
			t.Fatalf("%d texts in one minute", got)
		}
		clock.Advance(time.Minute)
		if _, err := r.RunDue(ctx); err != nil || len(w.group) != robot.PerMinute {
			t.Fatalf("%d texts a minute later, %v", len(w.group), err)
		}
		for i := range 30 {
			if len(by(t, n, fmt.Sprint("apart", i), notify.Robot)) != 1 {
				t.Fatal("one is missing")
			}
		}
	})
}

// A phone is woken, says when the note was shown, and is forgotten when its
// browser has ended the subscription.
func TestS30_PushIsShownAndSaysSo(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w, ctx, ann := newWorld(t), context.Background(), people.Actor{Tenant: home, Person: "ann"}
		var browser *pushtest.Browser
		off := w.reach(s, live.New())
		if key, err := off.PushKey(ctx, home); err != nil || key != "" {
			t.Fatalf("a key although nothing may be pushed: %q, %v", key, err)
		}
		n := w.reach(s, live.New(), func(o *notify.Options) { o.PushHosts = []string{"placeholder"} })
		key, err := n.PushKey(ctx, home)
		if err != nil {
			t.Fatal(err)
		}
		browser = pushtest.New(t, key)
		if err := n.Subscribe(ctx, ann, browser.Subscription()); !fault.Is(err, fault.Invalid) {
			t.Fatalf("a service nobody named: %v", err)
		}
		n = w.reach(s, live.New(), func(o *notify.Options) { o.PushHosts, o.Client = []string{browser.Host()}, browser.Server.Client() })
		if err := n.Subscribe(ctx, ann, browser.Subscription()); err != nil {
			t.Fatal(err)
		}
		urgent(t, s, n, "m", 1, map[notify.Channel][]string{notify.Push: {"ann", "bob"}})
		n.Flush(ctx)
		note := <-browser.Notes
		if note.Link != "/alarm/m" || strings.Contains(note.Title+note.Body, "402") || len(by(t, n, "m", notify.Push)) != 1 {
			t.Fatalf("note %+v", note)
		}
		clock.Advance(time.Second)
		for receipt, want := range map[string]bool{note.Receipt: true, note.Receipt[:len(note.Receipt)-2] + "00": false, "x": false} {
			if err := n.PushReceipt(ctx, receipt); (err == nil) != want {
				t.Errorf("receipt %s: %v", receipt, err)
			}
		}
		if m := by(t, n, "m", notify.Push)["ann"]; !m.Delivered.Equal(clock.Now()) {
			t.Errorf("delivered %v", m.Delivered)
		}
		browser.Status.Store(http.StatusGone)
		urgent(t, s, n, "m", 2, map[notify.Channel][]string{notify.Push: {"ann"}})
		n.Flush(ctx)
		urgent(t, s, n, "m3", 1, map[notify.Channel][]string{notify.Push: {"ann"}})
		if left := by(t, n, "m3", notify.Push); len(left) != 0 {
			t.Errorf("a browser that left is still called: %+v", left)
		}
		if err := n.Unsubscribe(ctx, ann, push.Subscription{}.Endpoint); err != nil {
			t.Error(err)
		}
	})
}

func TestWaysAreCheckedTriedAndEnded(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		w, ctx := newWorld(t), context.Background()
		n := w.reach(s, live.New())
		good := gateway.Config{URL: w.URL + "/sms", Body: `{"to":"{phone}","id":"{id}"}`}
		for name, bend := range map[string]func(*gateway.Config){
			"host": func(c *gateway.Config) { c.URL = "https://evil.example/" }, "body": func(c *gateway.Config) { c.Body = "{" },
		} {
			c := good
			bend(&c)
			if _, _, err := n.SetGateway(ctx, people.Actor{Tenant: home}, notify.SMS, c); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := n.SetGateway(ctx, people.Actor{Tenant: home}, notify.App, good); !fault.Is(err, fault.Invalid) {
			t.Errorf("a gateway for pages: %v", err)
		}
		if err := n.AddRobot(ctx, people.Actor{Tenant: home}, robot.Config{Make: "icq", URL: w.URL}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a robot nobody makes: %v", err)
		}
		w.set(t, n, home)
		w.set(t, n, home)
		list, err := n.Ways(ctx, home)
		if err != nil || len(list) != 4 {
			t.Fatalf("%d ways, want one of each gateway and two robots; %v", len(list), err)
		}
		w.status.Store(403)
		for _, way := range list {
			if way.Kind == "voice" {
				continue
			}
			got, err := n.Try(ctx, people.Actor{Tenant: home}, way.ID, "16900000009")
			if want := map[string]string{"sms": "HTTP 403", "wecom": ""}[way.Kind]; err != nil || got.Trouble != want {
				t.Errorf("%s: %+v, %v", way.Kind, got, err)
			}
			if _, err := n.Try(ctx, people.Actor{Tenant: "other"}, way.ID, "16900000009"); !fault.Is(err, fault.NotFound) {
				t.Errorf("tried by another neighbourhood: %v", err)
			}
			if err := n.EndWay(ctx, people.Actor{Tenant: "other"}, way.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("ended by another neighbourhood: %v", err)
			}
			if err := n.EndWay(ctx, people.Actor{Tenant: home}, way.ID); err != nil {
				t.Error(err)
			}
		}
		var set, tried, ended int // each of them is on the trail, without the number
		err = s.Reader().QueryRowContext(ctx, `SELECT SUM(CASE WHEN action = 'channel.set' THEN 1 ELSE 0 END), SUM(CASE WHEN action = 'channel.try' THEN 1 ELSE 0 END),
			SUM(CASE WHEN action = 'channel.end' THEN 1 ELSE 0 END) FROM people_audit WHERE tenant_id = $1 AND resource = 'channel' AND resource_id <> '' AND fields NOT LIKE '%1690%'`, home).Scan(&set, &tried, &ended)
		if err != nil || set < 4 || tried != 3 || ended != 3 {
			t.Errorf("the trail has %d set, %d tried, %d ended; %v", set, tried, ended, err)
		}
		if list, err = n.Ways(ctx, home); err != nil || len(list) != 1 {
			t.Errorf("%d ways left, %v", len(list), err)
		}
	})
}

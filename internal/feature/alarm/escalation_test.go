package alarm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/notify/gateway"
	"github.com/linli/linli/internal/notify/robot"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/edge"
	"github.com/linli/linli/test/furnished"
)

// outside is the world of gateways and groups: it notes what came.
type outside struct {
	*httptest.Server
	mu   sync.Mutex
	came map[string][]string // texts by channel
	down bool                // the gateways take nothing
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{came: map[string][]string{}}
	o.Server = edge.Secure(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		o.came[name] = append(o.came[name], string(b))
		_, _ = io.WriteString(w, `{"errcode":0}`)
	}))
	return o
}

func (o *outside) allow(x *app.Options) {
	x.HookHosts, x.Client = []string{strings.TrimPrefix(o.URL, "https://")}, o.Client()
}

// take is what came since the last look.
func (o *outside) take() map[string][]string {
	o.mu.Lock()
	defer o.mu.Unlock()
	came := o.came
	o.came = map[string][]string{}
	return came
}

// reachable sets up both gateways for the subdistrict and a group's robot for
// the neighbourhood, and gives everybody who is called a phone.
func (h *house) reachable(o *outside) {
	h.T.Helper()
	ctx := context.Background()
	for _, ch := range []notify.Channel{notify.SMS, notify.Voice} {
		c := gateway.Config{URL: o.URL + "/" + string(ch), Body: `{"to":"{phone}","text":"{text}","id":"{id}"}`}
		if _, _, err := h.Notify.SetGateway(ctx, people.Actor{Tenant: h.Office.ID}, ch, c); err != nil {
			h.T.Fatal(err)
		}
	}
	if err := h.Notify.AddRobot(ctx, people.Actor{Tenant: h.Xiwu}, robot.Config{Make: robot.WeCom, URL: o.URL + "/robot?key=K"}); err != nil {
		h.T.Fatal(err)
	}
	for _, tenant := range []store.Tenant{h.Xiwu, h.Office.ID} {
		h.phones(tenant)
	}
}

func (h *house) phones(tenant store.Tenant) {
	h.T.Helper()
	list, _, err := h.Register.Persons(context.Background(), tenant, people.Filter{}, people.Page{Limit: 2000})
	if err != nil {
		h.T.Fatal(err)
	}
	err = h.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		for n, p := range list {
			sealed, err := h.Sealer.Seal(tenant, p.ID, people.FieldPhone, fmt.Sprintf("1690000%04d", n))
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "UPDATE people_person SET phone_sealed = $1 WHERE tenant_id = $2 AND id = $3", sealed, tenant, p.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.T.Fatal(err)
	}
}

// watch lets so many seconds pass and notes at which instant what came: it
// looks each ten seconds, and one millisecond before, when nothing may have.
func (h *house) watch(o *outside, seconds int) []string {
	h.T.Helper()
	h.Notify.Flush(context.Background())
	out, at, end := o.noted(0), time.Duration(0), time.Duration(seconds)*time.Second
	for at < end {
		next := min(at.Truncate(10*time.Second)+10*time.Second, end)
		for _, to := range []time.Duration{next - time.Millisecond, next} {
			h.After(to - at)
			at = to
			out = append(out, o.noted(at)...)
		}
	}
	return out
}

// noted is what came since the last look, said with the instant.
func (o *outside) noted(at time.Duration) (out []string) {
	came := o.take()
	for _, ch := range []string{"sms", "voice", "robot"} {
		if n := len(came[ch]); n > 0 {
			out = append(out, fmt.Sprintf("%vs %s %d", at.Seconds(), ch, n))
		}
	}
	return out
}

// S31: the whole escalation on a moved clock, by every channel: nobody has a
// page open, nobody answers. Each step comes in the second of its rule (a3).
func TestS31_WholeEscalationByEveryChannel(t *testing.T) {
	o := newOutside(t)
	each(t, func(t *testing.T, h *house) {
		o.take()
		h.reachable(o)
		h.signal(true)
		v := h.open()
		n, officers := len(v.Responders), 0
		served, err := h.Register.PostsAt(context.Background(), h.Xiwu, h.flat.Path)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range served {
			if p.Tenant == h.Office.ID && p.Role.Group() == people.Subdistrict {
				officers++
			}
		}
		if n < 5 || officers == 0 {
			t.Fatalf("%d in the first wave, %d officers", n, officers)
		}
		want := []string{
			"0s robot 1",
			fmt.Sprintf("10s sms %d", n),
			fmt.Sprintf("20s voice %d", n),
			fmt.Sprintf("60s voice %d", n), "60s robot 1",
			fmt.Sprintf("120s sms %d", officers), fmt.Sprintf("120s voice %d", n+officers), "120s robot 1",
			fmt.Sprintf("180s voice %d", n), "180s robot 1",
			fmt.Sprintf("240s voice %d", n), "240s robot 1",
		}
		if d := cmp.Diff(want, h.watch(o, 240)); d != "" {
			t.Error(d)
		}
		for i, e := range []string{"10000", "20000", "60000", "120000", "180000", "240000"} {
			if got := h.escalated(v.ID)[i].Args["after"]; got != e {
				t.Errorf("step %d came after %s ms, want %s", i, got, e)
			}
		}
		h.toldOnce(v.ID)
	}, o.allow)
}

// escalated are the entries of the record that the clock made.
func (h *house) escalated(id string) (out []matter.Entry) {
	h.T.Helper()
	for _, e := range h.view(id).Timeline {
		if e.Verb == alarm.Escalate {
			out = append(out, e)
		}
	}
	return out
}

// toldOnce: nobody was told twice in one round on one channel.
func (h *house) toldOnce(id string) {
	h.T.Helper()
	list, err := h.Notify.Receipts(context.Background(), h.Xiwu, id)
	if err != nil {
		h.T.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range list {
		key := fmt.Sprint(m.To, m.Channel, m.Seq)
		if seen[key] {
			h.T.Errorf("%s is told twice", key)
		}
		seen[key] = true
		if m.Channel != notify.App && m.Handed.IsZero() && m.Trouble == "" {
			h.T.Errorf("%s waits still", key)
		}
	}
}

// S30: who has the page open has a receipt, and is neither messaged nor rung at
// ten and twenty seconds; the others are. When all have one, nobody is.
func TestS30_NoReceiptInTenSecondsTakesTheNextChannel(t *testing.T) {
	o := newOutside(t)
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		o.take()
		h.reachable(o)
		h.signal(true)
		v := h.open()
		if err := h.Notify.Delivered(ctx, h.Xiwu, h.Guard().Person); err != nil {
			t.Fatal(err)
		}
		n := len(v.Responders) - 1
		if d := cmp.Diff([]string{"0s robot 1", fmt.Sprintf("10s sms %d", n)}, h.watch(o, 15)); d != "" {
			t.Fatal(d)
		}
		if got := h.escalated(v.ID); got[0].Args["n"] != fmt.Sprint(n) {
			t.Errorf("the record says %v", got[0].Args)
		}
		for _, r := range v.Responders {
			if err := h.Notify.Delivered(ctx, h.Xiwu, r.Person); err != nil {
				t.Fatal(err)
			}
		}
		if got := h.watch(o, 30); len(got) != 0 {
			t.Fatalf("rung although all have a receipt: %v", got)
		}
		if got := h.steps(v.ID); len(got) != 2 || got[1] != "reached" {
			t.Errorf("steps %v", got)
		}
	}, o.allow)
}

// S30: the incident's page tells for each person and channel the second at
// which the message was handed over, came and was seen, or why it was not.
func TestS30_EachReceiptStandsOnThePageWithItsSecond(t *testing.T) {
	o := newOutside(t)
	each(t, func(t *testing.T, h *house) {
		h.reachable(o)
		h.signal(true)
		h.watch(o, 10)
		page := h.Visit(h.Committee()).Must("/alarms")
		furnished.Says(t, page, "群机器人", "09:00:00 发出", "短信", "09:00:10 发出", "10 秒：")
		o.mu.Lock()
		o.down = true
		o.mu.Unlock()
		h.watch(o, 10)
		furnished.Says(t, h.Visit(h.Committee()).Must("/alarms"), "语音电话", "没有送出（HTTP 502）")
		o.mu.Lock()
		o.down = false
		o.mu.Unlock()
		h.watch(o, 5)
		if page := h.Visit(h.Committee()).Must("/alarms"); strings.Contains(page, "HTTP 502") {
			t.Error("the call is not tried again")
		}
	}, o.allow)
}

// S31: somebody goes but nobody arrives in five minutes: everybody is called
// again, and the subdistrict.
func TestS31_NobodyArrivesAndEverybodyIsRungAgain(t *testing.T) {
	o := newOutside(t)
	each(t, func(t *testing.T, h *house) {
		o.take()
		h.reachable(o)
		h.signal(true)
		v := h.open()
		h.do(h.Guard(), alarm.Act{ID: v.ID, Verb: alarm.Go})
		h.do(h.Committee(), alarm.Act{ID: v.ID, Verb: alarm.Cannot})
		h.Notify.Flush(context.Background())
		o.take()
		h.After(5*time.Minute - time.Second)
		if came := o.take(); len(came) != 0 {
			t.Fatalf("called before the time: %v", came)
		}
		h.After(time.Second)
		came := o.take()
		if n := len(v.Responders) - 1; len(came["voice"]) <= n || len(came["robot"]) != 1 {
			t.Fatalf("%d calls for %d of the first wave and the officers, %d in the group", len(came["voice"]), n, len(came["robot"]))
		}
	}, o.allow)
}

// S31: an answer is not an arrival: while somebody is on the way, those who did
// not answer are told again each minute on the page and by push, and the record
// has one line for it; at five minutes everybody is rung.
func TestS31_UntilSomebodyIsThereTheOthersAreToldEachMinute(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Go})
		h.do(h.Committee(), alarm.Act{ID: id, Verb: alarm.Cannot})
		told := func(a people.Actor) (n int) {
			for _, key := range h.Told(a) {
				if key == "alarm.told.remind" {
					n++
				}
			}
			return n
		}
		for minute := range 4 {
			h.After(alarm.Repeat - time.Millisecond)
			if n := told(h.colleague()); n != minute {
				t.Fatalf("told %d times before minute %d", n, minute+1)
			}
			h.After(time.Millisecond)
			if n := told(h.colleague()); n != minute+1 {
				t.Fatalf("told %d times in minute %d", n, minute+1)
			}
		}
		if told(h.Guard()) != 0 || told(h.Committee()) != 0 {
			t.Error("who answered is told again")
		}
		if got := h.steps(id); !slices.Equal(got, []string{"remind"}) {
			t.Errorf("the record says %v", got)
		}
		if page := h.Visit(h.colleague()).Must("/alarms"); !strings.Contains(page, "data-ring") {
			t.Error("the page of who did not answer does not ring")
		}
		h.After(alarm.Repeat)
		if got := h.steps(id); !slices.Equal(got, []string{"remind", "nobody"}) {
			t.Errorf("at five minutes the record says %v", got)
		}
		h.After(alarm.Repeat)
		if n := told(h.colleague()); n != 5 {
			t.Errorf("told %d times after five minutes", n)
		}
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.AtDoor})
		h.After(time.Hour)
		if n := told(h.colleague()); n != 5 {
			t.Errorf("told %d times though somebody is there", n)
		}
	})
}

// S31: with a gateway for messages alone, everybody gets a message again each
// minute.
func TestS31_WithoutCallsTheRepeatIsAMessage(t *testing.T) {
	o := newOutside(t)
	each(t, func(t *testing.T, h *house) {
		o.take()
		h.phones(h.Xiwu)
		c := gateway.Config{URL: o.URL + "/sms", Body: `{"to":"{phone}","text":"{text}","id":"{id}"}`}
		if _, _, err := h.Notify.SetGateway(context.Background(), people.Actor{Tenant: h.Xiwu}, notify.SMS, c); err != nil {
			t.Fatal(err)
		}
		h.signal(true)
		n := len(h.open().Responders)
		want := []string{fmt.Sprintf("10s sms %d", n), fmt.Sprintf("60s sms %d", n), fmt.Sprintf("120s sms %d", n)}
		if d := cmp.Diff(want, h.watch(o, 130)); d != "" {
			t.Error(d)
		}
	}, o.allow)
}

// S30: with a gateway for calls alone, who has no receipt is rung at ten seconds.
func TestS30_WithoutMessagesACallIsTheNextChannel(t *testing.T) {
	o := newOutside(t)
	h := onSQLite(t, o.allow)
	h.phones(h.Xiwu)
	c := gateway.Config{URL: o.URL + "/voice", Body: `{"to":"{phone}","id":"{id}"}`}
	if _, _, err := h.Notify.SetGateway(context.Background(), people.Actor{Tenant: h.Xiwu}, notify.Voice, c); err != nil {
		t.Fatal(err)
	}
	h.signal(true)
	n := len(h.open().Responders)
	want := []string{fmt.Sprintf("10s voice %d", n), fmt.Sprintf("20s voice %d", n)}
	if d := cmp.Diff(want, h.watch(o, 30)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"channel_voice", "voice"}, h.steps(h.open().ID)); d != "" {
		t.Error(d)
	}
}

// A drill goes the same way and every text says that it is one.
func TestDrillSaysSoOnEveryChannel(t *testing.T) {
	o := newOutside(t)
	h := onSQLite(t, o.allow)
	h.reachable(o)
	if _, err := h.Alarms.BeginDrill(context.Background(), h.Committee(), h.flat.ID, 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	h.Notify.Flush(context.Background())
	h.After(10 * time.Second)
	h.After(10 * time.Second)
	for ch, texts := range o.take() {
		for _, text := range texts {
			if !strings.Contains(text, "演练，不是真的") || strings.Contains(text, "烟雾") {
				t.Errorf("%s: %s", ch, text)
			}
		}
	}
}

// What programs read as handed over is what a channel took: nothing before one
// did, and what hangs is counted.
func TestHandedOverIsWhatAChannelTook(t *testing.T) {
	o := newOutside(t)
	each(t, func(t *testing.T, h *house) {
		h.reachable(o)
		o.mu.Lock()
		o.down = true
		o.mu.Unlock()
		h.signal(true)
		id := h.open().ID
		h.Must(h.Store.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { // no page took it either
			_, err := tx.ExecContext(ctx, "DELETE FROM notify_telling WHERE tenant_id = $1 AND matter_id = $2", h.Xiwu, id)
			return err
		}))
		called := func() alarm.WireCalled {
			var list alarm.WireIncidentList
			h.Must(json.Unmarshal([]byte(h.Visit(h.Guard()).Must("/api/v1/alarms")), &list))
			return list.Alarms[0].Called[0]
		}
		if c := called(); c.HandedAt != nil || c.Waiting != 0 {
			t.Errorf("before any channel took it: %+v", c)
		}
		h.After(alarm.NextChannel)
		if c := called(); c.Waiting != c.People {
			t.Errorf("the messages that hang are not counted: %+v", c)
		}
		o.mu.Lock()
		o.down = false
		o.mu.Unlock()
		h.watch(o, 9)
		if c := called(); c.HandedAt == nil || c.HandedAt.Before(h.view(id).RaisedAt.Add(alarm.NextChannel)) {
			t.Errorf("after the gateway took it: %+v", c)
		}
	}, o.allow)
}

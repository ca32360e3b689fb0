package app_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/notify/gateway"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/test/edge"
	"github.com/linli/linli/test/furnished"
)

// callHouse is the whole program with the sample registers and a clock that
// stands. Zhang Mangzhong of 6-402 lives alone and is on the register of elders.
type callHouse struct {
	house
	t     *testing.T
	clock *storetest.Clock
	xiwu  store.Tenant
}

// eachCall runs fn in a new house on both databases.
func eachCall(t *testing.T, fn func(t *testing.T, h *callHouse), more ...func(*app.Options)) {
	t.Helper()
	furnished.Each(t, func(t *testing.T, h *furnished.House) { fn(t, called(t, h)) }, more...)
}

func called(t *testing.T, h *furnished.House) *callHouse {
	t.Helper()
	return &callHouse{house: house{h.App, h.URL()}, t: t, clock: h.Clock, xiwu: h.Xiwu}
}

// actor is a person by the register's keys, under all their posts.
func (h *callHouse) actor(tenant, ref string) people.Actor {
	h.t.Helper()
	p := h.person(h.t, tenant, ref)
	a, err := h.Door.ActorFor(context.Background(), p.Tenant, p.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// The people of the story.
func (h *callHouse) elder() people.Actor     { return h.actor("xiwu", "r0353") } // 6-402
func (h *callHouse) daughter() people.Actor  { return h.actor("xiwu", "r0161") } // lives in building 5
func (h *callHouse) colleague() people.Actor { return h.actor("xiwu", "s013") }  // of the committee, no carer
func (h *callHouse) guard() people.Actor     { return h.actor("xiwu", "s029") }
func (h *callHouse) first() people.Actor     { return h.actor("xiwu", "r0358") } // paired volunteers
func (h *callHouse) second() people.Actor    { return h.actor("xiwu", "r0428") }
func (h *callHouse) third() people.Actor     { return h.actor("xiwu", "r0457") } // serves the stair, no carer
func (h *callHouse) stranger() people.Actor  { return h.actor("yeqing", "s017") }

// What a responder has to know.
const (
	keyPlace = "物业 02 号柜"
	hint     = "听力弱"
	sonName  = "章远方"
	sonPhone = "16900099999"
)

// enter writes the elder into the register.
func (h *callHouse) enter() string {
	h.t.Helper()
	daughter := h.person(h.t, "xiwu", "r0161")
	number, err := h.phone("r0161")
	if err != nil {
		h.t.Fatal(err)
	}
	id, err := h.Care.Enter(context.Background(), h.actor("xiwu", "s012"), care.Entry{
		Person: h.elder().Person, Ground: "pipl-29-elder", Grade: "weekly", Born: 1948,
		Consent:  care.Consent{Way: care.InPerson, Day: "2026-11-20"},
		Contacts: []care.Contact{{Name: daughter.Name, Relation: "女儿", Phone: number}, {Name: sonName, Relation: "儿子", Phone: sonPhone}},
		Key:      keyPlace, Hints: hint, Volunteers: []string{h.first().Person, h.second().Person},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// phone is the number of somebody of the neighbourhood.
func (h *callHouse) phone(ref string) (string, error) {
	p := h.person(h.t, "xiwu", ref)
	return h.Sealer.Open(h.xiwu, p.ID, people.FieldPhone, p.PhoneSealed)
}

// smoke lets the detector of 6-402 see smoke and returns the open incident.
func (h *callHouse) smoke() string {
	h.t.Helper()
	ctx := context.Background()
	flat, err := h.Places.ByRef(ctx, h.xiwu, "guihua-6-402")
	if err != nil {
		h.t.Fatal(err)
	}
	sig := alarm.Signal{Tenant: h.xiwu, Device: "smk-402", Kind: alarm.Smoke, On: true, Place: flat.ID, ReceivedAt: h.clock.Now()}
	if err := h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return h.Alarms.OnSignal(ctx, tx, sig) }); err != nil {
		h.t.Fatal(err)
	}
	list, err := h.Alarms.Open(ctx, h.guard())
	if err != nil || len(list) != 1 {
		h.t.Fatal(list, err)
	}
	return list[0].ID
}

// close brings an incident to its end.
func (h *callHouse) close(id string, cause alarm.Cause) {
	h.t.Helper()
	for _, x := range []alarm.Act{{ID: id, Verb: alarm.AtDoor}, {ID: id, Verb: alarm.Outcome}, {ID: id, Verb: alarm.Shut, Cause: cause}} {
		if _, err := h.Alarms.Do(context.Background(), h.guard(), x); err != nil {
			h.t.Fatalf("%s: %v", x.Verb, err)
		}
	}
}

// sheets are what a responder sees of the home of an incident.
func (h *callHouse) sheets(a people.Actor, id string) []alarm.Sheet {
	h.t.Helper()
	v, err := h.Alarms.View(context.Background(), a, id)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		h.t.Fatal(err)
	}
	list, err := h.Alarms.Sheets(context.Background(), a, v)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// told are the keys a person was told, oldest first.
func (h *callHouse) told(a people.Actor) []string {
	h.t.Helper()
	list, err := h.Notify.Inbox(context.Background(), a.Tenant, a.Person, "", 50)
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, m := range slices.Backward(list) {
		out = append(out, m.Key)
	}
	return out
}

// audited counts the entries of the audit trail by an actor about an entry.
func (h *callHouse) audited(a people.Actor, action, id string) int {
	h.t.Helper()
	var n int
	err := h.Store.Reader().QueryRowContext(context.Background(),
		"SELECT COUNT(*) FROM people_audit WHERE tenant_id = $1 AND actor_id = $2 AND action = $3 AND resource_id = $4", h.xiwu, a.Person, action, id).Scan(&n)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// hidden fails unless an error says that there is no such thing.
func hidden(t *testing.T, what string, err error) {
	t.Helper()
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("%s: %v, want not found", what, err)
	}
}

// S28: while an alarm is open, responders see the sheet, and nobody else, and
// nobody after; each look is written down, an open page once in half an hour.
func TestS28_RespondersSeeTheSheetWhileTheAlarmIsOpen(t *testing.T) {
	eachCall(t, func(t *testing.T, h *callHouse) {
		id := h.enter()
		incident := h.smoke()
		for _, a := range []people.Actor{h.guard(), h.colleague(), h.third(), h.first()} {
			got := h.sheets(a, incident)
			if len(got) != 1 || got[0].Name != h.elder().Name || got[0].Age != 78 || got[0].Key != keyPlace || got[0].Hints != hint ||
				got[0].Contacts[1] != (alarm.SheetContact{Name: sonName, Relation: "儿子", Phone: sonPhone}) ||
				!slices.Equal(got[0].Helpers, []string{h.first().Name, h.second().Name}) {
				t.Fatalf("%s sees %+v", a.Name, got)
			}
			if n := h.audited(a, "care.read", id); n != 1 {
				t.Errorf("%s looked once, the trail says %d", a.Name, n)
			}
		}
		for range 30 {
			h.sheets(h.guard(), incident)
		}
		if n := h.audited(h.guard(), "care.read", id); n != 1 {
			t.Errorf("bringing the page up to date was written down again: %d", n)
		}
		h.clock.Advance(care.OneLook)
		h.sheets(h.guard(), incident)
		if n := h.audited(h.guard(), "care.read", id); n != 2 {
			t.Errorf("opening it after half an hour was not written down: %d", n)
		}
		for _, a := range []people.Actor{h.daughter(), h.actor("xiwu", "r0424"), h.stranger(), h.actor("yeqing", "s033")} {
			if got := h.sheets(a, incident); len(got) != 0 {
				t.Errorf("%s sees %+v", a.Name, got)
			}
		}
		h.close(incident, alarm.Cooking)
		for _, a := range []people.Actor{h.guard(), h.colleague(), h.third()} {
			if got := h.sheets(a, incident); len(got) != 0 {
				t.Errorf("%s still sees %+v after it was closed", a.Name, got)
			}
		}
	})
}

// An officer of the subdistrict sees it only once the subdistrict was called.
func TestS28_TheSubdistrictSeesTheSheetOnceItIsCalled(t *testing.T) {
	eachCall(t, func(t *testing.T, h *callHouse) {
		id := h.enter()
		incident, officer := h.smoke(), h.actor("caojiadu", "s001")
		if got := h.sheets(officer, incident); len(got) != 0 {
			t.Fatalf("not called yet, and sees %+v", got)
		}
		for range 3 {
			h.clock.Advance(alarm.ToOffice / 2)
			if _, err := h.Jobs.RunDue(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		if got := h.sheets(officer, incident); len(got) != 1 {
			t.Fatal("called, and sees nothing")
		}
		if h.audited(officer, "care.read", id) != 1 {
			t.Error("the look is not in the neighbourhood's trail")
		}
	})
}

// A drill opens no sheet, so that nobody plays one to read it.
func TestS28_ADrillOpensNoSheet(t *testing.T) {
	eachCall(t, func(t *testing.T, h *callHouse) {
		h.enter()
		id, err := h.Alarms.BeginDrill(context.Background(), h.guard(), h.elder().Dwelling, alarm.DrillMost)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.sheets(h.guard(), id); len(got) != 0 {
			t.Errorf("a drill shows %+v", got)
		}
		if got := h.told(h.daughter()); len(got) != 0 {
			t.Errorf("a drill told the family %q", got)
		}
	})
}

// The family who is on the register is called in the first wave and sees who is
// coming, and nothing of anybody else's.
func TestS30_TheFamilyIsCalledAtOnce(t *testing.T) {
	eachCall(t, func(t *testing.T, h *callHouse) {
		ctx := context.Background()
		h.enter()
		incident := h.smoke()
		v, err := h.Alarms.FamilyView(ctx, h.daughter(), incident)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(v.Responders, func(r alarm.Responder) bool { return r.Person == h.daughter().Person })
		if at < 0 || v.Responders[at].Audience != "family" || !v.Responders[at].Handed.Equal(h.clock.Now()) {
			t.Errorf("responders %+v", v.Responders)
		}
		daughter, page := h.as(t, "xiwu", "r0161"), ""
		if _, err := h.Alarms.Do(ctx, h.first(), alarm.Act{ID: incident, Verb: alarm.Go}); err != nil {
			t.Fatal(err)
		}
		if _, page = send(t, daughter, h.url+alarm.FamilyPath(incident), nil); !strings.Contains(page, people.MaskName(h.first().Name)) || strings.Contains(page, h.first().Name) || strings.Contains(page, keyPlace) {
			t.Error("the family's page does not show who is coming, masked, and nothing else")
		}
		if got := h.told(h.daughter()); !slices.Equal(got, []string{"alarm.told.family"}) {
			t.Errorf("the daughter was told %q", got)
		}
		for _, a := range []people.Actor{h.actor("xiwu", "r0424"), h.stranger(), h.actor("yeqing", "r0502")} {
			_, err := h.Alarms.FamilyView(ctx, a, incident)
			hidden(t, a.Name+" opens the family's page", err)
		}
		_, err = h.Alarms.View(ctx, h.actor("xiwu", "r0424"), incident)
		hidden(t, "a neighbour opens the incident", err)
	})
}

// S30: a contact who is on no register is messaged in the first second, by the
// gateway; their number stands in no row, and after the withdrawal nobody has it.
func TestS30_TheFamilyWithAPhoneOnlyIsMessagedAtOnce(t *testing.T) {
	var mu sync.Mutex
	var came []string
	srv := edge.Secure(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		came = append(came, string(b))
		mu.Unlock()
		_, _ = io.WriteString(w, "{}")
	}))
	take := func() string {
		mu.Lock()
		defer mu.Unlock()
		all := strings.Join(came, "\n")
		came = nil
		return all
	}
	eachCall(t, func(t *testing.T, h *callHouse) {
		ctx, id := context.Background(), h.enter()
		c := gateway.Config{URL: srv.URL + "/sms", Body: `{"to":"{phone}","text":"{text}","id":"{id}"}`}
		if _, _, err := h.Notify.SetGateway(ctx, people.Actor{Tenant: h.Office.ID}, notify.SMS, c); err != nil {
			t.Fatal(err)
		}
		incident := h.smoke()
		h.Notify.Flush(ctx)
		if got := take(); strings.Count(got, sonPhone) != 1 || !strings.Contains(got, "402") || strings.Contains(got, sonName) || strings.Contains(got, h.elder().Name) {
			t.Errorf("the gateway was given %s", got)
		}
		gave := 0 // who was given the number, and for what, is on the receipt
		receipts, err := h.Notify.Receipts(ctx, h.xiwu, incident)
		for _, m := range receipts {
			if m.Channel == notify.SMS && m.To == "kin:"+id+":1" && m.Via == strings.TrimPrefix(srv.URL, "https://") && !m.Handed.IsZero() {
				gave++
			}
		}
		if err != nil || gave != 1 {
			t.Errorf("the receipts name the gateway %d times, %v: %+v", gave, err, receipts)
		}
		_, page := send(t, h.as(t, "xiwu", "s029"), h.url+alarm.Path(incident), nil)
		contains(t, page, "短信（"+strings.TrimPrefix(srv.URL, "https://")+"）")
		var rows int
		err = h.Store.Reader().QueryRowContext(ctx, "SELECT COUNT(*) FROM notify_told WHERE to_id LIKE $1 OR args LIKE $1", "%"+sonPhone+"%").Scan(&rows)
		if err != nil || rows != 0 {
			t.Errorf("%d rows hold the number, %v", rows, err)
		}
		if err := h.Care.Withdraw(ctx, h.elder(), id); err != nil {
			t.Fatal(err)
		}
		if phone, known, err := h.Care.KinPhone(ctx, h.xiwu, "kin:"+id+":1"); phone != "" || !known || err != nil {
			t.Errorf("after the withdrawal: %q %v %v", phone, known, err)
		}
	}, func(o *app.Options) {
		o.HookHosts, o.Client = []string{strings.TrimPrefix(srv.URL, "https://")}, srv.Client()
	})
}

package app_test

import (
	"bufio"
	"context"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/people"
)

// low is the detector of 6-402 with an empty battery, the credential it speaks
// under, and its ticket.
func (w *watched) low(t *testing.T) (device.Credential, device.Unit, upkeep.View) {
	t.Helper()
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, c, "z2m/a", `{"smoke":false}`)
	u := w.bind(t, "zigbee:"+c.Device+"/a", "guihua-6-402")
	w.sends(t, c, "z2m/a", `{"smoke":false,"battery_low":true}`)
	list := w.tickets(t, u.ID)
	if len(list) != 1 {
		t.Fatalf("%d tickets", len(list))
	}
	return c, u, list[0]
}

// S33: the property finds the ticket on its desk, in the list, on the device's
// page and by its message, takes it and closes it without a script.
func TestS33_TicketIsReachedAndClosedOnPages(t *testing.T) {
	w := watch(t)
	_, u, v := w.low(t)
	path := upkeep.Kind().Path(v.ID)
	guard := w.visit(t, "xiwu", "s029")
	for _, at := range []string{"/today", "/devices/" + u.ID, "/upkeep", "/inbox"} {
		status, body := guard.get(at)
		want := path
		if at == "/today" {
			want = "/upkeep"
		}
		guard.has(status, body, 200, `href="`+want+`"`)
	}
	status, body := guard.get(path)
	guard.has(status, body, 200, "电量低 厨房", "检修单 "+v.Number, "待处理", "402", `href="/devices/`+u.ID+`"`)
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(body)[1]
	for range 2 { // pressed twice
		status, _ = guard.post(path+"/take", "key", key)
		guard.has(status, "", 303)
	}
	status, body = guard.get(path)
	guard.has(status, body, 200, "有人在办", "宋雨水：接单")
	status, body = guard.post(path+"/finish", "key", "f")
	guard.has(status, body, 422, "请选做了什么")
	status, body = guard.post(path+"/decline", "key", "d")
	guard.has(status, body, 422, "请写不办的原因")
	status, body = guard.post(path+"/note", "key", "n", "words", "家里没人，明天再去")
	guard.has(status, body, 303)
	status, _ = guard.post(path+"/finish", "key", "f2", "remedy", "battery")
	guard.has(status, "", 303)
	status, body = guard.get(path)
	guard.has(status, body, 200, "已办结", "办好了：换了电池", "家里没人，明天再去")
	if strings.Contains(body, path+"/finish") {
		t.Error("a closed ticket can be closed")
	}
	if _, body = guard.get("/upkeep"); strings.Contains(body, path) {
		t.Error("still among the open ones")
	}
	status, body = guard.get("/upkeep?show=closed")
	guard.has(status, body, 200, path)
}

// S33: the incident that was the third false alarm leads to the ticket, and the
// ticket back to it.
func TestS33_FalseAlarmsLeadToTheTicketAndBack(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, c, "z2m/a", `{"smoke":false}`)
	u := w.bind(t, "zigbee:"+c.Device+"/a", "guihua-6-402")
	actor, err := w.Door.ActorFor(ctx, w.guard.Tenant, w.guard.ID)
	if err != nil {
		t.Fatal(err)
	}
	var last string
	for range 3 {
		w.sends(t, c, "z2m/a", `{"smoke":true}`)
		w.sends(t, c, "z2m/a", `{"smoke":false}`)
		list, err := w.Alarms.Open(ctx, actor)
		if err != nil || len(list) != 1 {
			t.Fatal(len(list), err)
		}
		last = list[0].ID
		for _, x := range []alarm.Act{{Verb: alarm.AtDoor}, {Verb: alarm.Outcome}, {Verb: alarm.Shut, Cause: alarm.Cooking}} {
			x.ID = last
			if _, err := w.Alarms.Do(ctx, actor, x); err != nil {
				t.Fatal(err)
			}
		}
	}
	ticket := upkeep.Kind().Path(w.tickets(t, u.ID)[0].ID)
	guard := w.visit(t, "xiwu", "s029")
	status, body := guard.get(alarm.Path(last))
	guard.has(status, body, 200, ticket, "30 天内误报三次")
	status, body = guard.get(ticket)
	guard.has(status, body, 200, alarm.Path(last))
}

// Nobody but property, committee and administrators knows of a ticket: not the
// neighbours, not the volunteers, not the home itself.
func TestTicketOfAHomeIsNotShownToNeighbours(t *testing.T) {
	w := watch(t)
	_, u, v := w.low(t)
	resident := w.visit(t, "xiwu", firstOf(t, w.house, "xiwu"))
	for _, at := range []string{"/upkeep", upkeep.Kind().Path(v.ID)} {
		if status, _ := resident.get(at); status != 403 {
			t.Errorf("%s answers %d to a resident", at, status)
		}
	}
	for _, at := range []string{"/", "/reports", "/inbox"} {
		if _, body := resident.get(at); strings.Contains(body, v.ID) || strings.Contains(body, v.Number) {
			t.Errorf("%s shows the ticket to a resident", at)
		}
	}
	admin := w.visit(t, "caojiadu", "s003")
	status, body := admin.get(upkeep.Kind().Path(v.ID) + "?n=" + string(w.xiwu))
	admin.has(status, body, 200, "检修单 "+v.Number)
	if strings.Contains(body, "/finish") {
		t.Error("the administrator may close it")
	}
	if status, _ := w.visit(t, "wanhang", "s026").get("/devices/" + u.ID + "/messages"); status != 404 {
		t.Errorf("another neighbourhood reads the messages: %d", status)
	}
}

// The raw messages of a device are its own, newest first, page by page, with
// what they mean or why nobody knows; each look is in the audit trail.
func TestRawMessagesOfADevice(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, c, "z2m/b", `{"smoke":true,"x":"of another"}`)
	for n := range 23 {
		w.sends(t, c, "z2m/a", fmt.Sprintf(`{"smoke":false,"trigger_count":%d}`, n))
	}
	w.sends(t, c, "z2m/a", `{"smoke":"maybe"}`)
	u := w.bind(t, "zigbee:"+c.Device+"/a", "guihua-6-402")
	guard := w.visit(t, "xiwu", "s029")
	status, body := guard.get("/devices/" + u.ID)
	path := "/devices/" + u.ID + "/messages"
	guard.has(status, body, 200, `href="`+path+`"`)
	status, body = guard.get(path)
	guard.has(status, body, 200, `{"smoke":"maybe"}`, "没读懂", "读懂了", "烟雾: 正常", `"trigger_count":22`)
	if strings.Contains(body, "of another") || strings.Contains(body, `"trigger_count":3}`) || strings.Index(body, "maybe") > strings.Index(body, `"trigger_count":22`) {
		t.Error("not the newest of this device's own, newest first")
	}
	if strings.Contains(body, "/replay") {
		t.Error("the guard may have messages read again")
	}
	next := regexp.MustCompile(`href="([^"]*before=[^"]*)"`).FindStringSubmatch(body)
	if next == nil {
		t.Fatal("no older page")
	}
	status, body = guard.get(html.UnescapeString(next[1]))
	guard.has(status, body, 200, `"trigger_count":3}`, `"trigger_count":0}`)
	if strings.Contains(body, `"trigger_count":4}`) || strings.Contains(body, "before=") {
		t.Error("the second page repeats the first, or promises a third")
	}
	var looks int
	err := w.Store.Reader().QueryRowContext(ctx, "SELECT COUNT(*) FROM people_audit WHERE tenant_id = $1 AND actor_id = $2 AND action = $3 AND resource_id = $4",
		w.xiwu, w.guard.ID, "device.messages", u.ID).Scan(&looks)
	if err != nil || looks != 2 {
		t.Errorf("%d looks recorded, want 2: %v", looks, err)
	}
	resident := w.visit(t, "xiwu", firstOf(t, w.house, "xiwu"))
	if status, _ := resident.get(path); status != 403 {
		t.Errorf("a resident reads the messages: %d", status)
	}
}

// The administrator has a message read again once its codec is there.
func TestRawMessageIsReadAgain(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	c := w.grant(t, device.Granting{Format: decode.JSON, Topic: "box", Product: "leak-box"})
	m := w.sends(t, c, "box", `{"leak":"dry"}`)
	u := w.unit(t, c.Device)
	admin, n := w.visit(t, "caojiadu", "s003"), string(w.xiwu)
	path := "/devices/" + u.ID + "/messages"
	status, body := admin.get(path + "?n=" + n)
	again := path + "/" + m.ID + "/replay"
	admin.has(status, body, 200, again)
	mapping := &decode.Mapping{Rules: []decode.Rule{{Path: "leak", Kind: decode.WaterLeak, Table: map[string]string{"wet": decode.On, "dry": decode.Off}}}}
	if _, err := w.Devices.Install(ctx, w.admin, w.xiwu, device.Codec{Format: decode.JSON, Product: "leak-box", Mapping: mapping}); err != nil {
		t.Fatal(err)
	}
	status, _ = admin.post(again, "n", n)
	admin.has(status, "", 303)
	if m = w.decoded(t, c); m.Trouble != "" || m.Replays != 1 {
		t.Fatalf("%+v", m)
	}
	status, body = admin.get(path + "?n=" + n)
	admin.has(status, body, 200, "漏水: 正常")
	status, _ = admin.post(path+"/none/replay", "n", n)
	admin.has(status, "", 404)
}

// A frame that speaks of devices elsewhere is not read by who serves one place
// only.
func TestRawMessageThatSpeaksOfOthersIsForWhoManagesAll(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, c, "z2m/bridge/devices", `[{"ieee_address":"0x01","friendly_name":"床边","type":"EndDevice","definition":{"vendor":"v","model":"m","exposes":[]}}]`)
	bridge := w.bind(t, c.Device, "guihua-6")
	path := "/devices/" + bridge.ID + "/messages"
	guard, committee := w.visit(t, "xiwu", "s029"), w.visit(t, "xiwu", "s012")
	if err := w.serves(ctx, people.Committee, "s012"); err != nil {
		t.Fatal(err)
	}
	status, body := guard.get(path)
	guard.has(status, body, 200, "这条里还有别的设备")
	if strings.Contains(body, "床边") {
		t.Error("the guard of one compound reads it")
	}
	status, body = committee.get(path)
	committee.has(status, body, 200, "床边")
}

// serves fails unless somebody serves the whole neighbourhood in a group.
func (w *watched) serves(ctx context.Context, g people.Group, ref string) error {
	p, err := w.Register.PersonByRef(ctx, w.xiwu, ref)
	if err != nil {
		return err
	}
	a, err := w.Door.ActorFor(ctx, w.xiwu, p.ID)
	if err != nil {
		return err
	}
	t, err := w.Places.Tenant(ctx, w.xiwu)
	if err != nil {
		return err
	}
	root, err := w.Places.ByID(ctx, w.xiwu, t.Root)
	if err == nil && !a.Serves(g, root.Path) {
		err = fmt.Errorf("%s does not serve the neighbourhood", ref)
	}
	return err
}

// stream gives the next part of a live page each time it is called.
func (v visitor) stream(path string) func() string {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.base+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	res, err := v.c.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	v.t.Cleanup(func() { _ = res.Body.Close() })
	lines := bufio.NewReader(res.Body)
	return func() string {
		var part strings.Builder
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				v.t.Fatalf("%s ended: %v", path, err)
			}
			if line == "\n" {
				return part.String()
			}
			part.WriteString(line)
		}
	}
}

// S33: an open list and an open ticket show what another does without being
// asked again, and that the device is well; the form keeps what is typed.
func TestS33_UpkeepPagesFollow(t *testing.T) {
	w := watch(t)
	c, _, v := w.low(t)
	path := upkeep.Kind().Path(v.ID)
	guard, committee := w.visit(t, "xiwu", "s029"), w.visit(t, "xiwu", "s012")
	list, ticket := committee.stream("/upkeep/live?show="), committee.stream(path+"/live")
	for name, next := range map[string]func() string{"the list": list, "the ticket": ticket} {
		if part := next(); !strings.Contains(part, "待处理") {
			t.Errorf("%s does not begin with it: %s", name, part)
		}
	}
	if _, page := committee.get(path); !strings.Contains(page, "hx-morph-skip") || !strings.Contains(page, path+"/live") {
		t.Error("the page does not follow, or not with its form kept")
	}
	if status, _ := guard.post(path+"/take", "key", "k"); status != http.StatusSeeOther {
		t.Fatalf("take: %d", status)
	}
	for name, next := range map[string]func() string{"the list": list, "the ticket": ticket} {
		if part := next(); !strings.Contains(part, "有人在办") {
			t.Errorf("%s does not show that it was taken: %s", name, part)
		}
	}
	w.sends(t, c, "z2m/a", `{"smoke":false,"battery_low":false}`)
	if part := ticket(); !strings.Contains(part, "自动结单") {
		t.Errorf("the ticket does not show that the device is well: %s", part)
	}
	for _, who := range []visitor{w.visit(t, "yeqing", "s017"), w.visit(t, "xiwu", "r0424")} {
		if status, page := who.get(path + "/live"); status == http.StatusOK || strings.Contains(page, "402") {
			t.Errorf("somebody else follows it: %d", status)
		}
	}
}

package app_test

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/inbox"
)

// visitor is a browser without JavaScript.
type visitor struct {
	t    *testing.T
	c    *http.Client
	base string
}

// visit signs somebody in at the watched house.
func (w *watched) visit(t *testing.T, tenant, ref string) visitor {
	t.Helper()
	if w.url == "" {
		s := httptest.NewServer(w.Mux.Handler())
		t.Cleanup(s.Close)
		w.url = s.URL
	}
	return visitor{t, w.as(t, tenant, ref), w.url}
}

func (v visitor) read(res *http.Response, err error) (int, string) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return res.StatusCode, html.UnescapeString(string(b))
}

func (v visitor) get(path string) (int, string) {
	v.t.Helper()
	return v.read(v.c.Get(v.base + path))
}

func (v visitor) post(path string, pairs ...string) (int, string) {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return v.read(v.c.PostForm(v.base+path, form))
}

// has fails unless the answer is of a status and says each of some words.
func (v visitor) has(status int, body string, want int, says ...string) {
	v.t.Helper()
	if status != want {
		v.t.Fatalf("answered %d, want %d", status, want)
	}
	for _, s := range says {
		if !strings.Contains(body, s) {
			v.t.Errorf("does not say %q", s)
		}
	}
}

// S29: a device that appeared by itself is bound to a home from its page, and
// the home counts as covered from then on.
func TestS29_UnclaimedDeviceIsBoundToAHome(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, c, "z2m/hall", `{"smoke":false,"battery":80}`)
	u := w.unit(t, "zigbee:"+c.Device+"/hall")
	guard := w.visit(t, "xiwu", "s029")
	status, body := guard.get("/devices?show=unclaimed")
	guard.has(status, body, 200, "hall", "/devices/"+u.ID)
	_, body = guard.get("/devices/coverage")
	before := covered(body)
	status, body = guard.get("/devices/" + u.ID + "?q=" + url.QueryEscape("6号402"))
	guard.has(status, body, 200, "静安桂花园 6号 402")
	flat, err := w.Places.ByRef(ctx, w.xiwu, "guihua-6-402")
	if err != nil || !strings.Contains(body, `value="`+flat.ID+`"`) {
		t.Fatal("the home cannot be chosen", err)
	}
	status, body = guard.post("/devices/"+u.ID+"/bind", "q", "6号402", "spot", "厨房")
	guard.has(status, body, 422, "请选择它装在哪里")
	status, body = guard.post("/devices/"+u.ID+"/bind", "place", flat.ID, "spot", "厨房", "replace_by", "soon")
	guard.has(status, body, 422, "2026-11-23")
	status, _ = guard.post("/devices/"+u.ID+"/bind", "place", flat.ID, "spot", "厨房", "installed", "2026-11-01", "replace_by", "2036-11-01")
	guard.has(status, "", 303)
	if u = w.unit(t, u.Key); u.Place != flat.ID || u.Spot != "厨房" || u.ReplaceBy.IsZero() {
		t.Fatalf("%+v", u)
	}
	_, body = guard.get("/devices/coverage")
	if after := covered(body); after != before+1 {
		t.Errorf("covered %d, then %d", before, after)
	}
	status, _ = guard.post("/devices/" + u.ID + "/unbind")
	guard.has(status, "", 303)
	if u = w.unit(t, u.Key); u.Place != "" {
		t.Errorf("%+v", u)
	}
}

// covered is how many homes a page says are covered.
func covered(body string) (n int) {
	m := regexp.MustCompile(`(\d+) 户有，共`).FindStringSubmatch(body)
	if m == nil {
		return -1
	}
	for _, d := range m[1] {
		n = 10*n + int(d-'0')
	}
	return n
}

// Each property sees its own devices and those nobody claimed; residents see
// the detector of their own home and no list.
func TestWhoSeesWhichDevice(t *testing.T) {
	w := watch(t)
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, c, "z2m/hall", `{"smoke":false}`)
	u := w.bind(t, "zigbee:"+c.Device+"/hall", "guihua-6-402")
	committee, guard, other := w.visit(t, "xiwu", "s012"), w.visit(t, "xiwu", "s029"), w.visit(t, "wanhang", "s026")
	for name, v := range map[string]visitor{"committee": committee, "guard": guard} {
		if status, body := v.get("/devices/" + u.ID); status != 200 || !strings.Contains(body, "6号 402") && !strings.Contains(body, "402") {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status, _ := other.get("/devices/" + u.ID); status != 404 {
		t.Errorf("another neighbourhood's property: %d", status)
	}
	resident := w.visit(t, "xiwu", firstOf(t, w.house, "xiwu"))
	if status, _ := resident.get("/devices"); status != 403 {
		t.Errorf("a resident reads the list: %d", status)
	}
	if status, _ := resident.get("/devices/" + u.ID); status != 404 {
		t.Errorf("a resident reads another home's detector: %d", status)
	}
	if status, _ := guard.get("/devices/doors"); status != 403 {
		t.Errorf("a guard reads the credentials: %d", status)
	}
}

// The monthly list: marked by hand from the list, or by the detector's own
// test message.
func TestMonthlyTestsAreMarkedByHandOrByTheDetector(t *testing.T) {
	w := watch(t)
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	for _, name := range []string{"hand", "self"} {
		w.sends(t, c, "z2m/"+name, `{"smoke":false}`)
		w.bind(t, "zigbee:"+c.Device+"/"+name, "guihua-6-402")
	}
	hand, self := w.unit(t, "zigbee:"+c.Device+"/hand"), w.unit(t, "zigbee:"+c.Device+"/self")
	guard := w.visit(t, "xiwu", "s029")
	status, body := guard.get("/devices/tests")
	guard.has(status, body, 200, hand.ID, self.ID)
	status, _ = guard.post("/devices/"+hand.ID+"/tested", "from", "tests")
	guard.has(status, "", 303)
	w.sends(t, c, "z2m/self", `{"smoke":true,"test":true}`)
	_, body = guard.get("/devices/tests")
	if strings.Contains(body, hand.ID) || strings.Contains(body, self.ID) {
		t.Error("still on the list")
	}
	w.passes(t, 32*24*3600e9)
	guard = w.visit(t, "xiwu", "s029")
	if _, body = guard.get("/devices/tests"); !strings.Contains(body, hand.ID) || !strings.Contains(body, self.ID) {
		t.Error("not on the list after a month")
	}
}

// An alarm that nobody confirms is warned of, with what to do, until the
// bridge waits for receipts.
func TestAlarmsWithoutReceiptAreWarnedOfOnScreen(t *testing.T) {
	w := watch(t)
	c, client := w.dial(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	guard := w.visit(t, "xiwu", "s029")
	publishAt(t, client, 0, "z2m/a", `{"smoke":false}`)
	w.decoded(t, c)
	u := w.unit(t, "zigbee:"+c.Device+"/a")
	status, body := guard.get("/devices")
	guard.has(status, body, 200, "不等回执（QoS 0）", "device_options")
	status, body = guard.get("/devices/" + u.ID)
	guard.has(status, body, 200, "qos: 1")
	publishAt(t, client, 1, "z2m/a", `{"smoke":false,"battery":50}`)
	w.decoded(t, c)
	if _, body = guard.get("/devices"); strings.Contains(body, "QoS 0") {
		t.Error("still warned of")
	}
}

// A credential's password is shown once; from its end on nobody comes in.
func TestCredentialIsShownOnceAndEnds(t *testing.T) {
	w := watch(t)
	admin := w.visit(t, "caojiadu", "s003")
	n := string(w.xiwu)
	status, body := admin.post("/devices/doors", "n", n, "format", "zigbee2mqtt", "topic", "z2m/#")
	admin.has(status, body, 422, "主题不能含")
	status, body = admin.post("/devices/doors", "n", n, "format", "ctwing")
	admin.has(status, body, 200, "只显示这一次", "/push/ctwing/")
	push := regexp.MustCompile(`/push/ctwing/(xw-[a-z0-9]+)\.([a-z0-9]+)`).FindStringSubmatch(body)
	if push == nil {
		t.Fatal("no push address")
	}
	if status, _ := admin.post(push[0]); status != 200 {
		t.Fatalf("not let in: %d", status)
	}
	_, body = admin.get("/devices/doors?n=" + n)
	if strings.Contains(body, push[2]) || !strings.Contains(body, push[1]) {
		t.Fatal("the password is shown again, or the credential is not")
	}
	list, err := w.Devices.Credentials(context.Background(), w.admin, w.xiwu)
	if err != nil || len(list) != 1 {
		t.Fatal(err, len(list))
	}
	status, _ = admin.post("/devices/doors/"+list[0].ID+"/end", "n", n)
	admin.has(status, "", 303)
	if status, _ := admin.post(push[0]); status != 404 {
		t.Errorf("let in after the end: %d", status)
	}
	status, _ = admin.post("/devices/doors/"+list[0].ID+"/end", "n", n)
	admin.has(status, "", 404)
}

const endless = `function decodeUplink(i) { return {data: {x: /(?=(a+)+$)b/.test("a".repeat(40))}, y: (function f(){ for(;;){} })()} }`

// The preview reads stored messages with what is being written, changes
// nothing, and gives up on a script that does not end.
func TestCodecPreviewReadsStoredMessages(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	c := w.grant(t, device.Granting{Format: decode.JSON, Topic: "box", Product: "leak-box"})
	for range 3 {
		w.sends(t, c, "box", `{"leak":"wet"}`)
	}
	admin := w.visit(t, "caojiadu", "s003")
	n := string(w.xiwu)
	status, body := admin.get("/devices/codecs?n=" + n)
	admin.has(status, body, 200, "读不懂的消息（3）", `{"leak":"wet"}`)
	status, body = admin.post("/devices/codecs", "n", n, "format", "json", "product", "leak-box", "mapping", `{"rules":[{"path":"leak","kind":"fire"}]}`)
	admin.has(status, body, 422, "rule 1")
	form := []string{"n", n, "format", "json", "product", "leak-box", "mapping", `{"rules":[{"path":"leak","kind":"water_leak","table":{"wet":"on","dry":"off"}}]}`}
	status, body = admin.post("/devices/codecs", append(form, "do", "try")...)
	admin.has(status, body, 200, "读懂了", "漏水: 报警", "SHA-256")
	w.sends(t, c, "box", `{"leak":"dry","crc":17}`)
	status, body = admin.post("/devices/codecs", append(form, "do", "try")...)
	admin.has(status, body, 200, "没读懂", "crc=17")
	form[7] = strings.TrimSuffix(form[7], "}") + `,"ignore":["crc"]}`
	status, body = admin.post("/devices/codecs", append(form, "do", "try")...)
	admin.has(status, body, 200, "对照表里写明不报警：crc")
	if strings.Contains(body, "crc=17") {
		t.Error("a field that the mapping ignores is not understood")
	}
	if list, err := w.Devices.Codecs(ctx, w.xiwu); err != nil || len(list) != 0 {
		t.Fatalf("the preview installed %+v, %v", list, err)
	}
	if u := w.unit(t, c.Device); len(u.State) != 0 {
		t.Fatalf("the preview changed the device: %+v", u)
	}
	status, body = admin.post("/devices/codecs", append(form, "do", "install")...)
	list, err := w.Devices.Codecs(ctx, w.xiwu)
	if err != nil || len(list) != 1 {
		t.Fatal(err, len(list))
	}
	admin.has(status, body, 200, list[0].Digest)
	status, _ = admin.post("/devices/codecs/replay", "n", n)
	admin.has(status, "", 303)
	if m := w.decoded(t, c); m.Trouble != "" {
		t.Errorf("%+v", m)
	}
	status, _ = admin.post("/devices/codecs/remove", "n", n, "format", "json", "product", "leak-box")
	admin.has(status, "", 303)
}

func TestCodecPreviewGivesUpOnAHostileScript(t *testing.T) {
	w := watch(t)
	c := w.grant(t, device.Granting{Format: decode.ChirpStack, Topic: "application"})
	body := `{"deviceInfo":{"devEui":"0101010101010101","deviceProfileName":"X1"},"fPort":1,"data":"AQ=="}`
	for range 8 {
		w.sends(t, c, "application/a/device/0101010101010101/event/up", body)
	}
	admin := w.visit(t, "caojiadu", "s003")
	status, page := admin.post("/devices/codecs", "n", string(w.xiwu), "format", "chirpstack", "product", "X1", "script", endless, "do", "try")
	admin.has(status, page, 200, "stopped at a limit", "没读懂")
	if got := strings.Count(page, "没读懂"); got != 2 {
		t.Errorf("%d trials of a script that does not end", got)
	}
	if _, err := w.Devices.Install(context.Background(), w.admin, w.xiwu, device.Codec{Format: decode.ChirpStack, Product: "X1", Script: endless}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Inbox.Append(context.Background(), inbox.Message{Tenant: w.xiwu, Source: "mqtt", Device: c.Username, Topic: "application/a/device/0101010101010101/event/up", Body: []byte(body)}); err != nil {
		t.Fatal(err)
	}
	unit := w.unit(t, "lora:0101010101010101")
	until(t, "a trouble while it is read again", func() bool { unit = w.unit(t, unit.Key); return unit.Has(device.NotUnderstood) })
	if got := w.told(t, w.guard, unit.ID); len(got) != 1 {
		t.Errorf("no ticket, or more than one: %+v", got)
	}
	backlog, err := w.Inbox.Backlog(context.Background(), w.xiwu)
	if err != nil || backlog != (inbox.Backlog{Troubled: 8, Ordinary: 1}) {
		t.Errorf("%+v %v", backlog, err)
	}
}

// The page of doors shows whose client id a credential took, and lets it go;
// who only looks after a compound may not.
func TestPinnedClientIDIsLetGoFromThePage(t *testing.T) {
	w := watch(t)
	c, password, err := w.Devices.Issue(context.Background(), w.admin, w.xiwu, device.Granting{Format: decode.JSON, Topic: "box"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.connect(t, "box-1", c.Username, password); err != nil {
		t.Fatal(err)
	}
	at := "/devices/doors/" + c.ID + "/unpin"
	admin, n := w.visit(t, "caojiadu", "s003"), string(w.xiwu)
	status, body := admin.get("/devices/doors?n=" + n)
	admin.has(status, body, 200, "box-1", at)
	if status, _ := w.visit(t, "xiwu", "s029").post(at); status == 303 {
		t.Error("a guard lets it go")
	}
	status, _ = admin.post(at, "n", n)
	admin.has(status, "", 303)
	_, body = admin.get("/devices/doors?n=" + n)
	if strings.Contains(body, at) || strings.Contains(body, "box-1") {
		t.Error("it is still there")
	}
	if _, err := w.connect(t, "box-2", c.Username, password); err != nil {
		t.Errorf("the next is kept out: %v", err)
	}
}

// What a device says of itself is its make on its page, not what its bridge
// calls it.
func TestMakeIsWhatTheDeviceSaysOfItself(t *testing.T) {
	w := watch(t)
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, c, "z2m/bridge/devices", `[{"ieee_address":"0x07","friendly_name":"hall","type":"EndDevice","definition":{"vendor":"Xiaomi","model":"JTYJ","exposes":[]}}]`)
	guard := w.visit(t, "xiwu", "s029")
	status, body := guard.get("/devices/" + w.unit(t, "zigbee:0x07").ID)
	guard.has(status, body, 200, "Xiaomi JTYJ")
}

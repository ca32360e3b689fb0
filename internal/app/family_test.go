package app_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/notify/gateway"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/words"
	"github.com/linli/linli/test/edge"
)

// familyHouse is a house whose message gateway keeps what it was given.
type familyHouse struct {
	*callHouse
	mu   sync.Mutex
	came []string
}

// eachFamily runs fn on both databases, with an elder on the register, a gateway
// for messages and a public address.
func eachFamily(t *testing.T, fn func(t *testing.T, h *familyHouse)) {
	t.Helper()
	f := &familyHouse{}
	srv := edge.Secure(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		f.mu.Lock()
		f.came = append(f.came, string(b))
		f.mu.Unlock()
		_, _ = io.WriteString(w, "{}")
	}))
	eachCall(t, func(t *testing.T, h *callHouse) {
		f.callHouse, f.came = h, nil
		c := gateway.Config{URL: srv.URL + "/sms", Body: `{"to":"{phone}","text":"{text}","link":"{link}","id":"{id}"}`}
		if _, _, err := h.Notify.SetGateway(context.Background(), people.Actor{Tenant: h.Office.ID}, notify.SMS, c); err != nil {
			t.Fatal(err)
		}
		fn(t, f)
	}, func(o *app.Options) {
		o.HookHosts, o.Client, o.Public = []string{strings.TrimPrefix(srv.URL, "https://")}, srv.Client(), "https://linli.test"
	})
}

// link is the path in the message that a number got.
func (h *familyHouse) link(phone string) string {
	h.t.Helper()
	h.Notify.Flush(context.Background())
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.came {
		if strings.Contains(m, phone) {
			return regexp.MustCompile(`https://linli\.test(/f/[^"]+)`).FindStringSubmatch(m)[1]
		}
	}
	h.t.Fatalf("%s got no message", phone)
	return ""
}

// guest is a browser that nobody ever signed in on, without JavaScript.
func guest() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ask sends a form, or with no form looks, in a language.
func ask(t *testing.T, c *http.Client, lang, address string, form url.Values) (int, string) {
	t.Helper()
	method, body := http.MethodGet, ""
	if form != nil {
		method, body = http.MethodPost, form.Encode()
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Language", lang)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// press is the form of a button that the page offers.
func press(t *testing.T, page, action string) url.Values {
	t.Helper()
	_, after, found := strings.Cut(page, `action="`+action+`"`)
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(after)
	if !found || key == nil {
		t.Fatalf("the page offers no %s", action)
	}
	return url.Values{"key": {key[1]}}
}

func contains(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

// after moves the clock on and lets what fell due happen.
func (h *familyHouse) after(d time.Duration) {
	h.t.Helper()
	h.clock.Advance(d)
	if _, err := h.Jobs.RunDue(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *familyHouse) view(id string) alarm.View {
	h.t.Helper()
	v, err := h.Alarms.View(context.Background(), h.guard(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// steps are the timers that fired, in order.
func (h *familyHouse) steps(id string) (out []string) {
	for _, e := range h.view(id).Timeline {
		if e.Verb == alarm.Escalate {
			out = append(out, strings.TrimPrefix(e.Key, "alarm.step."))
		}
	}
	return out
}

// S30: the son, who is on no register, answers by the link in his message and
// without an account: he goes, stands at the door, says what it is. The desk
// shows him in the family's lane and the record has the second.
func TestS30_TheFamilyAnswersByTheLinkTheyWereSent(t *testing.T) {
	for _, lang := range []struct{ tag, son, going, door, bring, over string }{
		{"zh-CN", "儿子 " + sonName, "在路上", "已到门口", "没有起火", "不用再赶去了"},
		{"en", "儿子 " + sonName, "On the way", "At the door", "No fire", "You no longer need to go"},
	} {
		t.Run(lang.tag, func(t *testing.T) {
			eachFamily(t, func(t *testing.T, h *familyHouse) {
				h.enter()
				incident := h.smoke()
				link, son, guard := h.link(sonPhone), guest(), h.as(t, "xiwu", "s029")
				desk := func() string { _, page := ask(t, guard, lang.tag, h.url+"/alarms", nil); return page }
				_, page := ask(t, son, lang.tag, h.url+link, nil)
				if strings.Contains(page, keyPlace) || strings.Contains(page, sonPhone) || !strings.Contains(page, "402") {
					t.Fatal("the page is not what the family may see")
				}
				form := press(t, page, link+"/go")
				h.clock.Advance(7 * time.Second)
				for range 2 { // pressed twice is said once
					if status, body := ask(t, son, lang.tag, h.url+link+"/go", form); status != http.StatusSeeOther {
						t.Fatalf("go: %d %s", status, body)
					}
				}
				contains(t, desk(), lang.son, lang.going, words.Seconds(h.clock.Now()))
				h.clock.Advance(90 * time.Second)
				_, page = ask(t, son, lang.tag, h.url+link, nil)
				if status, body := ask(t, son, lang.tag, h.url+link+"/at_door", press(t, page, link+"/at_door")); status != http.StatusSeeOther {
					t.Fatalf("at the door: %d %s", status, body)
				}
				contains(t, desk(), lang.son, lang.door, words.Seconds(h.clock.Now()))
				_, page = ask(t, son, lang.tag, h.url+link+"/outcome", nil)
				form = press(t, page, link+"/outcome")
				form.Set("fire", "false")
				form.Set("words", "锅烧干了，火已关")
				for range 2 {
					if status, body := ask(t, son, lang.tag, h.url+link+"/outcome", form); status != http.StatusSeeOther {
						t.Fatalf("outcome: %d %s", status, body)
					}
				}
				contains(t, desk(), "锅烧干了，火已关", lang.bring)
				var got []matter.Verb
				for _, e := range h.view(incident).Timeline {
					if e.Group == "family" {
						got = append(got, e.Verb)
					}
				}
				if !slices.Equal(got, []matter.Verb{alarm.FamilyGo, alarm.AtDoor, alarm.Outcome}) {
					t.Errorf("the record has %v of the family", got)
				}
				if _, err := h.Alarms.Do(context.Background(), h.guard(), alarm.Act{ID: incident, Verb: alarm.Shut, Cause: alarm.StoveLeftOn}); err != nil {
					t.Fatal(err)
				}
				status, page := ask(t, son, lang.tag, h.url+link, nil)
				if contains(t, page, lang.over); status != http.StatusOK || strings.Contains(page, `method="post" action="/f/`) {
					t.Errorf("after the closing: %d", status)
				}
				if page := desk(); strings.Contains(page, sonName) {
					t.Error("the family's name is on the desk after the closing")
				}
				_, page = ask(t, guard, lang.tag, h.url+alarm.Path(incident), nil)
				if strings.Contains(page, sonName) {
					t.Error("the family's name is on the closed incident")
				}
			})
		})
	}
}

// An ended and an expired link say so in a sentence, and a wrong one is nothing.
func TestS30_ALinkThatIsOverSaysSo(t *testing.T) {
	eachFamily(t, func(t *testing.T, h *familyHouse) {
		h.enter()
		incident := h.smoke()
		link, son := h.link(sonPhone), guest()
		_, page := ask(t, son, "zh-CN", h.url+link, nil)
		form := press(t, page, link+"/go")
		for _, wrong := range []string{link[:len(link)-1] + "_", link[:strings.LastIndex(link, "/")+1] + "0", "/f/XX" + link[strings.Index(link[3:], "/")+3:]} {
			for _, at := range []string{wrong, wrong + "/go"} {
				v := form
				if at == wrong {
					v = nil
				}
				if status, body := ask(t, son, "zh-CN", h.url+at, v); status != http.StatusNotFound || strings.Contains(body, "402") {
					t.Errorf("%s: %d", at, status)
				}
			}
		}
		number, err := h.phone("r0161")
		if err != nil || h.link(number) == link {
			t.Errorf("the daughter has the son's link, %v", err)
		}
		h.close(incident, alarm.Cooking)
		for _, x := range []struct {
			path string
			form url.Values
			said string
		}{{link + "/go", form, "这次报警已经结束"}, {link + "/outcome", nil, "这次报警已经结束"}} {
			if status, body := ask(t, son, "zh-CN", h.url+x.path, x.form); status != http.StatusGone || !strings.Contains(body, x.said) {
				t.Errorf("%s after the closing: %d", x.path, status)
			}
		}
		h.clock.Advance(alarm.LinkLife + time.Second)
		for lang, said := range map[string]string{"zh-CN": "这个链接已经过期", "en": "This link has expired"} {
			status, body := ask(t, son, lang, h.url+link, nil)
			if status != http.StatusGone || !strings.Contains(body, said) || strings.Contains(body, "402") {
				t.Errorf("%s: %d", lang, status)
			}
		}
		if v := h.view(incident); slices.ContainsFunc(v.Responders, func(r alarm.Responder) bool { return r.Audience == "family" && r.Answer != "" }) {
			t.Error("an answer was taken after the closing")
		}
	})
}

// S31: "I go" of the family stops none of the calls of the three parties, not
// even where somebody of them took it back.
func TestS31_TheFamilyGoingSilencesNobody(t *testing.T) {
	eachFamily(t, func(t *testing.T, h *familyHouse) {
		ctx := context.Background()
		h.enter()
		incident := h.smoke()
		do := func(a people.Actor, verb matter.Verb) {
			t.Helper()
			act := h.Alarms.Do
			if a.Person == h.daughter().Person {
				act = h.Alarms.DoFamily
			}
			if _, err := act(ctx, a, alarm.Act{ID: incident, Verb: verb}); err != nil {
				t.Fatalf("%s: %v", verb, err)
			}
		}
		do(h.daughter(), alarm.Go)
		before := len(h.told(h.daughter()))
		if v := h.view(incident); v.Phase != matter.Raised || !v.AckedAt.IsZero() {
			t.Fatalf("the family going made it %s", v.Phase)
		}
		for range 19 {
			h.after(10 * time.Second)
		}
		if got := h.steps(incident); !slices.Contains(got, "repeat") || !slices.Contains(got, "office") || !slices.Contains(got, "call119") {
			t.Errorf("after three minutes: %v", got)
		}
		if n := len(h.told(h.daughter())); n != before {
			t.Errorf("the daughter on her way was told %d times more", n-before)
		}
		do(h.guard(), alarm.Go)
		do(h.guard(), alarm.Cannot)
		if v := h.view(incident); v.Phase != matter.Raised {
			t.Errorf("the guard took it back, only the family goes: %s", v.Phase)
		}
		do(h.daughter(), alarm.Cannot)
		if v := h.view(incident); v.Phase != matter.Raised {
			t.Errorf("the daughter cannot either: %s", v.Phase)
		}
	})
}

// S31: the family at the door is somebody at the door; but those who serve there
// are told that they are alone, and called every five minutes until one answers.
func TestS31_TheFamilyAloneAtTheDoorIsNotLeftAlone(t *testing.T) {
	eachFamily(t, func(t *testing.T, h *familyHouse) {
		ctx := context.Background()
		h.enter()
		incident := h.smoke()
		h.clock.Advance(50 * time.Second)
		if _, err := h.Alarms.DoFamily(ctx, h.daughter(), alarm.Act{ID: incident, Verb: alarm.Outcome}); err == nil {
			t.Error("who is not there says what it is there")
		}
		if _, err := h.Alarms.DoFamily(ctx, h.daughter(), alarm.Act{ID: incident, Verb: alarm.AtDoor}); err != nil {
			t.Fatal(err)
		}
		v := h.view(incident)
		if v.Phase != matter.Doing || !v.Alone || !v.DoorAt.Equal(h.clock.Now()) || v.Holder.Person != "" {
			t.Fatalf("%s, alone %v, held by %+v", v.Phase, v.Alone, v.Holder)
		}
		if got := h.told(h.guard()); !slices.Contains(got, "alarm.told.family_door") {
			t.Errorf("the guard was told %v", got)
		}
		_, page := ask(t, h.as(t, "xiwu", "s029"), "zh-CN", h.url+alarm.Path(incident), nil)
		contains(t, page, "家人到门口了，还没有别人去", alarm.Path(incident)+"/go", "data-ring")
		was := len(h.steps(incident))
		h.after(alarm.NobodyThere - time.Second)
		if n := len(h.steps(incident)); n != was {
			t.Errorf("%d more steps before five minutes", n-was)
		}
		h.after(time.Second)
		h.after(alarm.NobodyThere)
		if got := h.steps(incident)[was:]; !slices.Equal(got, []string{"alone", "alone"}) {
			t.Errorf("in ten minutes: %v", got)
		}
		if got := h.told(h.guard()); !slices.Contains(got, "alarm.told.alone") {
			t.Errorf("the guard was told %v", got)
		}
		if _, err := h.Alarms.Do(ctx, h.first(), alarm.Act{ID: incident, Verb: alarm.Go}); err != nil {
			t.Fatal(err)
		}
		was = len(h.steps(incident))
		h.after(time.Hour)
		if n := len(h.steps(incident)); n != was {
			t.Errorf("%d more steps though a volunteer goes", n-was)
		}
		if _, err := h.Alarms.DoFamily(ctx, h.daughter(), alarm.Act{ID: incident, Verb: alarm.Outcome, IsFire: true}); err != nil {
			t.Fatal(err)
		}
		if got := h.told(h.guard()); !slices.Contains(got, "alarm.told.family_fire") {
			t.Errorf("of the fire the guard was told %v", got)
		}
		if _, err := h.Alarms.DoFamily(ctx, h.daughter(), alarm.Act{ID: incident, Verb: alarm.Shut, Cause: alarm.Fire}); err == nil {
			t.Error("the family closed the incident")
		}
	})
}

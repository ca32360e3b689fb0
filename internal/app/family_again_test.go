package app_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// sent counts the messages that a number got.
func (h *familyHouse) sent(phone string) (n int) {
	h.t.Helper()
	h.Notify.Flush(context.Background())
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.came {
		if strings.Contains(m, phone) {
			n++
		}
	}
	return n
}

// S31: "at the door" pressed by mistake is taken back by the link. With nobody
// at the door the calls go on from where they would be, and the record has both.
func TestS31_TheFamilyIsNotAtTheDoorYet(t *testing.T) {
	eachFamily(t, func(t *testing.T, h *familyHouse) {
		h.enter()
		incident := h.smoke()
		link, son := h.link(sonPhone), guest()
		send := func(verb string) (int, string) {
			_, page := ask(t, son, "zh-CN", h.url+link, nil)
			return ask(t, son, "zh-CN", h.url+link+"/"+verb, press(t, page, link+"/"+verb))
		}
		h.after(30 * time.Second)
		if status, body := send("at_door"); status != http.StatusSeeOther {
			t.Fatalf("at the door: %d %s", status, body)
		}
		h.after(25 * time.Second)
		_, page := ask(t, son, "zh-CN", h.url+link, nil)
		contains(t, page, "点错了，我还没到")
		form := press(t, page, link+"/not_there")
		for range 2 { // pressed twice is said once
			if status, body := ask(t, son, "zh-CN", h.url+link+"/not_there", form); status != http.StatusSeeOther {
				t.Fatalf("not there: %d %s", status, body)
			}
		}
		v := h.view(incident)
		if v.Phase != matter.Raised || !v.DoorAt.IsZero() || !v.AckedAt.IsZero() || v.Alone {
			t.Fatalf("%s, at the door %v, answered %v, alone %v", v.Phase, v.DoorAt, v.AckedAt, v.Alone)
		}
		keys := map[string]int{}
		for _, e := range v.Timeline {
			keys[e.Key]++
		}
		if keys["alarm.did.at_door"] != 1 || keys["alarm.did.not_there_nobody"] != 1 {
			t.Errorf("the record has %v", keys)
		}
		_, page = ask(t, son, "zh-CN", h.url+link, nil)
		press(t, page, link+"/at_door") // later they may be there indeed
		was := len(h.steps(incident))
		h.after(5 * time.Second)
		if got := h.steps(incident)[was:]; !slices.Equal(got, []string{"repeat"}) {
			t.Errorf("at sixty seconds: %v", got)
		}
		h.after(time.Minute)
		if got := h.steps(incident); !slices.Contains(got, "office") {
			t.Errorf("at two minutes: %v", got)
		}
	})
}

// S31: taken back after minutes, what fell due meanwhile is called at once; with
// somebody else on the way or at the door the incident goes on as theirs; once
// somebody said what it is there is nothing to take back.
func TestS31_NotAtTheDoorLeavesTheOthersTheirs(t *testing.T) {
	eachFamily(t, func(t *testing.T, h *familyHouse) {
		ctx := context.Background()
		h.enter()
		incident := h.smoke()
		family := func(a people.Actor, verb matter.Verb) error {
			_, err := h.Alarms.DoFamily(ctx, a, alarm.Act{ID: incident, Verb: verb})
			return err
		}
		staff := func(verb matter.Verb) {
			t.Helper()
			if _, err := h.Alarms.Do(ctx, h.guard(), alarm.Act{ID: incident, Verb: verb}); err != nil {
				t.Fatalf("%s: %v", verb, err)
			}
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(family(h.daughter(), alarm.AtDoor))
		h.after(150 * time.Second)
		must(family(h.daughter(), alarm.NotThere))
		h.after(0)
		if got := h.steps(incident); !slices.Contains(got, "repeat") || !slices.Contains(got, "office") {
			t.Errorf("called after two and a half minutes: %v", got)
		}
		must(family(h.daughter(), alarm.AtDoor))
		staff(alarm.Go)
		answered := h.clock.Now()
		h.after(time.Minute)
		must(family(h.daughter(), alarm.NotThere))
		if v := h.view(incident); v.Phase != matter.Taken || v.Holder.Person != h.guard().Person || !v.AckedAt.Equal(answered) {
			t.Errorf("with the guard on the way: %s, held by %+v, since %v", v.Phase, v.Holder, v.AckedAt)
		}
		h.after(4 * time.Minute)
		if got := h.steps(incident); got[len(got)-1] != "nobody" {
			t.Errorf("five minutes after the guard went: %v", got)
		}
		must(family(h.daughter(), alarm.AtDoor))
		staff(alarm.AtDoor)
		must(family(h.daughter(), alarm.NotThere))
		if v := h.view(incident); v.Phase != matter.Doing || !v.DoorAt.Equal(h.clock.Now()) {
			t.Errorf("with the guard at the door: %s", v.Phase)
		}
		must(family(h.daughter(), alarm.AtDoor))
		staff(alarm.Outcome)
		if err := family(h.daughter(), alarm.NotThere); err == nil {
			t.Error("taken back after it was said what it is")
		}
	})
}

// S31: at sixty seconds without an answer the family is called again like all
// the first wave, whoever has no account too; who answered is not.
func TestS31_TheFamilyIsCalledAgain(t *testing.T) {
	eachFamily(t, func(t *testing.T, h *familyHouse) {
		h.enter()
		incident := h.smoke()
		if n := h.sent(sonPhone); n != 1 {
			t.Fatalf("the son got %d messages at once", n)
		}
		h.after(59 * time.Second)
		if n := h.sent(sonPhone); n != 1 {
			t.Errorf("the son got %d messages before a minute", n)
		}
		h.after(time.Second)
		if n := h.sent(sonPhone); n != 2 {
			t.Errorf("the son got %d messages after a minute, want 2", n)
		}
		if got := h.told(h.daughter()); !slices.Contains(got, "alarm.told.repeat") {
			t.Errorf("the daughter was told %v", got)
		}
		if _, err := h.Alarms.DoFamily(context.Background(), h.daughter(), alarm.Act{ID: incident, Verb: alarm.Cannot}); err != nil {
			t.Fatal(err)
		}
		before := len(h.told(h.daughter()))
		h.after(time.Minute)
		h.after(time.Minute)
		h.after(time.Minute)
		if n := h.sent(sonPhone); n < 4 {
			t.Errorf("the son got %d messages in four minutes", n)
		}
		if n := len(h.told(h.daughter())); n != before {
			t.Errorf("who cannot come was told %d times more", n-before)
		}
	})
}

// S31: one of the family who lives in the home finds from their own page of the
// alarm the one of those who live there; who lives elsewhere does not.
func TestS31_TheFamilyThatLivesThereFindsTheHouseholdsPage(t *testing.T) {
	eachFamily(t, func(t *testing.T, h *familyHouse) {
		ctx := context.Background()
		h.enter()
		incident := h.smoke()
		daughter := h.as(t, "xiwu", "r0161")
		if _, page := ask(t, daughter, "zh-CN", h.url+alarm.FamilyPath(incident), nil); strings.Contains(page, alarm.HouseholdPath(incident)) {
			t.Error("who lives elsewhere is led there")
		}
		if status, _ := ask(t, daughter, "zh-CN", h.url+alarm.HouseholdPath(incident), nil); status != http.StatusNotFound {
			t.Errorf("who lives elsewhere sees it: %d", status)
		}
		home, err := h.Register.HouseholdAt(ctx, h.daughter().Tenant, h.view(incident).Place)
		if err != nil {
			t.Fatal(err)
		}
		err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE people_person SET household_id = $2 WHERE tenant_id = $1 AND id = $3", home.Tenant, home.ID, h.daughter().Person)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		daughter = h.as(t, "xiwu", "r0161") // signs in at home
		_, page := ask(t, daughter, "zh-CN", h.url+alarm.FamilyPath(incident), nil)
		contains(t, page, alarm.HouseholdPath(incident))
		_, page = ask(t, daughter, "zh-CN", h.url+alarm.HouseholdPath(incident), nil)
		if status, _ := ask(t, daughter, "zh-CN", h.url+alarm.HouseholdPath(incident)+"/hush", press(t, page, alarm.HouseholdPath(incident)+"/hush")); status != http.StatusSeeOther {
			t.Errorf("hush: %d", status)
		}
		_, page = ask(t, guest(), "zh-CN", h.url+h.link(sonPhone), nil)
		if strings.Contains(page, alarm.HouseholdPath(incident)) {
			t.Error("the link that needs no account leads there")
		}
	})
}

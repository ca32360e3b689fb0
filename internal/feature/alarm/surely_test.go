package alarm_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

// brokenHomes is a register that can neither be read nor asked; on PostgreSQL
// the failed statement ends the transaction that it stands in.
type brokenHomes struct{}

func (brokenHomes) Family(ctx context.Context, db store.DB, _ store.Tenant, _ string) ([]string, error) {
	_, err := db.ExecContext(ctx, "UPDATE nowhere SET x = 1")
	return nil, err
}

func (brokenHomes) Sheets(context.Context, people.Actor, alarm.Incident) ([]alarm.Sheet, error) {
	return nil, fault.New(fault.Internal, "fault.internal")
}

func (brokenHomes) Kin(context.Context, store.Tenant, string) (string, error) {
	return "", fault.New(fault.Internal, "fault.internal")
}

// lacked is what the record of an incident says that it was raised without.
func (h *house) lacked(id string) (out []string) {
	h.T.Helper()
	for _, e := range h.view(id).Timeline {
		if e.Verb == alarm.Lacks {
			out = append(out, strings.TrimPrefix(e.Key, "alarm.lacks."))
		}
	}
	return out
}

// S30: a register of elders that cannot be read stops no alarm: everybody else
// is called, the record says that the family was not, and the pages open.
func TestS30_UnreadableRegisterStopsNoAlarm(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Alarms.Homes = brokenHomes{}
		h.signal(true)
		v := h.open()
		if len(v.Responders) < 5 || len(h.Told(h.Guard())) == 0 {
			t.Fatalf("%d called, the guard was told %v", len(v.Responders), h.Told(h.Guard()))
		}
		if got := h.lacked(v.ID); !slices.Equal(got, []string{"family"}) {
			t.Errorf("the record says that it lacks %v", got)
		}
		h.After(alarm.Repeat)
		if got := h.steps(v.ID); !slices.Contains(got, "repeat") {
			t.Errorf("the clock does not run: %v", got)
		}
		for _, path := range []string{"/alarms", alarm.Path(v.ID)} {
			furnished.Says(t, h.Visit(h.Guard()).Must(path), "烟雾报警", "家人没有自动通知", "独居老人资料打不开")
		}
	})
}

// S30: whatever fails while an alarm is raised, it is raised: where its place
// is not known for the whole neighbourhood, all of the property.
func TestS30_NothingButTheDatabaseStopsAnAlarm(t *testing.T) {
	for name, tt := range map[string]struct {
		table  string // taken away for the moment
		place  string
		lacked []string
	}{
		"duty": {table: "alarm_duty", lacked: []string{"duty"}}, "messages": {table: "notify_telling", lacked: []string{"telling", "household"}},
		"links": {table: "matter_link", lacked: []string{"neighbours"}}, "place": {place: "no-such-place", lacked: []string{"place"}},
		"household": {table: "people_household", lacked: []string{"family", "household"}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				h.Must(h.Alarms.BeginDuty(t.Context(), h.Guard(), h.desk()))
				first := h.second() // another in the building, to be linked with
				rename := func(from, to string) {
					if from == "" || to == "" {
						return
					}
					h.Must(h.Store.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
						_, err := tx.ExecContext(ctx, "ALTER TABLE "+from+" RENAME TO "+to)
						return err
					}))
				}
				rename(tt.table, "away")
				h.signal(true, func(s *alarm.Signal) {
					if tt.place != "" {
						s.Place = tt.place
					}
				})
				if tt.table != "" {
					rename("away", tt.table)
				}
				list := h.list()
				if len(list) != 2 {
					t.Fatalf("%d open, want two", len(list))
				}
				v := h.view(list[0].ID)
				if v.ID == first {
					v = h.view(list[1].ID)
				}
				if got := h.lacked(v.ID); !slices.Equal(got, tt.lacked) {
					t.Errorf("the record says that it lacks %v", got)
				}
				property := 0
				for _, r := range v.Responders {
					if r.Audience == "property" {
						property++
					}
				}
				if all := tt.place != "" || tt.table == "alarm_duty"; property == 0 || all && property < 2 {
					t.Errorf("%d of the property called", property)
				}
				told := slices.DeleteFunc(h.Told(h.Guard()), func(key string) bool { return key != "alarm.told.raise" })
				if both := len(told) == 2; both == slices.Contains(tt.lacked, "telling") {
					t.Errorf("the guard was told of %d alarms", len(told))
				}
				h.After(alarm.NextChannel)
				if len(h.steps(v.ID)) == 0 {
					t.Error("the clock does not run")
				}
			})
		})
	}
}

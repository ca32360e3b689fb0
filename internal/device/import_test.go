package device_test

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

type unsealed struct{}

func (unsealed) Seal(_ store.Tenant, _, _, plain string) (string, error)  { return plain, nil }
func (unsealed) Open(_ store.Tenant, _, _, sealed string) (string, error) { return sealed, nil }

// The sample subdistrict has 21 smoke detectors and 74 bay sensors.
func TestSampleSensorsAreTakenIn(t *testing.T) {
	storetest.Each(t, []store.Room{job.Room(), place.Room(), people.Room(), device.Room()}, func(t *testing.T, st *store.Store, _ *storetest.Clock) {
		ctx := context.Background()
		places := place.NewService(st)
		if _, err := register.Import(ctx, register.Deps{Store: st, Places: places, Sealer: unsealed{}}, demo.Data(), register.Options{}); err != nil {
			t.Fatal(err)
		}
		s := device.NewService(st, places)
		for range 2 { // a second time changes nothing
			taken, err := s.ImportSensors(ctx, demo.Data(), false)
			if err != nil || taken.Sensors != 95 || len(taken.Problems) != 0 {
				t.Fatalf("%+v %v", taken, err)
			}
		}
		tenant, err := places.TenantByShort(ctx, "XW")
		if err != nil {
			t.Fatal(err)
		}
		list, err := s.List(ctx, tenant.ID, "", 500)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[decode.Kind]int{}
		for _, u := range list {
			kinds[u.Kinds[0]]++
			if u.Alive(st.Now()) || u.Claimed.IsZero() || u.LifeSafety != (u.Kinds[0] == decode.Smoke) || u.LifeSafety != (u.Household != "") {
				t.Errorf("%+v", u)
			}
		}
		if kinds[decode.Smoke] == 0 || kinds[decode.Parking] == 0 {
			t.Errorf("%v", kinds)
		}
		u, err := s.ByKey(ctx, tenant.ID, "smk-001")
		if err != nil || u.Battery != 86 || u.Spot != "厨房" || u.ReplaceBy.IsZero() || u.Installed.IsZero() {
			t.Errorf("%+v %v", u, err)
		}
	})
}

func TestSensorsWithMistakesAreNotTaken(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		const head = "sensor_id,kind,community_id,household_id,battery_pct,installed\n"
		for name, tt := range map[string]struct {
			file     string
			problems int
			sensors  int
		}{
			"good":          {head + "s1,烟感,guihua,6-1202,80,2024-05-01\n", 0, 1},
			"unknown place": {head + "s1,smoke,nowhere,,80,2024-05-01\n", 1, 0},
			"unknown home":  {head + "s1,smoke,guihua,9-999,80,2024-05-01\n", 1, 0},
			"unknown kind":  {head + "s1,dog,guihua,,80,2024-05-01\n", 1, 0},
			"one of two":    {head + "s1,smoke,guihua,,80,2024-05-01\ns2,smoke,nowhere,,1,2024-05-01\n", 1, 0},
			"no column":     {"sensor_id,kind\ns1,smoke\n", 1, 0},
			"no such file":  {"", 0, 0},
		} {
			dir := fstest.MapFS{}
			if tt.file != "" {
				dir["sensors.csv"] = &fstest.MapFile{Data: []byte(tt.file)}
			}
			taken, err := s.ImportSensors(s.ctx, dir, true)
			if err != nil || taken.Sensors != tt.sensors || len(taken.Problems) != tt.problems {
				t.Errorf("%s: %+v %v", name, taken, err)
			}
		}
		if list, err := s.List(s.ctx, s.xw, "", 10); err != nil || len(list) != 0 {
			t.Errorf("dry runs wrote %v %v", list, err)
		}
	})
}

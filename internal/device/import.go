package device

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/store"
)

// UnknownRow: Args[value] is in no register.
const UnknownRow sheet.Code = "unknown_row"

// Taken is what became of the register of sensors.
type Taken struct {
	Sensors  int
	Problems []sheet.Problem
}

// ImportSensors takes in sensors.csv or sensors.xlsx, if the folder has it:
// which device hangs where. A file with a mistake is not taken at all. Devices
// are found again by their key; one that has never spoken is not watched yet.
func (s *Service) ImportSensors(ctx context.Context, dir fs.FS, dry bool) (Taken, error) {
	list, problems := sensorRows(dir)
	t := Taken{Problems: problems}
	trees, err := s.places.Trees(ctx)
	if err != nil {
		return t, err
	}
	drafts := map[store.Tenant][]Unit{}
	for _, r := range list {
		u := readSensor(r, trees)
		drafts[u.Tenant] = append(drafts[u.Tenant], u)
		t.Problems = append(t.Problems, r.Problems()...)
	}
	if sheet.Failed(t.Problems) {
		return t, nil
	}
	t.Sensors = len(list)
	if dry {
		return t, nil
	}
	for _, us := range drafts {
		if err := s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return s.putSensors(ctx, tx, us) }); err != nil {
			return t, err
		}
	}
	return t, nil
}

func sensorRows(dir fs.FS) ([]*sheet.Row, []sheet.Problem) {
	var spec sheet.Spec
	for _, n := range []string{"sensor_id", "kind", "community_id"} {
		spec.Columns = append(spec.Columns, sheet.Column{Name: n, Required: true, Filled: true})
	}
	for _, n := range []string{"household_id", "bay_id", "location", "protocol", "standard", "battery_pct", "installed", "replace_by"} {
		spec.Columns = append(spec.Columns, sheet.Column{Name: n})
	}
	return sheet.From(dir, "sensors", spec)
}

// sensorKinds are the words a register has for what a sensor senses.
func sensorKinds() map[string]string {
	return map[string]string{
		"smoke": string(decode.Smoke), "烟感": string(decode.Smoke), "gas": string(decode.Gas), "燃气": string(decode.Gas),
		"water": string(decode.WaterLeak), "water_leak": string(decode.WaterLeak), "水浸": string(decode.WaterLeak), "co": string(decode.CO),
		"geomagnetic": string(decode.Parking), "parking": string(decode.Parking), "地磁": string(decode.Parking),
		"heat": string(decode.Heat), "感温": string(decode.Heat),
		"sos": string(decode.SOS), "求助": string(decode.SOS), "elevator": string(decode.Elevator), "电梯": string(decode.Elevator),
	}
}

// readSensor reads a row and finds its place: the household's home, or else
// the compound.
func readSensor(r *sheet.Row, trees place.Trees) Unit {
	kind := decode.Kind(r.Enum("kind", sensorKinds()))
	u := Unit{
		Key: decode.KeyOf(r.Code("sensor_id")), Kinds: []decode.Kind{kind}, LifeSafety: kind.Danger(), Power: Battery, Heartbeat: 24 * time.Hour,
		Bay: r.Text("bay_id"), Spot: r.Text("location"), Battery: -1, Installed: r.Date("installed"), ReplaceBy: r.Date("replace_by"),
		Make: r.Text("standard"),
	}
	if r.Has("battery_pct") {
		u.Battery = int(min(max(r.Int("battery_pct"), 0), 100))
	}
	column := "community_id"
	if r.Has("household_id") {
		column = "household_id"
	}
	n, found := trees.ByRef(r.Text(column))
	if u.Tenant, u.Place = n.Tenant, n.ID; !found {
		r.Fail(column, UnknownRow, "value", r.Text(column))
	}
	return u
}

func (s *Service) putSensors(ctx context.Context, tx *store.Tx, drafts []Unit) error {
	for _, d := range drafts {
		u, _, err := s.lock(ctx, tx, d)
		if err != nil {
			return err
		}
		at, err := s.places.ByID(ctx, d.Tenant, d.Place)
		if err != nil {
			return err
		}
		if u.Household, err = s.householdAt(ctx, d.Tenant, at); err != nil {
			return err
		}
		u.Place, u.Bay, u.Spot, u.Installed, u.ReplaceBy = d.Place, d.Bay, d.Spot, d.Installed, d.ReplaceBy
		if u.Claimed.IsZero() {
			u.Claimed = tx.Now()
		}
		if u.LastSeen.IsZero() { // the register's word, until the device speaks
			u.Battery = d.Battery
		}
		for _, k := range d.Kinds {
			if !slices.Contains(u.Kinds, k) {
				u.Kinds = append(u.Kinds, k)
			}
		}
		u.LifeSafety = u.LifeSafety || d.LifeSafety
		if err := New(tx).SaveBinding(ctx, u.bindingParams()); err != nil {
			return fmt.Errorf("sensor %s: %w", u.ID, err)
		}
		if err := s.keep(ctx, tx, &u, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

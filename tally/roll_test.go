package tally_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/linli/linli/tally"
)

func TestHeads(t *testing.T) {
	one := func(id, owner string) tally.Unit {
		return tally.Unit{ID: id, Owners: []string{owner}, Area: 10}
	}
	pair := func(id, a, b string) tally.Unit {
		return tally.Unit{ID: id, Owners: []string{a, b}, Area: 10}
	}
	unsold := func(id string) tally.Unit { return tally.Unit{ID: id, Developer: "dev", Area: 10} }
	undelivered := tally.Unit{ID: "9", Owners: []string{"buyer"}, Developer: "dev", Area: 10}
	for name, c := range map[string]struct {
		units []tally.Unit
		heads int
	}{
		"one flat is one head":                     {[]tally.Unit{one("1", "a"), one("2", "b")}, 2},
		"one buyer of three flats is one":          {[]tally.Unit{one("1", "a"), one("2", "a"), one("3", "a")}, 1},
		"unsold flats together are one":            {[]tally.Unit{unsold("1"), unsold("2"), one("3", "a")}, 2},
		"undelivered ones belong to them":          {[]tally.Unit{unsold("1"), undelivered, one("3", "a")}, 2},
		"co-owners are one":                        {[]tally.Unit{pair("1", "a", "b")}, 1},
		"the same co-owners of two flats are one":  {[]tally.Unit{pair("1", "a", "b"), pair("2", "b", "a")}, 1},
		"a couple and one of them alone are two":   {[]tally.Unit{pair("1", "a", "b"), one("2", "a")}, 2},
		"the builder's own flats merge with them":  {[]tally.Unit{unsold("1"), one("2", "dev")}, 1},
		"a buyer who waits is counted where he is": {[]tally.Unit{undelivered, one("2", "buyer")}, 2},
	} {
		roll := must(tally.NewRoll(tally.CivilCode(), c.units, tally.Scope{}))
		want := tally.Weight{Area: tally.Area(10 * len(c.units)), Heads: c.heads}
		if roll.Total() != want {
			t.Errorf("%s: got %+v, want %+v", name, roll.Total(), want)
		}
	}
}

func TestScope(t *testing.T) {
	var units []tally.Unit
	for _, place := range []string{"1A", "1A", "1B", "2A"} {
		u := tally.Unit{ID: "u" + string(rune('0'+len(units))), Building: place[:1], Stair: place[1:], Area: 10}
		u.Owners = []string{"owner " + u.ID}
		units = append(units, u)
	}
	units[3].Owners = units[0].Owners
	for scope, heads := range map[tally.Scope]int{
		{}:                          3,
		{Building: "1"}:             3,
		{Building: "1", Stair: "A"}: 2,
		{Building: "2"}:             1,
	} {
		roll := must(tally.NewRoll(tally.CivilCode(), units, scope))
		if roll.Total().Heads != heads {
			t.Errorf("%+v: got %d heads, want %d", scope, roll.Total().Heads, heads)
		}
	}
	_, err := tally.NewRoll(tally.CivilCode(), units, tally.Scope{Building: "3"})
	wantFault(t, err, tally.FaultEmptyRoll, "units")
	_, err = tally.NewRoll(tally.CivilCode(), units, tally.Scope{Stair: "A"})
	wantFault(t, err, tally.FaultMissing, "scope.building")
}

func TestParkingIsASetting(t *testing.T) {
	units := flats(8000, 1200)
	units[1].Parking = true
	rule := tally.CivilCode()
	if got := must(tally.NewRoll(rule, units, tally.Scope{})).Total(); got != (tally.Weight{Area: 8000, Heads: 1}) {
		t.Errorf("without parking: %+v", got)
	}
	rule.Parameters.ParkingVotes = true
	if got := must(tally.NewRoll(rule, units, tally.Scope{})).Total(); got != (tally.Weight{Area: 9200, Heads: 2}) {
		t.Errorf("with parking: %+v", got)
	}
}

func TestRollRefused(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*tally.Unit)
		fault tally.Fault
		field string
	}{
		"no id":                  {func(u *tally.Unit) { u.ID = "" }, tally.FaultMissing, "units[1].unit"},
		"a unit twice":           {func(u *tally.Unit) { u.ID = "u0" }, tally.FaultTwice, "units[1].unit"},
		"no owner":               {func(u *tally.Unit) { u.Owners = nil }, tally.FaultMissing, "units[1].owner"},
		"a nameless owner":       {func(u *tally.Unit) { u.Owners = []string{""} }, tally.FaultMissing, "units[1].owner"},
		"an owner twice":         {func(u *tally.Unit) { u.Owners = []string{"a", "b", "a"} }, tally.FaultTwice, "units[1].owner"},
		"a joined owner":         {func(u *tally.Unit) { u.Owners = []string{"a+b"} }, tally.FaultForm, "units[1].owner"},
		"a joined developer":     {func(u *tally.Unit) { u.Developer = "a+b" }, tally.FaultForm, "units[1].developer"},
		"area zero":              {func(u *tally.Unit) { u.Area = 0 }, tally.FaultNotPositive, "units[1].area"},
		"area negative":          {func(u *tally.Unit) { u.Area = -5 }, tally.FaultNotPositive, "units[1].area"},
		"area that overflows":    {func(u *tally.Unit) { u.Area = math.MaxInt64 - 99 }, tally.FaultOverflow, "units[1].area"},
		"parking is checked too": {func(u *tally.Unit) { u.Parking, u.Area = true, 0 }, tally.FaultNotPositive, "units[1].area"},
	} {
		t.Run(name, func(t *testing.T) {
			units := flats(100, 200)
			c.spoil(&units[1])
			_, err := tally.NewRoll(tally.CivilCode(), units, tally.Scope{})
			wantFault(t, err, c.fault, c.field)
		})
	}
	_, err := tally.NewRoll(tally.CivilCode(), nil, tally.Scope{})
	wantFault(t, err, tally.FaultEmptyRoll, "units")
}

func TestLargestSumThatFits(t *testing.T) {
	res := count(flats(math.MaxInt64-1, 1), sheet(7), say("o0", tally.No))[0]
	if res.Total.Area != math.MaxInt64 || res.Quorum || res.ToPass.Reachable {
		t.Errorf("got %+v", res)
	}
	res = count(flats(math.MaxInt64-1, 1), sheet(7), say("o0", tally.Yes), say("o1", tally.Yes))[0]
	if !res.Passed {
		t.Errorf("got %+v", res)
	}
}

func TestVoter(t *testing.T) {
	units := flats(100, 200, 300)
	units[1].Owners = []string{"b", "a"}
	units[2].Owners = []string{"a", "b"}
	roll := must(tally.NewRoll(tally.CivilCode(), units, tally.Scope{}))
	want := tally.Voter{ID: "a+b", Units: []string{"u1", "u2"}, Area: 500}
	for _, id := range []string{"a+b", "b+a", tally.JointID("b", "a")} {
		if diff := cmp.Diff(want, must(roll.Voter(id))); diff != "" {
			t.Error(diff)
		}
	}
	_, err := roll.Voter("b")
	wantFault(t, err, tally.FaultAlone, "voter")
	_, err = roll.Voter("ghost")
	wantFault(t, err, tally.FaultNobody, "voter")
	if got := roll.Voters(); len(got) != 2 || got[0].ID != "o0" || roll.Rule().ID != "cn-civil-code-278" {
		t.Errorf("got %+v", got)
	}
}

func TestAreaString(t *testing.T) {
	for area, want := range map[tally.Area]string{
		8846: "88.46 m²", 5: "0.05 m²", 0: "0.00 m²", -120: "-1.20 m²",
		math.MinInt64: "-92233720368547758.08 m²",
	} {
		if got := area.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

package people_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
)

// someoneOf is an actor of exactly one group who serves 6号.
func someoneOf(g people.Group) people.Actor {
	a := people.Actor{Tenant: wh, Person: "me"}
	if g == people.Residents {
		a.Household = "mine"
		return a
	}
	for _, r := range people.Roles() {
		if r.Group() == g {
			a.Posts = []people.Held{{Role: r, Place: "b6", Path: "/wh/b6/"}}
		}
	}
	return a
}

// The subjects every cell is tried with.
func subjects() map[string]people.Subject {
	return map[string]people.Subject{
		"own person":    {Person: "me", Path: "/wh/b8/d801/"},
		"own household": {Household: "mine", Path: "/wh/b8/d801/"},
		"served":        {Person: "lu", Household: "h101", Path: "/wh/b6/d101/"},
		"elsewhere":     {Person: "sun", Household: "h801", Path: "/wh/b8/d801/"},
		"unknown":       {},
	}
}

// expected is what each way of writing a cell means for each subject, by hand.
func expected() map[string]map[string]people.Level {
	const no, masked, logged, yes = people.No, people.Masked, people.Logged, people.Yes
	return map[string]map[string]people.Level{
		"no":            {"own person": no, "own household": no, "served": no, "elsewhere": no, "unknown": no},
		"yes":           {"own person": yes, "own household": yes, "served": yes, "elsewhere": yes, "unknown": yes},
		"own":           {"own person": yes, "own household": yes, "served": no, "elsewhere": no, "unknown": no},
		"served":        {"own person": no, "own household": no, "served": yes, "elsewhere": no, "unknown": no},
		"logged":        {"own person": no, "own household": no, "served": logged, "elsewhere": no, "unknown": no},
		"masked":        {"own person": masked, "own household": masked, "served": masked, "elsewhere": masked, "unknown": masked},
		"own+home":      {"own person": yes, "own household": yes, "served": no, "elsewhere": no, "unknown": no},
		"own+served":    {"own person": yes, "own household": yes, "served": yes, "elsewhere": no, "unknown": no},
		"own+shared":    {"own person": yes, "own household": yes, "served": no, "elsewhere": no, "unknown": no},
		"own+masked":    {"own person": yes, "own household": yes, "served": masked, "elsewhere": masked, "unknown": masked},
		"served+masked": {"own person": masked, "own household": masked, "served": yes, "elsewhere": masked, "unknown": masked},
	}
}

func TestEachCellOfTheAccessTable(t *testing.T) {
	everywhere := []people.Group{people.Subdistrict, people.Administrators}
	table, err := people.Access{}.Cells()
	if err != nil {
		t.Fatal(err)
	}
	cells := 0
	for cell, row := range table {
		if len(row) != len(people.Groups()) {
			t.Errorf("%v has %d groups", cell, len(row))
		}
		for _, g := range people.Groups() {
			cells++
			t.Run(cell.Resource+"."+cell.Field+"/"+string(g), func(t *testing.T) {
				rule := strings.Join(row[g], "+")
				want, known := expected()[rule]
				if !known {
					t.Fatalf("%q is no rule", rule)
				}
				a := someoneOf(g)
				for name, s := range subjects() {
					w := want[name]
					if name == "own household" && g != people.Residents { // who lives elsewhere has none here
						w = want["elsewhere"]
					}
					if slices.Contains(everywhere, g) && s.Path != "" { // their posts cover everything
						w = max(w, want["served"])
					}
					if got := (people.Access{}).See(a, cell.Resource, cell.Field, s); got != w {
						t.Errorf("%s of %s: %s, want %s", rule, name, got, w)
					}
				}
				access := cell.Resource + "." + cell.Field
				if err := (people.Access{}).Allow(a, access); fault.Is(err, fault.Forbidden) != (rule == "no") {
					t.Errorf("%s: %v", rule, err)
				}
			})
		}
	}
	if cells < 200 {
		t.Fatalf("only %d cells", cells)
	}
}

// What practice.md §1 and §4 ask for, by hand: so a slip in the table is seen.
func TestAccessTableKeepsItsPromises(t *testing.T) {
	served, elsewhere := subjects()["served"], subjects()["elsewhere"]
	for _, tt := range []struct {
		group  people.Group
		access string
		about  people.Subject
		want   people.Level
	}{
		{people.Residents, "person.name", elsewhere, people.Masked},
		{people.Residents, "person.phone", elsewhere, people.No},
		{people.Residents, "person.lives_alone", elsewhere, people.No},
		{people.BuildingLeads, "person.name", served, people.Yes},
		{people.BuildingLeads, "person.phone", served, people.Masked},
		{people.BuildingLeads, "person.lives_alone", served, people.No},
		{people.BuildingLeads, "person.child", served, people.No},
		{people.BuildingLeads, "code.issue", served, people.No},
		{people.Property, "person.phone", served, people.No},
		{people.Property, "report.contact", served, people.Logged},
		{people.Property, "report.reporter", served, people.No},
		{people.Property, "person.child", served, people.No},
		{people.Property, "report.work", served, people.Yes},
		{people.Property, "report.work", elsewhere, people.No},
		{people.Committee, "person.phone", served, people.Logged},
		{people.Committee, "person.lives_alone", served, people.Logged},
		{people.Committee, "person.lives_alone", elsewhere, people.No},
		{people.Committee, "person.child", served, people.Logged},
		{people.Committee, "person.plate", served, people.No},
		{people.OwnersCommittees, "person.lives_alone", served, people.No},
		{people.Subdistrict, "person.phone", served, people.No},
		{people.Subdistrict, "person.lives_alone", served, people.No},
		{people.Subdistrict, "report.board", served, people.Yes},
		{people.Administrators, "person.lives_alone", served, people.No},
		{people.Administrators, "person.phone", served, people.Masked},
		{people.Administrators, "import.run", served, people.Yes},
		{people.Administrators, "report.work", served, people.No},
		{people.Volunteers, "people.read", served, people.No},
		{people.Volunteers, "alarm.answer", served, people.Yes},
		{people.Volunteers, "alarm.answer", elsewhere, people.No},
		{people.Volunteers, "alarm.drill", served, people.No},
		{people.Property, "alarm.building", served, people.Yes},
		{people.Property, "alarm.building", elsewhere, people.No},
		{people.Committee, "alarm.building", served, people.Yes},
		{people.Volunteers, "alarm.building", served, people.No},
		{people.Subdistrict, "alarm.building", served, people.No},
		{people.Residents, "alarm.building", served, people.No},
		{people.Property, "alarm.duty", served, people.Yes},
		{people.Property, "alarm.duty", elsewhere, people.No},
		{people.Committee, "alarm.duty", served, people.No},
		{people.Committee, "alarm.decide", served, people.Yes},
		{people.Property, "alarm.decide", served, people.No},
		{people.Property, "alarm.followup", served, people.Yes},
		{people.Volunteers, "alarm.past", served, people.No},
		{people.BuildingLeads, "alarm.past", served, people.No},
		{people.Property, "place.sheet", served, people.Yes},
		{people.Subdistrict, "place.sheet", served, people.No},
		{people.Residents, "alarm.read", elsewhere, people.No},
		{people.Subdistrict, "alarm.read", elsewhere, people.Yes},
	} {
		resource, field, _ := strings.Cut(tt.access, ".")
		if got := (people.Access{}).See(someoneOf(tt.group), resource, field, tt.about); got != tt.want {
			t.Errorf("%s sees %s of %s: %s, want %s", tt.group, tt.access, tt.about.Path, got, tt.want)
		}
	}
}

func TestUnknownRowIsRefused(t *testing.T) {
	for _, g := range people.Groups() {
		for _, access := range []string{"report.unheard_of", "unheard.read", "report", "", "."} {
			a := someoneOf(g)
			if err := (people.Access{}).Allow(a, access); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s may %q", g, access)
			}
			if (people.Access{}).Knows(access) {
				t.Errorf("%q is known", access)
			}
			resource, field, _ := strings.Cut(access, ".")
			if got := (people.Access{}).See(a, resource, field, subjects()["served"]); got != people.No {
				t.Errorf("%s sees %q: %s", g, access, got)
			}
		}
	}
	if err := (people.Access{}).Allow(people.Actor{Person: "me"}, "report.create"); !fault.Is(err, fault.Forbidden) {
		t.Error("who belongs to no group may report")
	}
}

func TestBestOfSeveralGroupsCounts(t *testing.T) {
	a := someoneOf(people.BuildingLeads)
	a.Household = "mine"
	if got := (people.Access{}).See(a, "person", "phone", people.Subject{Household: "mine"}); got != people.Yes {
		t.Errorf("own phone: %s", got)
	}
	if err := (people.Access{}).May(a, "person.phone", subjects()["served"]); !fault.Is(err, fault.Forbidden) {
		t.Errorf("masked is no permission: %v", err)
	}
	if err := (people.Access{}).May(someoneOf(people.Committee), "code.issue", subjects()["served"]); err != nil {
		t.Error(err)
	}
}

func TestMasking(t *testing.T) {
	got := []string{
		people.MaskName("陆小满"), people.MaskName("欧阳春"), people.MaskName("陆"), people.MaskName(""),
		people.MaskPhone("16900000001"), people.MaskPhone("62580000"), people.MaskPhone(""),
		people.MaskPlate("沪ZD00003"), people.MaskPlate("沪Z00001"), people.MaskPlate("沪Z1"), people.MaskPlate(""),
	}
	want := []string{"陆**", "欧**", "陆**", "", "169****0001", "****", "", "沪Z···3", "沪Z···1", "···", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if people.Level(9).String() != "unknown" || people.Masked.String() != "masked" {
		t.Error("names of levels")
	}
}

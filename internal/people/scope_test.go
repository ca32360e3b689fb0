package people_test

import (
	"slices"
	"testing"

	"github.com/linli/linli/internal/people"
)

// What a list holds is what the table lets one see: for every row and group, a
// place is in the scope if and only if something that lies there is seen whole.
func TestAScopeHoldsWhatTheTableLetsOneSee(t *testing.T) {
	table, err := people.Access{}.Cells()
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{"/wh/", "/wh/b6/", "/wh/b6/d101/", "/wh/b8/d801/", "/else/b6/"}
	compared := 0
	for cell := range table {
		access := cell.Resource + "." + cell.Field
		for _, g := range people.Groups() {
			a := someoneOf(g)
			s := people.Access{}.Scope(a, access)
			for _, path := range paths {
				compared++
				sees := people.Access{}.See(a, cell.Resource, cell.Field, people.Subject{Path: path}) >= people.Logged
				if s.Covers(path) != sees {
					t.Errorf("%s of %s at %s: in the scope %v, seen %v", access, g, path, s.Covers(path), sees)
				}
			}
			own := people.Access{}.See(a, cell.Resource, cell.Field, people.Subject{Person: a.Person}) == people.Yes
			if s.Person != "" && !own || own && s.Person != a.Person && !s.Whole {
				t.Errorf("%s of %s: one's own is seen %v, in the scope %+v", access, g, own, s)
			}
			if s.Nowhere() == (s.Serves() || s.Person != "" || len(s.Shared) > 0) {
				t.Errorf("%s of %s: nowhere and somewhere: %+v", access, g, s)
			}
		}
	}
	if compared < 1000 {
		t.Fatalf("only %d places compared", compared)
	}
}

// What its neighbours may read is read by who lives in the compound and by who
// helps there; what they may not is not.
func TestNeighboursReadWhatIsSharedWithThem(t *testing.T) {
	resident := people.Actor{Tenant: wh, Person: "me", Household: "mine", Path: "/wh/gh/b6/d101/"}
	lead := people.Actor{Tenant: wh, Person: "me", Posts: []people.Held{{Role: people.BuildingLead, Path: "/wh/gh/b6/"}}}
	for _, tt := range []struct {
		name  string
		who   people.Actor
		path  string
		reads bool
	}{
		{"in the own compound", resident, "/wh/gh/b8/", true}, {"in another", resident, "/wh/yq/b8/", false}, {"above all", resident, "/wh/", false},
		{"in the building of a lead", lead, "/wh/gh/b6/d101/", true}, {"in the next", lead, "/wh/gh/b8/", false},
		{"for an administrator", someoneOf(people.Administrators), "/wh/gh/b8/", true},
	} {
		s := people.Access{}.Scope(tt.who, "report.read")
		for _, shared := range []bool{true, false} {
			sees := people.Access{}.See(tt.who, "report", "read", people.Subject{Path: tt.path, Shared: shared}) == people.Yes
			if want := shared && tt.reads; sees != want || (shared && s.Shares(tt.path)) != want || s.Covers(tt.path) {
				t.Errorf("%s, shared %v: seen %v, the scope is %+v", tt.name, shared, sees, s)
			}
		}
	}
}

// The subdistrict's posts cover every neighbourhood; nobody else's do. A row that
// is not there holds nothing.
func TestAnOfficesScopeIsOfEveryNeighbourhood(t *testing.T) {
	for _, g := range people.Groups() {
		s := people.Access{}.Scope(someoneOf(g), "upkeep.read")
		if s.Office != (g == people.Subdistrict) {
			t.Errorf("%s: %+v", g, s)
		}
		if none := (people.Access{}).Scope(someoneOf(g), "upkeep.unheard_of"); !none.Nowhere() {
			t.Errorf("%s: a row that is not there holds %+v", g, none)
		}
	}
	both := someoneOf(people.Property)
	both.Posts = append(both.Posts, both.Posts[0], people.Held{Role: people.PropertyStaff, Path: "/wh/b8/"})
	if got := (people.Access{}).Scope(both, "upkeep.work").Paths; !slices.Equal(got, []string{"/wh/b6/", "/wh/b8/"}) {
		t.Errorf("two posts at one place, and one elsewhere: %v", got)
	}
}

// A post gives what its group may where it is, and nothing that is one's own or
// seen masked; who serves everywhere does so at any place.
func TestPostsByWhichAnAccessHolds(t *testing.T) {
	a := people.Actor{Tenant: wh, Person: "me", Household: "mine", Posts: []people.Held{
		{Role: people.Volunteer, Place: "b8", Path: "/wh/b8/"}, {Role: people.PropertyStaff, Place: "b6", Path: "/wh/b6/"},
		{Role: people.CommitteeWorker, Place: "b6", Path: "/wh/b6/"}, {Role: people.Administrator},
	}}
	for _, tt := range []struct {
		access, path string
		want         []people.Group
	}{
		{"alarm.answer", "/wh/b6/d101/", []people.Group{people.Property, people.Committee}},
		{"alarm.answer", "/wh/b8/d801/", []people.Group{people.Volunteers}},
		{"alarm.answer", "", []people.Group{people.Property, people.Committee, people.Volunteers}},
		{"alarm.answer", "/wh/b9/", nil},
		{"alarm.duty", "/wh/b6/", []people.Group{people.Property}},
		{"alarm.sheet", "/wh/b6/", []people.Group{people.Property, people.Committee}},
		{"device.edit", "/wh/b9/", []people.Group{people.Administrators}},
		{"report.confirm", "", nil},
		{"report.unheard_of", "", nil},
	} {
		if got := (people.Access{}).As(a, tt.access, tt.path); !slices.Equal(got, tt.want) {
			t.Errorf("%s at %q: as %v, want %v", tt.access, tt.path, got, tt.want)
		}
	}
	var places []string
	for _, p := range (people.Access{}).Posts(a, "alarm.duty") {
		places = append(places, p.Place)
	}
	if !slices.Equal(places, []string{"b6"}) {
		t.Errorf("on duty at %v", places)
	}
}

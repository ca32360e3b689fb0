package register

import (
	"io/fs"
	"strconv"
	"strings"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/place/address"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/text"
)

// line is what every row has: its key and whose it is. Whose is the key of
// the tenant, see owner; empty while unknown. A row that names two tenants may
// be either's.
type line struct {
	*sheet.Row
	ref  string
	whom owner
	also owner
}

// owner names a tenant before it has an id: its kind and its ref.
type owner string

func ownerOf(kind place.Kind, ref string) owner { return owner(string(kind) + "/" + ref) }

func (o owner) kind() place.Kind {
	kind, _, _ := strings.Cut(string(o), "/")
	return place.Kind(kind)
}

func (o owner) ref() string {
	_, ref, _ := strings.Cut(string(o), "/")
	return ref
}

type neighbourhood struct {
	line
	name, subdistrict, district, city, phone string
}

// under is the owner of the subdistrict: its ref is the pinyin of its name
// (曹家渡街道 caojiadu).
func (n neighbourhood) under() owner {
	base := strings.TrimSuffix(strings.TrimSuffix(n.subdistrict, "街道"), "镇")
	full, _ := text.Pinyin(base)
	return ownerOf(place.Subdistrict, full)
}

type community struct {
	line
	neighbourhood string
	node          place.Node
}

type building struct {
	line
	community string
	node      place.Node
}

type household struct {
	line
	community, building string
	node                place.Node // the dwelling
	tenure, occupancy   string
	size                int64
}

type resident struct {
	line
	household, community string
	person               people.Person
	phone                string
	alone                bool
}

type staff struct {
	line
	role         people.Role
	scope        string
	organisation string
	name, phone  string
}

type volunteer struct {
	line
	resident, name, team, skill string
	facts                       map[string]string
}

// books are all tables, read.
type books struct {
	neighbourhoods []*neighbourhood
	communities    []*community
	buildings      []*building
	households     []*household
	residents      []*resident
	staff          []*staff
	volunteers     []*volunteer
	partial        map[string]bool // tables of whose file not every row was read
}

// open reads every table of the folder.
func (f *folder) open(dir fs.FS) *books {
	b := &books{
		neighbourhoods: each(f.table(dir, Neighbourhoods), readNeighbourhood),
		communities:    each(f.table(dir, Communities), readCommunity),
		buildings:      each(f.table(dir, Buildings), readBuilding),
		households:     each(f.table(dir, Households), readHousehold),
		residents:      each(f.table(dir, Residents), readResident),
		staff:          each(f.table(dir, Staff), readStaff),
		volunteers:     each(f.table(dir, Volunteers), readVolunteer),
	}
	b.partial = f.partial
	return b
}

func each[T any](rows []*sheet.Row, read func(*sheet.Row) *T) []*T {
	out := make([]*T, len(rows))
	for i, r := range rows {
		out[i] = read(r)
	}
	return out
}

func readNeighbourhood(r *sheet.Row) *neighbourhood {
	return &neighbourhood{
		line: line{Row: r, ref: r.Code("neighbourhood_id")},
		name: r.Text("name"), subdistrict: r.Text("subdistrict"), district: r.Text("district"), city: r.Text("city"), phone: phone(r),
	}
}

func readCommunity(r *sheet.Row) *community {
	a := address.Address{Road: r.Text("road"), Lane: r.Text("lane")}.Normalize()
	return &community{
		line:          line{Row: r, ref: r.Code("community_id")},
		neighbourhood: r.Code("neighbourhood_id"),
		node: place.Node{
			Kind: place.Compound, Ref: r.Code("community_id"), Name: r.Text("name"), Alias: r.Text("alias"),
			Road: a.Road, Lane: a.Lane, Built: int(count(r, "built")),
			Facts: facts(append(position(r),
				"kind", r.Text("kind"), "households", number(r, "households"),
				"committee_state", r.Enum("committee_state", committeeStates()), "note", r.Text("note"),
			)...),
		},
	}
}

func readBuilding(r *sheet.Row) *building {
	return &building{
		line:      line{Row: r, ref: r.Code("building_id")},
		community: r.Code("community_id"),
		node: place.Node{
			Kind: place.Building, Ref: r.Code("building_id"), Name: address.Address{Door: r.Code("number")}.Normalize().Door,
			Floors: int(count(r, "floors")), Area: r.Area("area_m2"),
			Facts: facts(append(position(r),
				"group", r.Text("group"), "lifts", number(r, "lifts"), "households", number(r, "households"), "note", r.Text("note"),
			)...),
		},
	}
}

func readHousehold(r *sheet.Row) *household {
	floor := count(r, "floor")
	room := address.Address{Room: r.Code("room"), Floor: int(floor)}.Normalize().Room
	top := ""
	if r.Bool("top_floor") {
		top = "1"
	}
	return &household{
		line:      line{Row: r, ref: r.Code("household_id")},
		community: r.Code("community_id"), building: r.Code("building_id"),
		node: place.Node{
			Kind: place.Dwelling, Ref: r.Code("household_id"), Name: room, Floor: int(floor), Area: r.Area("area_m2"),
			Facts: facts("top_floor", top),
		},
		tenure: r.Enum("tenure", tenures()), occupancy: r.Enum("occupancy", occupancies()), size: count(r, "people"),
	}
}

func readResident(r *sheet.Row) *resident {
	p := &resident{
		line:      line{Row: r, ref: r.Code("resident_id")},
		household: r.Code("household_id"), community: r.Code("community_id"), alone: r.Bool("lives_alone_elder"),
		person: people.Person{
			Ref: r.Code("resident_id"), Name: r.Name("name"), Standing: people.Standing(r.Enum("role", standings())),
			AgeBand: r.Enum("age_band", ageBands()), HasApp: r.Bool("app_installed"), Consent: r.Code("consent_version"),
			Guardian: r.Bool("guardian_consent"),
		},
	}
	if p.person.AgeBand == people.Child {
		refuseChildData(r)
		p.person.Name = ""
		return p
	}
	p.phone = phone(r)
	if p.person.Name == "" && p.person.AgeBand != "" {
		r.Fail("name", sheet.Blank)
	}
	p.person.Pinyin, p.person.Initials = text.NamePinyin(p.person.Name)
	if given, _ := text.Pinyin(r.Text("name_pinyin")); given != "" {
		p.person.Pinyin = given
	}
	return p
}

// refuseChildData says that a child's name or phone is not taken. The value
// is not repeated.
func refuseChildData(r *sheet.Row) {
	for _, column := range []string{"name", "phone"} {
		if r.Has(column) {
			r.Fail(column, ChildData)
		}
	}
}

func readStaff(r *sheet.Row) *staff {
	return &staff{
		line: line{Row: r, ref: r.Code("staff_id")}, role: people.Role(r.Enum("role", roles())), scope: r.Code("scope"),
		organisation: r.Text("organisation"), name: r.Name("name"), phone: phone(r),
	}
}

func readVolunteer(r *sheet.Row) *volunteer {
	willing := ""
	if r.Bool("willing_alarm") {
		willing = "1"
	}
	v := &volunteer{
		line: line{Row: r, ref: r.Code("volunteer_id")}, resident: r.Code("resident_id"), name: r.Name("name"),
		team: r.Text("team"), skill: r.Text("skill"),
	}
	v.facts = facts(Volunteers, v.ref, "team", v.team, "hours_2023", number(r, "hours_2023"), "willing_alarm", willing)
	return v
}

// count is a whole number that is not negative.
func count(r *sheet.Row, column string) int64 {
	n := r.Int(column)
	if n < 0 {
		r.Fail(column, sheet.OutOfRange, "value", strconv.FormatInt(n, 10))
		return 0
	}
	return n
}

// number is a count as a fact; a blank cell is no fact.
func number(r *sheet.Row, column string) string {
	if !r.Has(column) {
		return ""
	}
	return strconv.FormatInt(count(r, column), 10)
}

// position is latitude and longitude as facts; both or neither.
func position(r *sheet.Row) []string {
	if !r.Has("lat") && !r.Has("long") {
		return nil
	}
	p, err := place.ParsePosition(r.Code("lat"), r.Code("long"))
	if err != nil {
		r.Fail("lat", BadPosition)
		return nil
	}
	return p.Facts()
}

// phone is a number to call, without spaces and brackets; empty is fine. The
// value of a bad one is not repeated.
func phone(r *sheet.Row) string {
	s := strings.Join(strings.FieldsFunc(r.Code("phone"), func(c rune) bool { return text.Blank(c) || c == '(' || c == ')' }), "")
	digits := strings.ReplaceAll(strings.TrimPrefix(s, "+"), "-", "")
	switch {
	case s == "" || strings.Trim(digits, "0123456789") == "" && len(digits) >= 5 && len(digits) <= 15:
		return s
	case strings.Trim(digits, "0123456789/,;、") == "":
		r.Fail("phone", TwoPhones)
	default:
		r.Fail("phone", BadPhone)
	}
	return ""
}

// facts makes a map of pairs, without those that are empty.
func facts(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			m[pairs[i]] = pairs[i+1]
		}
	}
	return m
}

package tally

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Area is a floor area 专有部分面积 in 0.01 m²: the registered one, else the
// surveyed one, else that of the contract (SPC interpretation art. 8).
type Area int64

// String writes the area in m² with two decimals.
func (a Area) String() string {
	sign, u := "", uint64(a)
	if a < 0 {
		sign, u = "-", -u
	}
	cents := strconv.FormatUint(u%100+100, 10)
	return sign + strconv.FormatUint(u/100, 10) + "." + cents[1:] + " m²"
}

// Weight is the double measure of the law: floor area and heads.
type Weight struct {
	Area  Area `json:"area"`
	Heads int  `json:"heads"`
}

func (w Weight) plus(o Weight) Weight  { return Weight{w.Area + o.Area, w.Heads + o.Heads} }
func (w Weight) minus(o Weight) Weight { return Weight{w.Area - o.Area, w.Heads - o.Heads} }

// exceeds reports whether w is greater by area and by heads alike.
func (w Weight) exceeds(o Weight) bool { return w.Area > o.Area && w.Heads > o.Heads }

// Unit is one exclusive unit 专有部分: a flat, a shop, a parking space.
type Unit struct {
	ID       string
	Building string
	Stair    string
	// Owners are the ids of those on the register; several are co-owners.
	// An id may not contain "+".
	Owners []string
	// Developer, if set, is the builder who still holds the unit because it is
	// unsold, or sold and not yet delivered: the builder votes, and Owners, who
	// wait for the key, do not. All such units together are one head.
	Developer string
	Parking   bool
	Area      Area
}

// Scope limits a roll to the owners who share a part (Shanghai rules art. 69):
// a building, or one stair of it. The zero Scope is the whole property.
type Scope struct {
	Building string
	Stair    string
}

func (s Scope) holds(u Unit) bool {
	return (s.Building == "" || s.Building == u.Building) && (s.Stair == "" || s.Stair == u.Stair)
}

// Voter is one head 人数: an owner, co-owners together, or the developer, with
// the areas of all their units added up. In everyday words it is one home that
// hands in one sheet.
type Voter struct {
	ID    string
	Units []string
	Area  Area
}

// Roll is the list of those entitled to vote 业主名册, drawn up under a rule. It
// does not change once made and may be read by many at once.
type Roll struct {
	rule    Rule
	voters  []Voter
	areas   []Area // by voter, side by side for the count
	index   index
	largest []int32 // voters, largest area first, then in the roll's order
	total   Weight
}

// JointID is the id under which co-owners vote together: their ids sorted and
// joined by "+". For one owner it is the owner's own id.
func JointID(owners ...string) string {
	if len(owners) == 1 {
		return owners[0]
	}
	return strings.Join(slices.Sorted(slices.Values(owners)), "+")
}

// NewRoll draws up the roll of the units in scope. Heads follow art. 9 of the
// SPC interpretation: a unit is one head, a buyer (or the same co-owners) of
// several is one, the developer's unsold and undelivered units are one; area is
// never merged. Parking spaces enter only if the rule says so. A unit twice, an
// owner twice in a unit, an area of zero or less and sums beyond int64 are
// refused; so is a roll without anybody.
func NewRoll(rule Rule, units []Unit, scope Scope) (*Roll, error) {
	if err := rule.Check(); err != nil {
		return nil, err
	}
	if scope.Stair != "" && scope.Building == "" {
		return nil, refuse(FaultMissing, "scope.building", "")
	}
	r := &Roll{rule: rule, index: newIndex(len(units))}
	seen := make(map[string]bool, len(units))
	for i, u := range units {
		if err := u.check(i); err != nil {
			return nil, err
		}
		if seen[u.ID] {
			return nil, refuse(FaultTwice, at("units", i, "unit"), u.ID)
		}
		seen[u.ID] = true
		if !scope.holds(u) || u.Parking && !rule.Parameters.ParkingVotes {
			continue
		}
		if err := r.add(u, i); err != nil {
			return nil, err
		}
	}
	if len(r.voters) == 0 {
		return nil, refuse(FaultEmptyRoll, "units", "")
	}
	r.finish()
	return r, nil
}

func (u Unit) check(i int) error {
	if u.ID == "" {
		return refuse(FaultMissing, at("units", i, "unit"), "")
	}
	if u.Area <= 0 {
		return refuse(FaultNotPositive, at("units", i, "area"), strconv.FormatInt(int64(u.Area), 10))
	}
	if u.Developer == "" && len(u.Owners) == 0 {
		return refuse(FaultMissing, at("units", i, "owner"), "")
	}
	if strings.Contains(u.Developer, "+") {
		return refuse(FaultForm, at("units", i, "developer"), u.Developer)
	}
	for j, owner := range u.Owners {
		switch {
		case owner == "":
			return refuse(FaultMissing, at("units", i, "owner"), "")
		case strings.Contains(owner, "+"):
			return refuse(FaultForm, at("units", i, "owner"), owner)
		case slices.Contains(u.Owners[:j], owner):
			return refuse(FaultTwice, at("units", i, "owner"), owner)
		}
	}
	return nil
}

// add gives the unit to its voter.
func (r *Roll) add(u Unit, i int) error {
	if u.Area > math.MaxInt64-r.total.Area {
		return refuse(FaultOverflow, at("units", i, "area"), strconv.FormatInt(int64(u.Area), 10))
	}
	r.total.Area += u.Area
	id := u.Developer
	if id == "" {
		id = JointID(u.Owners...)
	}
	k, known := r.index.find(id)
	if !known {
		k = r.index.add(id)
		r.voters = append(r.voters, Voter{ID: id})
	}
	v := &r.voters[k]
	v.Area += u.Area
	v.Units = append(v.Units, u.ID)
	return nil
}

func (r *Roll) finish() {
	r.total.Heads = len(r.voters)
	r.areas = make([]Area, len(r.voters))
	r.largest = make([]int32, len(r.voters))
	for i, v := range r.voters {
		r.areas[i], r.largest[i] = v.Area, int32(i)
	}
	slices.SortStableFunc(r.largest, func(a, b int32) int { return cmp.Compare(r.areas[b], r.areas[a]) })
}

// Rule is the rule the roll was drawn up under.
func (r *Roll) Rule() Rule { return r.rule }

// Total is the area and the heads of everybody entitled to vote.
func (r *Roll) Total() Weight { return r.total }

// Voters lists everybody in the order of their first unit. The list is a copy.
func (r *Roll) Voters() []Voter { return slices.Clone(r.voters) }

// Voter finds a voter by id; the ids of co-owners may be joined in any order.
// One co-owner alone is FaultAlone, anybody else FaultNobody.
func (r *Roll) Voter(id string) (Voter, error) {
	i, ok := r.find(id)
	if !ok {
		return Voter{}, r.absent(id)
	}
	return r.voters[i], nil
}

func (r *Roll) find(id string) (int, bool) {
	i, ok := r.index.find(id)
	if !ok && strings.Contains(id, "+") {
		return r.index.find(JointID(strings.Split(id, "+")...))
	}
	return i, ok
}

// absent explains why an id has no ballot of its own.
func (r *Roll) absent(id string) error {
	for _, v := range r.voters {
		if strings.Contains(v.ID, "+") && slices.Contains(strings.Split(v.ID, "+"), id) {
			return refuse(FaultAlone, "voter", id)
		}
	}
	return refuse(FaultNobody, "voter", id)
}

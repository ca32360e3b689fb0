package register

import (
	"context"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/text"
)

// What is found in a file that names residents by home and name. None of it
// repeats what stands in a cell.
const (
	// UnknownHome: no home that is lived in has this key.
	UnknownHome sheet.Code = "unknown_home"
	// NotLivingThere: nobody of this name lives there.
	NotLivingThere sheet.Code = "not_there"
	// TwoOfTheName: several have this name.
	TwoOfTheName sheet.Code = "two_of_the_name"
)

// Homes finds residents by the key of their home and their name, for the files of
// other rooms. A file may name one home ten thousand times; it is read once.
type Homes struct {
	people *people.Register
	trees  place.Trees
	read   map[string][]people.Person // who lives there, by place
}

// NewHomes reads the places of all neighbourhoods.
func NewHomes(ctx context.Context, places *place.Service, register *people.Register) (*Homes, error) {
	trees, err := places.Trees(ctx)
	return &Homes{register, trees, map[string][]people.Person{}}, err
}

// Resident is whom a row names in the columns household_id and name. The zero
// Person: the row says why nobody.
func (h *Homes) Resident(ctx context.Context, r *sheet.Row) (people.Person, error) {
	home, name := r.Code("household_id"), r.Name("name")
	if home == "" || name == "" {
		return people.Person{}, nil // a blank is said already
	}
	at, _ := h.trees.ByRef(home)
	members, err := h.members(ctx, at)
	if err != nil {
		return people.Person{}, err
	}
	var found []people.Person
	for _, p := range members {
		if text.Name(p.Name) == name {
			found = append(found, p)
		}
	}
	switch {
	case len(members) == 0:
		r.Fail("household_id", UnknownHome)
	case len(found) == 0:
		r.Fail("name", NotLivingThere)
	case len(found) > 1:
		r.Fail("name", TwoOfTheName)
	default:
		return found[0], nil
	}
	return people.Person{}, nil
}

// members are those who live in a home; nobody at no home.
func (h *Homes) members(ctx context.Context, at place.Node) ([]people.Person, error) {
	list, known := h.read[at.ID]
	if known || at.ID == "" {
		return list, nil
	}
	home, err := h.people.HouseholdAt(ctx, at.Tenant, at.ID)
	if err == nil {
		list, err = h.people.Members(ctx, at.Tenant, home.ID)
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	h.read[at.ID] = list
	return list, nil
}

package care

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Call is an alarm that is open at a home.
type Call struct {
	Tenant store.Tenant // of the home
	Home   string       // place id
	Matter string       // of the alarm
}

// Respond opens the sheets of those who live alone at a home that calls, for
// somebody who responds. Whoever asks has made sure that the alarm is open and
// that the actor responds to it. The look is on disk before anything is shown.
func (s *Service) Respond(ctx context.Context, a people.Actor, c Call) ([]Opened, error) {
	rows, err := s.atHome(ctx, s.read(), c.Tenant, c.Home)
	if err != nil {
		return nil, err
	}
	var out []Opened
	for _, r := range rows {
		if r, err = s.look(ctx, a, r, ForAlarm, c.Matter, sheetFields...); err != nil {
			return nil, err
		}
		e, err := s.recordOf(ctx, s.Store.Reader(), r)
		if err != nil {
			return nil, err
		}
		out = append(out, Opened{Elder: e.Elder, Sheet: e.sheet})
	}
	return out, nil
}

// kinPrefix begins the id under which a contact is called who is on no register:
// the entry and the contact's number in it, and nothing of theirs.
const kinPrefix = "kin:"

// Family are those whom the sheets of a home name as contacts, to be called in
// an alarm: persons of the neighbourhood's register by their ids, others by an
// id for [Service.KinPhone]. Nobody's eyes see anything.
func (s *Service) Family(ctx context.Context, q store.DB, tenant store.Tenant, home string) ([]string, error) {
	rows, err := s.atHome(ctx, New(q), tenant, home)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range rows {
		sheet, err := s.openSheet(r)
		if err != nil {
			return nil, err
		}
		for n, c := range sheet.Contacts {
			if c.Person == "" {
				c.Person = kinPrefix + r.ID + ":" + strconv.Itoa(n)
			}
			out = append(out, c.Person)
		}
	}
	return out, nil
}

// KinPhone is the number of a contact who is on no register, for a gateway that
// has to ring it; empty once the entry is withdrawn or was changed. known is
// false for any other id.
func (s *Service) KinPhone(ctx context.Context, tenant store.Tenant, id string) (phone string, known bool, err error) {
	c, known, err := s.kin(ctx, tenant, id)
	return c.Phone, known, err
}

// KinName is how a sheet calls a contact who is on no register: relation and
// name; empty for any other id, and once the entry is withdrawn or was changed.
// Whoever asks has made sure that the reader may open the sheet.
func (s *Service) KinName(ctx context.Context, tenant store.Tenant, id string) (string, error) {
	c, _, err := s.kin(ctx, tenant, id)
	return strings.TrimSpace(c.Relation + " " + c.Name), err
}

func (s *Service) kin(ctx context.Context, tenant store.Tenant, id string) (c Contact, known bool, err error) {
	rest, known := strings.CutPrefix(id, kinPrefix)
	if !known {
		return c, false, nil
	}
	entry, number, _ := strings.Cut(rest, ":")
	n, err := strconv.Atoi(number)
	if err != nil {
		return c, true, fmt.Errorf("family: %w", err)
	}
	r, err := s.read().ElderByID(ctx, tenant, entry)
	if err = store.NoRows(err); fault.Is(err, fault.NotFound) {
		return c, true, nil
	}
	if err != nil {
		return c, true, err
	}
	sheet, err := s.openSheet(r)
	if err != nil || n < 0 || n >= len(sheet.Contacts) {
		return c, true, err
	}
	return sheet.Contacts[n], true, nil
}

// Homes are the dwellings of the elders on the register, each once: to count
// how many have a live detector. Nobody's eyes see anything.
func (s *Service) Homes(ctx context.Context, tenant store.Tenant) ([]string, error) {
	rows, err := s.read().Elders(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("homes of elders: %w", err)
	}
	var homes []string
	for _, r := range rows {
		sheet, err := s.openSheet(r)
		if err != nil {
			return nil, err
		}
		if sheet.Home != "" && !slices.Contains(homes, sheet.Home) {
			homes = append(homes, sheet.Home)
		}
	}
	return homes, nil
}

package care

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// Call is an alarm that is open at a home.
type Call struct {
	Tenant store.Tenant // of the home
	Home   string       // place id
	Matter string       // of the alarm
	Again  bool         // an open page brought up to date: written down once for a session
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
		if err := s.noteCall(ctx, a, r, c); err != nil {
			return nil, err
		}
		o := Opened{}
		if o.Sheet, err = s.openSheet(r); err != nil {
			return nil, err
		}
		if o.Elder, err = s.elderOf(ctx, s.read(), r); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

func (s *Service) noteCall(ctx context.Context, a people.Actor, r CareElder, c Call) error {
	if c.Again {
		n, err := s.read().LooksOfSession(ctx, LooksOfSessionParams{r.TenantID, a.Session, c.Matter, a.Person})
		if err != nil || n > 0 {
			return err
		}
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.note(ctx, tx, a, r, ForAlarm, c.Matter, "name", "contacts", "key", "hints")
	})
}

// Family are the persons on the neighbourhood's register whom the sheets of a
// home name as contacts: an alarm calls them too. Nobody's eyes see anything.
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
		for _, c := range sheet.Contacts {
			if c.Person != "" {
				out = append(out, c.Person)
			}
		}
	}
	return out, nil
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

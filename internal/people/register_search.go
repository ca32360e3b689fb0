package people

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli/linli/internal/place/address"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/text"
)

// Filter narrows the register. Its zero value is everybody now on it.
type Filter struct {
	Query    string   // a name or part of one, pinyin, initials, a room: 302, 6号302, 6-302
	Under    string   // path of a place: only who lives in it
	Standing Standing // only these
	Ended    bool     // also who left
	Named    bool     // only who has a name: not the children
}

// Page is one page of a list, by key.
type Page struct {
	After string // id of the last person of the page before; empty for the first page
	Limit int    // 1 to 200; 0 means 50
}

const (
	pageDefault = 50
	pageMax     = 200
	// nobody is a pattern that no pinyin matches: pinyin holds no hyphen.
	nobody = "-"
)

// Persons is one page of the register in the order of names, and whether more
// follow. An After that is not on the register is a not_found fault.
func (r *Register) Persons(ctx context.Context, tenant store.Tenant, f Filter, p Page) (list []Listed, more bool, err error) {
	if p.Limit <= 0 {
		p.Limit = pageDefault
	}
	p.Limit = min(p.Limit, pageMax)
	params := f.params(tenant)
	params.Most = int64(p.Limit) + 1
	if p.After != "" {
		after, err := r.Person(ctx, tenant, p.After)
		if err != nil {
			return nil, false, err
		}
		params.AfterPinyin, params.AfterID = after.Pinyin, after.ID
	}
	rows, err := r.read().SearchPersons(ctx, params)
	if err != nil {
		return nil, false, fmt.Errorf("search the register: %w", err)
	}
	for _, row := range rows[:min(len(rows), p.Limit)] {
		list = append(list, listedOf(row))
	}
	return list, len(rows) > p.Limit, nil
}

func (f Filter) params(tenant store.Tenant) SearchPersonsParams {
	params := SearchPersonsParams{TenantID: tenant, Standing: string(f.Standing), Under: f.Under, Ended: flag(f.Ended), NamedOnly: flag(f.Named)}
	q := text.Fold(f.Query)
	if q == "" {
		return params
	}
	params.HasQuery, params.Spelled = 1, nobody
	params.Named = "%" + escaped(q) + "%"
	if full, _ := text.NamePinyin(q); latin(q) {
		params.Spelled = escaped(full) + "%"
	}
	if a, left := address.Parse(f.Query); left == "" && a.Room != "" {
		params.Room, params.Door = a.Room, a.Door
	}
	return params
}

// latin reports whether the folded q can be pinyin: letters, perhaps with
// spaces between the syllables.
func latin(q string) bool {
	return strings.Trim(q, "abcdefghijklmnopqrstuvwxyz '") == "" && strings.ContainsFunc(q, func(r rune) bool { return r >= 'a' })
}

func escaped(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func listedOf(r SearchPersonsRow) Listed {
	return Listed{
		Person: PersonOf(PeoplePerson{
			TenantID: r.TenantID, ID: r.ID, Ref: r.Ref, HouseholdID: r.HouseholdID, Name: r.Name, Pinyin: r.Pinyin,
			Initials: r.Initials, Standing: r.Standing, AgeBand: r.AgeBand, PhoneSealed: r.PhoneSealed,
			AloneSealed: r.AloneSealed, HasApp: r.HasApp, ConsentVersion: r.ConsentVersion,
			GuardianConsent: r.GuardianConsent, Since: r.Since, Until: r.Until,
		}),
		Dwelling: r.DwellingID, Path: r.Path, Building: r.Building, Room: r.Room,
	}
}

// Names are all names on a neighbourhood's register, of residents and staff,
// those who left too: what must not stand in what the public reads.
func (r *Register) Names(ctx context.Context, tenant store.Tenant) ([]string, error) {
	names, err := New(r.store.Reader()).PersonNames(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	return names, nil
}

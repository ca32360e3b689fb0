package care_test

import (
	"context"
	"testing"

	"github.com/linli/linli/internal/people"
)

// BenchmarkList opens the committee's list of forty entries: sheets, carers and
// visits.
func BenchmarkList(b *testing.B) {
	h := newHouse(b, "")
	ctx := context.Background()
	list, _, err := h.Register.Persons(ctx, h.xiwu, people.Filter{Named: true}, people.Page{Limit: 200})
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for _, p := range list {
		e := h.entry()
		e.Person = p.ID
		if n == 40 || p.Household == "" || p.ID == h.first().Person || p.ID == h.second().Person {
			continue
		}
		if _, err := h.Care.Enter(ctx, h.committee(), e); err != nil {
			b.Fatal(err)
		}
		n++
	}
	for b.Loop() {
		rows, err := h.Care.List(ctx, h.committee())
		if err != nil || len(rows) != 40 {
			b.Fatal(len(rows), err)
		}
	}
}

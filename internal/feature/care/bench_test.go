package care_test

import (
	"context"
	"testing"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
)

// BenchmarkList opens the committee's list of forty entries: sheets, carers and
// visits.
func BenchmarkList(b *testing.B) {
	h := onSQLite(b)
	ctx := context.Background()
	h.enterMany(40)
	for b.Loop() {
		rows, err := h.Care.List(ctx, h.Committee())
		if err != nil || len(rows) != 40 {
			b.Fatal(len(rows), err)
		}
	}
}

// enterMany writes entries until the register has so many.
func (h *house) enterMany(want int) {
	h.T.Helper()
	ctx := context.Background()
	list, _, err := h.Register.Persons(ctx, h.Xiwu, people.Filter{Named: true}, people.Page{Limit: 200})
	if err != nil {
		h.T.Fatal(err)
	}
	have := h.count("SELECT COUNT(*) FROM care_elder")
	for _, p := range list {
		e := h.entry()
		e.Person, e.Contacts = p.ID, nil
		if have == want || p.Household == "" || p.ID == h.first().Person || p.ID == h.second().Person {
			continue
		}
		_, err := h.Care.Enter(ctx, h.Committee(), e)
		if fault.Is(err, fault.Conflict) {
			continue // entered before
		}
		if err != nil {
			h.T.Fatal(err)
		}
		have++
	}
	if have != want {
		h.T.Fatalf("%d entries, want %d", have, want)
	}
}

// The committee's list asks as often for thirty entries as for three, and each
// reading of it is on the audit trail.
func TestTheListAsksAFixedNumberOfTimes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		page, colleague := h.Visit(h.Committee()), h.colleague()
		asked := func() (list, whole int64) {
			t.Helper()
			before := h.Store.Asked()
			if _, err := h.Care.List(context.Background(), colleague); err != nil {
				t.Fatal(err)
			}
			list = h.Store.Asked() - before
			before = h.Store.Asked()
			page.Must("/care")
			return list, h.Store.Asked() - before
		}
		h.enterMany(3)
		asked() // the places are read once
		list, whole := asked()
		h.enterMany(30)
		looked := h.audited(h.Committee(), "care.list", "")
		if l, w := asked(); l != list || w != whole || l == 0 || l > 12 {
			t.Errorf("3 entries: %d for the list, %d for the page; 30 entries: %d and %d", list, whole, l, w)
		}
		if n := h.audited(h.Committee(), "care.list", ""); n != looked+1 {
			t.Errorf("%d readings on the trail, want %d", n, looked+1)
		}
	})
}

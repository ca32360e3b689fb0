package care_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// S28: the sheet is seen by named carers only, and each look is in the audit
// trail and on the elder's own page.
func TestS28_OnlyNamedCarersSeeTheSheetAndEachLookIsWrittenDown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := context.Background(), h.enter()
		for _, a := range []people.Actor{h.Committee(), h.first(), h.second()} {
			for n := 1; n <= 2; n++ {
				h.Clock.Advance(care.OneLook)
				o, err := h.Care.Open(ctx, a, id, care.ForCare)
				if err != nil {
					t.Fatalf("%s: %v", a.Name, err)
				}
				if o.Hints != hint || o.Key != keyPlace || len(o.Contacts) != 2 || o.Age(h.Clock.Now()) != 78 {
					t.Errorf("%s sees %+v", a.Name, o.Sheet)
				}
				if got := h.audited(a, "care.read", id); got != n {
					t.Errorf("%s looked %d times, the trail says %d", a.Name, n, got)
				}
			}
		}
		h.Clock.Advance(-6 * care.OneLook)
		for _, a := range []people.Actor{h.colleague(), h.third(), h.Guard(), h.Actor("xiwu", "s011"), h.elder(), h.daughter(), h.stranger(), h.Actor("caojiadu", "s001")} {
			_, err := h.Care.Open(ctx, a, id, care.ForCare)
			hidden(t, a.Name+" opens", err)
			hidden(t, a.Name+" says visited", h.Care.Do(ctx, a, care.Done{ID: h.visit(id).ID, Verb: care.Visited}))
			if h.audited(a, "care.read", id) != 0 {
				t.Errorf("%s saw nothing and is in the trail", a.Name)
			}
		}
		own, err := h.Care.Mine(ctx, h.elder())
		if err != nil || len(own) != 1 {
			t.Fatal(own, err)
		}
		if len(own[0].Looks) != 6 || own[0].Looks[0].Viewer != h.second().Person || own[0].Sheet.Hints != hint {
			t.Errorf("the elder's page shows %+v", own[0])
		}
		if _, err := people.VerifyAudit(ctx, h.Store.Reader(), h.Xiwu); err != nil {
			t.Error(err)
		}
	})
}

// A carer whose post ended is none any more.
func TestS28_WhoseVolunteerPostEndedSeesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := context.Background(), h.enter()
		path := h.elder().Path
		served, err := h.Register.PostsAt(ctx, h.Xiwu, path)
		if err != nil {
			t.Fatal(err)
		}
		err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, p := range served {
				if p.Person == h.first().Person {
					return h.Register.EndPost(ctx, tx, h.Xiwu, p.Post)
				}
			}
			return fmt.Errorf("no post of the first volunteer")
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Care.Open(ctx, h.first(), id, care.ForCare)
		hidden(t, "a former volunteer opens", err)
	})
}

// To the rest of the committee the list is masked; reading it is written down.
func TestS28_TheListIsMaskedAndReadingItIsWrittenDown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.enter()
		rows, err := h.Care.List(ctx, h.colleague())
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		if r := rows[0]; r.Name != "章**" || strings.Contains(r.Door, "402") || r.Mine {
			t.Errorf("a colleague sees %q at %q", r.Name, r.Door)
		}
		if h.audited(h.colleague(), "care.list", "") != 1 {
			t.Error("reading the list is not in the trail")
		}
		for _, a := range []people.Actor{h.Guard(), h.first(), h.daughter(), h.stranger()} {
			if rows, err := h.Care.List(ctx, a); err != nil || len(rows) != 0 {
				t.Errorf("%s lists %d entries, %v", a.Name, len(rows), err)
			}
		}
	})
}

// The raw rows hold no name, phone, key, hint, note or flat in clear, nor the
// ids by which they are found.
func TestS28_TheRegisterIsUnreadableAtRest(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.enter()
		h.do(h.first(), care.Done{ID: h.visit(id).ID, Verb: care.Visited, Note: "今天气色很好"})
		elder := h.elder()
		secrets := []string{elder.Name, elder.Person, elder.Dwelling, elder.Household, h.daughter().Name, h.daughter().Person, sonName, sonPhone, keyPlace, hint, "今天气色很好", "女儿", "1948", "402"}
		for _, table := range []string{"care_elder", "care_carer", "care_kin", "care_look", "care_visit", "care_away"} {
			for _, cell := range h.cells("SELECT * FROM " + table) {
				for _, s := range secrets {
					if mentions(cell, s) {
						t.Errorf("%s holds %q in clear", table, s)
					}
				}
			}
		}
		about := fmt.Sprintf("SELECT * FROM matter_head WHERE kind = '%s'", care.KindName)
		told := "SELECT * FROM notify_told WHERE key LIKE 'care.%'"
		lines := "SELECT e.* FROM matter_entry e JOIN matter_head h ON h.tenant_id = e.tenant_id AND h.id = e.matter_id WHERE h.kind = '" + care.KindName + "'"
		for _, query := range []string{about, told, lines, "SELECT * FROM job_due WHERE kind LIKE 'care.%'", "SELECT * FROM people_audit WHERE action LIKE 'care.%'"} {
			for _, cell := range h.cells(query) {
				for _, s := range secrets[:13] { // a number may end in 402
					if mentions(cell, s) {
						t.Errorf("%s holds %q in clear", query, s)
					}
				}
			}
		}
	})
}

// mentions reports whether a text holds a secret. A short number counts only by
// itself: in ids and sealed texts any digits may come together.
func mentions(cell, secret string) bool {
	if len(secret) > 4 {
		return strings.Contains(cell, secret)
	}
	return regexp.MustCompile(`(^|[^0-9A-Za-z+/=_-])` + secret + `($|[^0-9A-Za-z+/=_-])`).MatchString(cell)
}

// cells are all values of a query as text.
func (h *house) cells(query string) []string {
	h.T.Helper()
	rows, err := h.Store.Reader().QueryContext(context.Background(), query)
	if err != nil {
		h.T.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		h.T.Fatal(err)
	}
	var out []string
	for rows.Next() {
		vals, ptrs := make([]any, len(columns)), make([]any, len(columns))
		for i := range vals {
			ptrs[i] = &vals[i]
		}
		if err := rows.Scan(ptrs...); err != nil {
			h.T.Fatal(err)
		}
		for i, v := range vals {
			if s, ok := v.(string); ok && !slices.Contains([]string{"id", "hash", "prev_hash"}, columns[i]) {
				out = append(out, s)
			}
		}
	}
	if err := rows.Err(); err != nil {
		h.T.Fatal(err)
	}
	return out
}

// S28: consent is withdrawn in one step, by the elder, by the family and by the
// committee for them; everything is gone at once, that it was remains.
func TestS28_ConsentIsWithdrawnInOneStep(t *testing.T) {
	for _, c := range []struct {
		how string
		who func(*house) people.Actor
	}{{care.BySelf, (*house).elder}, {care.ByFamily, (*house).daughter}, {care.ByStaff, (*house).colleague}} {
		t.Run(c.how, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) { withdrawn(t, h, c.how, c.who(h)) })
		})
	}
}

func withdrawn(t *testing.T, h *house, how string, who people.Actor) {
	ctx, id := context.Background(), h.enter()
	first := h.visit(id)
	h.do(h.first(), care.Done{ID: first.ID, Verb: care.Visited, Note: "很好"})
	owed := h.visit(id)
	for _, a := range []people.Actor{h.Guard(), h.third(), h.Actor("xiwu", "r0424"), h.stranger(), h.Actor("yeqing", "r0502")} {
		hidden(t, a.Name+" withdraws", h.Care.Withdraw(ctx, a, id))
	}
	if err := h.Care.Withdraw(ctx, who, id); err != nil {
		t.Fatal(err)
	}
	for _, a := range []people.Actor{h.Committee(), h.first(), h.second()} {
		_, err := h.Care.Open(ctx, a, id, care.ForCare)
		hidden(t, a.Name+" opens after it", err)
		_, err = h.Care.Visit(ctx, a, first.ID)
		hidden(t, a.Name+" opens a visit after it", err)
	}
	if own, err := h.Care.Mine(ctx, h.elder()); err != nil || len(own) != 0 {
		t.Errorf("the elder still finds %v, %v", own, err)
	}
	if p := h.Phase(owed.ID); p != matter.Withdrawn {
		t.Errorf("the visit owed is %s", p)
	}
	if left := h.cells("SELECT sealed, paper_sealed FROM care_elder"); strings.Join(left, "") != "" {
		t.Errorf("left over: %q", left)
	}
	for _, q := range []string{"SELECT * FROM care_carer", "SELECT * FROM care_kin", "SELECT * FROM job_due WHERE kind LIKE 'care.%'"} {
		if left := h.cells(q); len(left) > 0 {
			t.Errorf("%s: %q", q, left)
		}
	}
	if notes := strings.Join(h.cells("SELECT note_sealed FROM care_visit"), ""); notes != "" {
		t.Errorf("a note is left: %q", notes)
	}
	ends, err := h.Care.Withdrawals(ctx, h.Committee())
	if err != nil || len(ends) != 1 || ends[0].How != how || !ends[0].At.Equal(h.Clock.Now()) {
		t.Errorf("the record says %+v, %v", ends, err)
	}
	if h.audited(who, "care.withdraw", id) != 1 {
		t.Error("it is not in the audit trail")
	}
	if got := h.Told(h.first()); !slices.Contains(got, "care.told.withdrawn") {
		t.Errorf("the volunteer was told %q", got)
	}
	if got, err := h.Care.Respond(ctx, h.Guard(), care.Call{Tenant: h.Xiwu, Home: h.elder().Dwelling, Matter: "m"}); err != nil || len(got) != 0 {
		t.Errorf("a responder still sees %+v, %v", got, err)
	}
	hidden(t, "again", h.Care.Withdraw(ctx, who, id))
	if _, err := h.Care.Enter(ctx, h.Committee(), h.entry()); err != nil {
		t.Errorf("consent given anew: %v", err)
	}
}

// What is wrong with an entry is said field by field, and nothing is written.
func TestEntriesAreChecked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for field, spoil := range map[string]func(*care.Entry){
			"ground":      func(e *care.Entry) { e.Ground = "because" },
			"grade":       func(e *care.Entry) { e.Grade = "" },
			"day":         func(e *care.Entry) { e.Consent.Day = "2026-11-24" },
			"way":         func(e *care.Entry) { e.Consent.Way = "rumour" },
			"by":          func(e *care.Entry) { e.Ground = "pipl-29-family" },
			"phone2":      func(e *care.Entry) { e.Contacts[1].Phone = "none" },
			"first":       func(e *care.Entry) { e.First = h.Clock.Now().AddDate(1, 0, 0) },
			"born":        func(e *care.Entry) { e.Born = 2020 },
			"hints":       func(e *care.Entry) { e.Hints = strings.Repeat("长", 501) },
			"volunteer1":  func(e *care.Entry) { e.Volunteers = []string{h.Actor("xiwu", "r0424").Person} },
			"responsible": func(e *care.Entry) { e.Responsible = []string{h.Guard().Person} },
		} {
			e := h.entry()
			spoil(&e)
			_, err := h.Care.Enter(context.Background(), h.Committee(), e)
			f := fault.As(err)
			if f == nil || f.Code != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if rows := h.cells("SELECT id FROM care_elder"); len(rows) != 0 {
			t.Errorf("%d entries were written", len(rows))
		}
		h.enter()
		if _, err := h.Care.Enter(context.Background(), h.Committee(), h.entry()); !fault.Is(err, fault.Conflict) {
			t.Errorf("entered twice: %v", err)
		}
		for _, a := range []people.Actor{h.Guard(), h.first(), h.Actor("xiwu", "r0424")} {
			if _, err := h.Care.Enter(context.Background(), a, h.entry()); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s enters: %v", a.Name, err)
			}
		}
		_, err := h.Care.Enter(context.Background(), h.stranger(), h.entry())
		hidden(t, "another neighbourhood enters", err)
	})
}

// The sheet follows an elder who moves within the neighbourhood: an alarm at the
// new home finds it, one at the old home does not.
func TestTheSheetMovesWithTheElder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := context.Background(), h.enter()
		old, other := h.elder().Dwelling, h.Actor("xiwu", "r0161")
		err := h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE people_person SET household_id = $1 WHERE tenant_id = $2 AND id = $3", other.Household, h.Xiwu, h.elder().Person)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for home, want := range map[string]int{old: 0, other.Dwelling: 1} {
			got, err := h.Care.Respond(ctx, h.Guard(), care.Call{Tenant: h.Xiwu, Home: home, Matter: "m"})
			if err != nil || len(got) != want {
				t.Errorf("%d sheets, want %d, %v", len(got), want, err)
			}
		}
		h.do(h.Committee(), care.Done{ID: h.visit(id).ID, Verb: care.Visited})
		rows, err := h.Care.List(ctx, h.colleague())
		if err != nil || len(rows) != 1 || !strings.Contains(rows[0].Door, "5") {
			t.Errorf("%+v %v", rows, err)
		}
	})
}

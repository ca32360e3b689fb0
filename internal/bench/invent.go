package bench

import (
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
)

//go:embed sentences.txt
var sentences string

// inventor makes up past reports, the same ones for the same number.
type inventor struct {
	tenant     store.Tenant
	index      search.Index
	homes      []home
	buildings  []place.Node
	categories []report.Category
	sentences  []string
	dice       *rand.Rand
	next       int       // counts the reports
	from       time.Time // when the first was raised
	step       time.Duration
}

// years is how far back an invented past reaches.
const years = 3

// openShare is how many in a hundred are still open.
const openShare = 10

// invent writes n past reports of a tenant's compounds, as if they had been
// raised over the last three years: head, chained timeline, detail and search
// index, as the product writes them. Nine in ten were withdrawn by whoever
// raised them, the shortest way to a closing. What a past no longer needs is
// left out: messages, idempotency keys, jobs.
func invent(ctx context.Context, a *app.App, tenant store.Tenant, homes []home, n int) error {
	if n == 0 {
		return nil
	}
	all, err := a.Places.Tenant(ctx, tenant)
	if err != nil {
		return err
	}
	v := &inventor{tenant: tenant, index: search.New(a.Store), homes: homes, sentences: strings.Split(strings.TrimSpace(sentences), "\n"), dice: rand.New(rand.NewPCG(1, uint64(n)))}
	if v.buildings, err = a.Places.Subtree(ctx, tenant, all.Root, place.Building); err != nil {
		return err
	}
	if v.categories, err = a.Reports.Categories.All(ctx); err != nil {
		return err
	}
	v.categories = slices.DeleteFunc(slices.Clone(v.categories), report.Category.Private)
	v.from = a.Store.Now().AddDate(-years, 0, 0)
	v.step = a.Store.Now().Sub(v.from) / time.Duration(n+1)
	for v.next < n {
		most := min(n-v.next, perCommit)
		err := a.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return v.write(ctx, tx, most) })
		if err != nil {
			return err
		}
	}
	return nil
}

// invented is one report with its timeline.
type invented struct {
	head    matter.Matter
	detail  report.Detail
	entries []matter.Entry
	zh, en  string // of the category
	door    string // plate of the building
}

func (v *inventor) one() invented {
	at := v.from.Add(time.Duration(v.next) * v.step).Truncate(time.Millisecond)
	v.next++
	b := v.buildings[v.dice.IntN(len(v.buildings))]
	c := v.categories[v.dice.IntN(len(v.categories))]
	h := v.homes[v.dice.IntN(len(v.homes))]
	x := invented{
		zh: c.Zh, en: c.En, door: b.Name,
		head: matter.Matter{
			Tenant: v.tenant, ID: store.NewID(), Number: fmt.Sprintf("b-%07d", v.next), Kind: report.KindName, Place: b.ID, RaisedBy: h.person,
			Phase: matter.Raised, Holder: matter.Holder{Group: people.Property}, Due: at.Add(c.Accept), Visibility: matter.Compound,
			RaisedAt: at, Path: b.Path,
		},
		detail: report.Detail{
			Category: c.Code, Building: b.ID, Compound: compoundOf(b), Spot: fmt.Sprintf("%dF", 1+v.dice.IntN(18)),
			Words: v.sentences[v.dice.IntN(len(v.sentences))], Source: report.FromApp, HappenedAt: at, AcceptBy: at.Add(c.Accept), MendBy: at.Add(c.Mend),
		},
	}
	x.move(matter.Raise, at, map[string]string{"words": x.detail.Words})
	if v.dice.IntN(100) >= openShare {
		x.head.Phase, x.head.Holder, x.head.Due = matter.Withdrawn, matter.Holder{}, time.Time{}
		x.detail.ClosedAt = at.Add(time.Hour)
		x.move(matter.Withdraw, x.detail.ClosedAt, map[string]string{})
	}
	return x
}

// compoundOf is the second of the path, below the neighbourhood.
func compoundOf(b place.Node) string {
	ids := b.Ancestors()
	return ids[min(1, len(ids)-1)]
}

// move adds a sealed entry by whoever raised the matter.
func (x *invented) move(verb matter.Verb, at time.Time, args map[string]string) {
	group := matter.ByRaiser
	if verb == matter.Raise {
		group = people.Residents
	}
	e := matter.Seal(x.head, matter.Entry{
		Seq: x.head.Version + 1, At: at, Actor: x.head.RaisedBy, Group: group, Verb: verb, Key: "report.did." + string(verb), Args: args,
		Audience: matter.Compound, PrevHash: x.head.LastHash,
	})
	x.entries = append(x.entries, e)
	x.head.Version, x.head.ChangedAt, x.head.LastHash = e.Seq, at, e.Hash
}

package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/words"
)

// alone is an elder of building 6 who lives alone, all of it invented.
type alone struct {
	ref        string
	born       int
	hints, key string
	contact    string // ref of a resident
	relation   string
	grade      string
	volunteers []string
	first      int  // days from today to the first visit
	seen       bool // the first visit was made
	note       string
}

var elders = []alone{
	{"r0353", 1948, "听力弱，请敲门大声说话。膝盖不便，走楼梯慢。", "物业 02 号柜，A-17", "r0161", "女儿", "weekly", []string{"r0358", "r0428"}, 0, false, ""},
	{"r0342", 1944, "高血压；对青霉素过敏。", "对门 203 许家", "r0167", "侄子", "weekly", []string{"r0428", "r0358"}, 2, false, ""},
	{"r0422", 1951, "白内障，看不清门牌。", "", "", "", "medium", []string{"r0358", "r0457"}, -1, true, "气色不错，想学用手机挂号。"},
}

// lookAfter enters the elders who live alone in building 6, with their
// volunteers and this week's visits.
func lookAfter(ctx context.Context, a *app.App, clock *Clock) error {
	defer clock.Back(0)
	worker, err := actor(ctx, a, "s012")
	if err != nil {
		return err
	}
	for _, e := range elders {
		if err := enter(ctx, a, clock, worker, e); err != nil {
			return fmt.Errorf("sample elder %s: %w", e.ref, err)
		}
	}
	return nil
}

// actor is somebody of 西武 under all their posts.
func actor(ctx context.Context, a *app.App, ref string) (people.Actor, error) {
	p, err := find(ctx, a, "xiwu", ref)
	if err != nil {
		return people.Actor{}, err
	}
	return a.Door.ActorFor(ctx, p.Tenant, p.ID)
}

func enter(ctx context.Context, a *app.App, clock *Clock, worker people.Actor, e alone) error {
	clock.Back(max(0, -time.Duration(e.first)*24*time.Hour))
	now := a.Store.Now()
	elder, err := actor(ctx, a, e.ref)
	if err != nil {
		return err
	}
	x := care.Entry{
		Person: elder.Person, Ground: "pipl-29-elder", Grade: e.grade, Born: e.born, Key: e.key, Hints: e.hints,
		Consent: care.Consent{Way: care.InPerson, Day: now.AddDate(0, 0, -3).In(words.Shanghai()).Format(time.DateOnly)},
		First:   now.AddDate(0, 0, max(0, e.first)),
	}
	for _, ref := range e.volunteers {
		v, err := find(ctx, a, "xiwu", ref)
		if err != nil {
			return err
		}
		x.Volunteers = append(x.Volunteers, v.ID)
	}
	if e.contact != "" {
		c, err := find(ctx, a, "xiwu", e.contact)
		if err != nil {
			return err
		}
		phone, err := a.Sealer.Open(c.Tenant, c.ID, people.FieldPhone, c.PhoneSealed)
		if err != nil {
			return err
		}
		x.Contacts = []care.Contact{{Name: c.Name, Relation: e.relation, Phone: phone}}
	}
	if _, err := a.Care.Enter(ctx, worker, x); err != nil || !e.seen {
		return err
	}
	return seen(ctx, a, e)
}

// seen lets the first volunteer make the visit that is owed.
func seen(ctx context.Context, a *app.App, e alone) error {
	v, err := actor(ctx, a, e.volunteers[0])
	if err != nil {
		return err
	}
	r, err := a.Care.Round(ctx, v)
	if err != nil {
		return err
	}
	for _, t := range append(r.Today, r.Week...) {
		mine, err := a.Care.Visit(ctx, v, t.ID)
		if err != nil {
			return err
		}
		if elder, err := find(ctx, a, "xiwu", e.ref); err != nil {
			return err
		} else if mine.Person == elder.ID {
			return a.Care.Do(ctx, v, care.Done{ID: t.ID, Verb: care.Visited, Note: e.note})
		}
	}
	return fmt.Errorf("no visit is owed")
}

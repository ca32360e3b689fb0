package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"
	"testing/fstest"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// Clock is the machine's clock, which the simulated day sets back while it is
// played.
type Clock struct{ back atomic.Int64 }

// Now is the time, set back as far as the day asks.
func (c *Clock) Now() time.Time { return time.Now().Add(-time.Duration(c.back.Load())) }

// Back sets the clock back by d; 0 sets it right.
func (c *Clock) Back(d time.Duration) { c.back.Store(int64(d)) }

// Person is somebody of the sample subdistrict whom a visitor may be.
type Person struct {
	Role   string // resident, property, committee, volunteer, subdistrict, admin
	Tenant store.Tenant
	ID     string
	Name   string
	Link   string // path that signs in with one click
}

// cast is who plays which role: the key of a row of the registers and the
// neighbourhood it belongs to.
var cast = []struct{ role, tenant, ref string }{
	{"resident", "xiwu", "r0424"},
	{"property", "xiwu", "s029"},
	{"committee", "xiwu", "s012"},
	{"volunteer", "xiwu", "r0358"},
	{"subdistrict", "caojiadu", "s001"},
	{"admin", "caojiadu", "s003"},
}

// Fill puts the sample subdistrict into an empty house; a house that has
// neighbourhoods already is left alone.
func Fill(ctx context.Context, a *app.App, clock *Clock) error {
	tenants, err := a.Places.Tenants(ctx)
	if err != nil {
		return err
	}
	if len(tenants) > 1 {
		return nil
	}
	data, err := moved(Data(), a.Store.Now())
	if err != nil {
		return err
	}
	r, err := register.Import(ctx, register.Deps{Store: a.Store, Places: a.Places, Sealer: a.Sealer}, data, register.Options{})
	if err != nil || !r.OK() {
		return errors.Join(err, failed(ctx, a, r))
	}
	if err := a.ReloadTenants(); err != nil {
		return err
	}
	taken, err := a.Reports.ImportRegisters(ctx, data, false)
	if err != nil || taken.Categories == 0 {
		return fmt.Errorf("sample reports: %d categories, %v, %w", taken.Categories, taken.Problems, err)
	}
	if sensors, err := a.Devices.ImportSensors(ctx, data, false); err != nil || sensors.Sensors == 0 {
		return fmt.Errorf("sample sensors: %v, %w", sensors.Problems, err)
	}
	if err := appoint(ctx, a); err != nil {
		return err
	}
	if err := lookAfter(ctx, a, clock); err != nil {
		return err
	}
	return today(ctx, a, clock)
}

func failed(ctx context.Context, a *app.App, r register.Report) error {
	if r.OK() {
		return nil
	}
	ctx = words.With(ctx, a.Words, words.English)
	return errors.New("sample registers: " + strings.Join(r.Lines(ctx), "\n"))
}

// appoint gives one officer of the subdistrict the administrator's post.
func appoint(ctx context.Context, a *app.App) error {
	p, err := find(ctx, a, "caojiadu", "s003")
	if err != nil {
		return err
	}
	return a.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := a.Register.SetPost(ctx, tx, people.Post{Tenant: p.Tenant, Person: p.ID, Role: people.Administrator, Place: a.Office.Root})
		return err
	})
}

// find is a person by the register's keys.
func find(ctx context.Context, a *app.App, tenant, ref string) (people.Person, error) {
	all, err := a.Places.Tenants(ctx)
	if err != nil {
		return people.Person{}, err
	}
	at := slices.IndexFunc(all, func(t place.Tenant) bool { return t.Ref == tenant })
	if at < 0 {
		return people.Person{}, fmt.Errorf("sample subdistrict: no %s", tenant)
	}
	return a.Register.PersonByRef(ctx, all[at].ID, ref)
}

// Cast are the people a visitor may be, one for each role, with links that
// sign in with one click.
func Cast(ctx context.Context, a *app.App) ([]Person, error) {
	var out []Person
	for _, c := range cast {
		p, err := find(ctx, a, c.tenant, c.ref)
		if err != nil {
			return nil, err
		}
		link, err := a.Door.DemoLink(ctx, p.Tenant, p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Person{c.role, p.Tenant, p.ID, p.Name, link})
	}
	return out, nil
}

// moved is the data with the reports' times moved forward by whole weeks, so
// that the past ends the week before now.
func moved(data fs.FS, now time.Time) (fs.FS, error) {
	b, err := fs.ReadFile(data, "reports.csv")
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		return nil, err
	}
	last := time.Date(2023, 11, 12, 0, 0, 0, 0, words.Shanghai())
	weeks := int(now.Sub(last).Hours()) / (7 * 24)
	times := map[string]bool{"created": true, "accepted": true, "finished": true}
	for _, row := range rows[1:] {
		for i, name := range rows[0] {
			if t, err := time.Parse(time.RFC3339, row[i]); err == nil && times[name] {
				row[i] = t.AddDate(0, 0, 7*weeks).Format(time.RFC3339)
			}
		}
	}
	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll(rows); err != nil {
		return nil, err
	}
	return overlay{data, fstest.MapFS{"reports.csv": {Data: out.Bytes()}}}, nil
}

// overlay is a folder some of whose files are replaced.
type overlay struct{ under, over fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	if f, err := o.over.Open(name); err == nil && name != "." {
		return f, nil
	}
	return o.under.Open(name)
}

// Open311Key is a key with which a program may make reports, new at each start.
func Open311Key(ctx context.Context, a *app.App) (string, error) { return a.Keys.Renew(ctx, "demo") }

package register_test

import (
	"context"
	"errors"
	"io/fs"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

func TestABuildingThatMovesTakesItsHomesAlong(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		o.take(t, sample(t))
		m := sample(t)
		for file, pattern := range map[string]string{
			"buildings.csv": `(whd759-22),whd759,`, "households.csv": `(whd759-22-[^,]+),whd759,`, "residents.csv": `(whd759-22-[^,]+),whd759,`,
		} {
			m[file] = &fstest.MapFile{Data: regexp.MustCompile(pattern).ReplaceAll(m[file].Data, []byte("$1,gaorong-c,"))}
		}
		r := o.take(t, m)
		if !r.OK() {
			t.Fatal(lines(t, r))
		}
		if got := r.Total(register.Buildings); got.Changed != 1 || got.Ended+got.New != 0 {
			t.Errorf("%+v", got)
		}
		if got := r.Total(register.Households); got.Same != 504 {
			t.Errorf("homes were written again: %+v", got)
		}
		gr := o.tenant(t, "GR")
		home := must(o.Places.ByRef(ctx, gr.ID, "whd759-22-底层客堂"))(t)
		in := must(o.Places.Compound(ctx, home))(t)
		if in.Ref != "gaorong-c" || !in.Covers(home) {
			t.Errorf("%s lies in %s", home.Path, in.Ref)
		}
	})
}

// jammed is a sealer whose keys are gone.
type jammed struct{ binder }

var errJammed = errors.New("no key")

func (jammed) Seal(store.Tenant, string, string, string) (string, error) { return "", errJammed }

func TestWithoutKeysNothingIsTaken(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		d := o.Deps
		d.Sealer = jammed{}
		if _, err := register.Import(ctx, d, lane(t), register.Options{}); !errors.Is(err, errJammed) {
			t.Fatalf("%v", err)
		}
		if _, err := o.Places.TenantByShort(ctx, "WH"); !fault.Is(err, fault.NotFound) {
			t.Errorf("taken in part: %v", err)
		}
		if r := o.take(t, lane(t)); r.Total(register.Residents).New != 150 {
			t.Errorf("after the keys came back: %+v", totals(r))
		}
	})
}

func TestAFolderThatCannotBeReadIsAnError(t *testing.T) {
	s, clock := storetest.SQLite(t, rooms())
	o := newOffice(s, clock)
	gone := fstest.MapFS{"x": {}}
	if _, err := register.Import(t.Context(), o.Deps, noList{gone}, register.Options{}); err == nil {
		t.Error("taken")
	}
}

// noList is a folder that may not be listed.
type noList struct{ fstest.MapFS }

func (noList) ReadDir(string) ([]fs.DirEntry, error) { return nil, errors.New("no permission") }

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/app/operations"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/words"
)

// importCmd takes in registers.
type importCmd struct {
	folder
	Dir    existingDir `arg:"positional,required" help:"Folder with the registers as CSV or XLSX."`
	DryRun bool        `arg:"--dry-run" help:"Report what would happen and write nothing."`
	End    int         `arg:"--end" help:"How many entries may end because the files no longer list them. An import that would end many asks first and says the number."`
	Lang   language    `arg:"--lang" default:"zh" help:"Language of the report."`
}

var (
	errHeldBack = errors.New("not everything was taken; see above")
	errAsks     = errors.New("nothing was taken: the import asks first; see above")
)

// Run imports and prints line by line what is wrong and what to do. A dry run
// takes everything into a copy that is thrown away.
func (c *importCmd) Run(std streams) (err error) {
	ctx := context.Background()
	if c.DryRun {
		return operations.Rehearse(ctx, c.options(), func(ctx context.Context, a *app.App) error { return c.take(ctx, std, a) })
	}
	a, err := app.New(ctx, app.Options{Dir: c.Data, Postgres: c.Database, Log: slog.New(slog.NewJSONHandler(std.err, nil))})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	return c.take(ctx, std, a)
}

func (c *importCmd) take(ctx context.Context, std streams, a *app.App) error {
	ctx = words.With(ctx, a.Words, words.Parse(string(c.Lang)))
	dir, deps := os.DirFS(string(c.Dir)), register.Deps{Store: a.Store, Places: a.Places, Sealer: a.Sealer}
	r, err := register.Import(ctx, deps, dir, register.Options{DryRun: c.DryRun, End: c.End})
	for _, line := range r.Lines(ctx) {
		fmt.Fprintln(std.out, line)
	}
	if err != nil {
		return err
	}
	if r.Asks && !c.DryRun {
		return errAsks
	}
	if c.DryRun { // what follows stands on the registers
		if _, err := register.Import(ctx, deps, dir, register.Options{End: len(r.Endings)}); err != nil {
			return err
		}
	}
	taken, err := a.Reports.ImportRegisters(ctx, dir, false)
	sensors, sensorsErr := a.Devices.ImportSensors(ctx, dir, false)
	elders, eldersErr := a.Care.ImportElders(ctx, dir, false)
	problems := slices.Concat(taken.Problems, sensors.Problems, elders.Problems)
	for _, p := range problems {
		fmt.Fprintln(std.out, register.Problem{Problem: p}.Text(ctx))
	}
	for _, x := range []counted{
		{"report.imported", []any{"categories", taken.Categories, "past", taken.Past}},
		{"device.imported", []any{"n", sensors.Sensors}},
		{"care.imported", []any{"new", elders.New, "changed", elders.Changed, "same", elders.Same}},
	} {
		fmt.Fprintln(std.out, x.text(ctx, c.DryRun))
	}
	if err = errors.Join(err, sensorsErr, eldersErr); err == nil && (!r.OK() || sheet.Failed(problems)) {
		err = errHeldBack
	}
	return err
}

// counted is what became of one file: a words key and its counts. What a dry run
// would have done is said so.
type counted struct {
	key  string
	args []any
}

func (x counted) text(ctx context.Context, dry bool) string {
	if dry {
		return words.T(ctx, x.key+"_dry", x.args...)
	}
	return words.T(ctx, x.key, x.args...)
}

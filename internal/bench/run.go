package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Options say what to measure and how long.
type Options struct {
	Only    []string // parts, see [Parts]; empty means all
	Senders []int    // of d2; empty means 16 and 64
	Span    time.Duration
	Small   int    // reports of the small past in d3
	Big     int    // reports of the large one
	Clients int    // that send photographs in m; 0 means 100
	Exe     string // the program itself
	Peers   string // folder of the peers' sources; empty: none are run
	Beside  string // an earlier build of the program, which is measured in turn with this one; empty: none
	Rounds  int    // how often each part is measured with Beside
	Temp    string // folder to work in; empty means the system's. Its disk is the one that is measured
}

// Parts are what can be measured, in order.
func Parts() []string {
	return []string{"a1", "a2", "a4", "a5", "a6", "b", "d1", "d2", "d3", "f", "g", "m"}
}

// withDefaults fills in what was left out.
func (o Options) withDefaults() (Options, error) {
	if len(o.Only) == 0 {
		o.Only = Parts()
	}
	for _, name := range o.Only {
		if !slices.Contains(Parts(), name) {
			return o, fmt.Errorf("no part %q: there are %s", name, strings.Join(Parts(), ", "))
		}
	}
	if o.Clients == 0 {
		o.Clients = 100
	}
	if len(o.Senders) == 0 {
		o.Senders = []int{16, 64}
	}
	if slices.ContainsFunc(o.Senders, func(n int) bool { return n < 1 || n > residents }) {
		return o, fmt.Errorf("from 1 to %d senders: each is a resident of the sample subdistrict", residents)
	}
	if o.Span <= 0 || o.Small < 1 || o.Big < o.Small {
		return o, errors.New("measure for a second at least, and with more reports in the large past than in the small one")
	}
	return o, nil
}

// run is one run: what was measured so far is there to compare with.
type run struct {
	Options
	emit   func(Metric)
	limits map[string]float64
	prefix []string // of the command that serves the house
}

// command runs the program.
func (r *run) command() []string { return append(slices.Clone(r.prefix), r.Exe) }

// Run measures and hands every metric to emit as soon as it is known. An error
// means that the run itself failed; a goal that was missed is no error.
func Run(ctx context.Context, o Options, emit func(Metric)) (err error) {
	if o, err = o.withDefaults(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(o.Temp, "linli-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	o.Temp = dir
	r := &run{Options: o, limits: map[string]float64{}, emit: func(m Metric) { emit(m.stamped()) }}
	if o.Beside != "" {
		r.emit = emit // they are stamped by whoever measured them
		return r.besides(ctx)
	}
	if err := r.measureLimits(ctx); err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	for _, part := range []struct {
		name string
		do   func(context.Context) error
	}{{"a1", r.alarmsIdle}, {"a2", r.alarmStorm}, {"a4", r.hangingChannel}, {"a5", r.stormOnOneCore}, {"a6", r.alarmBurst}, {"b", r.events}, {"d1", r.photos}, {"d2", r.reports}, {"d3", r.lists}, {"f", r.starts}, {"g", r.firstPage}, {"m", r.bodies}} {
		if !slices.Contains(o.Only, part.name) {
			continue
		}
		if err := part.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// folder is a new empty one within the run's.
func (r *run) folder() (string, error) { return os.MkdirTemp(r.Temp, "") }

// measureLimits measures what the machine can do for the parts chosen.
func (r *run) measureLimits(ctx context.Context) error {
	for _, l := range []struct {
		name, unit string
		parts      []string
		do         func() (tally, error)
	}{
		{"limit.fdatasync", "1/s", Parts(), func() (tally, error) { return syncs(ctx, r.Temp, r.Span) }},
		{"limit.reencode", "photos/s", []string{"d1"}, func() (tally, error) { return r.reencodeLimit(ctx) }},
		{"limit.echo", "requests/s", []string{"d2", "d3"}, func() (tally, error) { return echoes(ctx, r.Senders[0], r.Span) }},
	} {
		if !slices.ContainsFunc(l.parts, func(p string) bool { return slices.Contains(r.Only, p) }) {
			continue
		}
		if err := r.limit(l.name, l.unit, l.do); err != nil {
			return err
		}
	}
	if !slices.Contains(r.Only, "d2") {
		return nil
	}
	for _, n := range r.Senders {
		err := r.limit(insertLimit(n), "rows/s", func() (tally, error) { return bareInserts(ctx, r.Temp, n, r.Span) })
		if err != nil {
			return err
		}
	}
	return nil
}

func insertLimit(senders int) string { return fmt.Sprintf("limit.inserts.s%d", senders) }

func (r *run) reencodeLimit(ctx context.Context) (tally, error) {
	photo, err := noisePicture(1)
	if err != nil {
		return tally{}, err
	}
	return reencodes(ctx, photo, r.Span)
}

func (r *run) limit(name, unit string, do func() (tally, error)) error {
	t, err := do()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	m := t.metric(name, unit)
	m.Note = fmt.Sprintf("%d cores", runtime.NumCPU())
	r.limits[name] = m.Value
	r.emit(m)
	return nil
}

// visit furnishes a house with n past reports and serves it while do asks it.
func (r *run) visit(ctx context.Context, n int, do func(house, *process) error) error {
	dir, err := r.folder()
	if err != nil {
		return err
	}
	h, err := furnish(ctx, dir, n)
	if err != nil {
		return err
	}
	if err := settle(dir); err != nil {
		return err
	}
	p, err := serve(ctx, r.command(), h.dir)
	if err != nil {
		return err
	}
	return errors.Join(do(h, p), p.stop(), os.RemoveAll(dir))
}

// settle waits until what was invented is on disk: the machine would go on
// writing it while the product is measured.
func settle(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, "linli.db"), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

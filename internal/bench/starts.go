package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// The goals of f.
const (
	startGoal  = 50 * time.Millisecond
	memoryGoal = 40 // MB of 10^6 bytes
	sizeGoal   = 40
	startTimes = 9
	restFor    = 5 * time.Second
)

// starts measures f on a folder that holds the sample subdistrict.
func (r *run) starts(ctx context.Context) error {
	dir, err := r.folder()
	if err != nil {
		return err
	}
	h, err := furnish(ctx, dir, 0)
	if err != nil {
		return err
	}
	var took []time.Duration
	for range startTimes {
		p, err := serve(ctx, r.command(), h.dir)
		if err != nil {
			return err
		}
		took = append(took, p.ready)
		if err := p.stop(); err != nil {
			return err
		}
	}
	slices.Sort(took)
	t := tally{took: took}
	m := Metric{Name: "f.start", Value: ms(t.quantile(.5)), Unit: "ms", P50: ms(t.quantile(.5)), P99: ms(t.quantile(.99)), N: startTimes}
	r.emit(m.judged("<= 50 ms", t.quantile(.5) <= startGoal))
	return errors.Join(r.rest(ctx, h), r.size(ctx))
}

// rest measures the memory of a process that nobody asks anything.
func (r *run) rest(ctx context.Context, h house) error {
	p, err := serve(ctx, r.command(), h.dir)
	if err != nil {
		return err
	}
	if err := pause(ctx, restFor); err != nil {
		return errors.Join(err, p.stop())
	}
	mb := p.memory()
	if mb == 0 {
		r.emit(missed("f.memory", "MB", "<= 40 MB", "the system does not say"))
		return p.stop()
	}
	r.emit(Metric{Name: "f.memory", Value: mb, Unit: "MB", N: 1, Note: "resident, after 5 s at rest"}.judged("<= 40 MB", mb <= memoryGoal))
	return p.stop()
}

// size builds the program stripped, where its source and Go are at hand, and
// weighs it; else it weighs the program that runs.
func (r *run) size(ctx context.Context) error {
	path, note := r.Exe, "the program that runs, as it was built"
	if r.Peers != "" {
		path, note = filepath.Join(r.Temp, "linli"), "go build -trimpath -ldflags='-s -w'"
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "github.com/linli/linli/cmd/linli")
		cmd.Dir = r.Peers
		if out, err := cmd.CombinedOutput(); err != nil {
			r.emit(missed("f.size", "MB", "<= 40 MB", fmt.Sprintf("build: %v: %.300s", err, out)))
			return nil
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	mb := float64(info.Size()) / 1e6
	r.emit(Metric{Name: "f.size", Value: mb, Unit: "MB", N: 1, Note: note}.judged("<= 40 MB", mb <= sizeGoal))
	return nil
}

package bench

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// betterBy is how many times better than the earlier build a metric must be.
func betterBy() map[string]float64 {
	return map[string]float64{"a1": 2, "a1.desks": 2, "a2": 20, "a5": 20, "d2.s16": 3, "d2.s64": 3}
}

// besides runs each part with this program and with an earlier build of it, a
// round each in turn, so that both see the same machine. Each measures itself:
// it furnishes its own house, in the form that it keeps, with its own bench.
// What is shown is this program's round in the middle, beside the other's.
func (r *run) besides(ctx context.Context) error {
	for _, part := range r.Only {
		var ours, theirs []Metric
		why := "" // there is nothing to compare with
		for range max(1, r.Rounds) {
			mine, err := r.benchOf(ctx, r.Exe, part)
			if err != nil {
				return fmt.Errorf("%s: %w", part, err)
			}
			ours = append(ours, mine...)
			other, err := r.benchOfOther(ctx, part)
			if err != nil {
				why = err.Error()
			}
			theirs = append(theirs, other...)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		for _, m := range compared(ours, theirs, why) {
			r.emit(m)
		}
	}
	return nil
}

// benchOf lets a program measure one part of itself. prefix stands before its
// command.
func (r *run) benchOf(ctx context.Context, exe, part string, prefix ...string) ([]Metric, error) {
	command := slices.Concat(prefix, []string{exe, "bench", "--only", part, "--seconds", fmt.Sprint(max(1, int(r.Span/time.Second))),
		"--small", fmt.Sprint(r.Small), "--big", fmt.Sprint(r.Big), "--dir", r.Temp})
	if part == "m" {
		command = append(command, "--clients", fmt.Sprint(r.Clients))
	}
	if len(r.Senders) > 0 {
		command = append(command, "--senders", strings.Trim(strings.Join(strings.Fields(fmt.Sprint(r.Senders)), ","), "[]"))
	}
	if r.Peers != "" {
		command = append(command, "--peers", r.Peers)
	}
	return listen(ctx, command, func(int) {})
}

// listen runs a command and reads the metrics that it prints.
func listen(ctx context.Context, command []string, began func(pid int)) ([]Metric, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // it ends the house that it serves
	cmd.WaitDelay = patience
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	began(cmd.Process.Pid)
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("%w: %.500s", err, said.String())
	}
	var all []Metric
	for lines := bufio.NewScanner(&out); lines.Scan(); {
		var m Metric
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			return nil, fmt.Errorf("a line of the bench: %w", err)
		}
		all = append(all, m)
	}
	return all, nil
}

// benchOfOther lets the other build measure a part.
func (r *run) benchOfOther(ctx context.Context, part string) ([]Metric, error) {
	help, err := exec.CommandContext(ctx, r.Beside, "bench", "--help").Output()
	switch {
	case err != nil:
		return nil, fmt.Errorf("bench --help: %w", err)
	case slices.Contains(partsNamed(string(help)), part):
		return r.benchOf(ctx, r.Beside, part)
	case part == "a5":
		return r.stormOfOther(ctx)
	case part == "m":
		var all []Metric
		err := r.bodiesOf(ctx, r.Beside, func(m Metric) { m.Commit = "an earlier build"; all = append(all, m) })
		return all, err
	}
	return nil, fmt.Errorf("it has no part %s", part)
}

// partsNamed are the parts that the help of a bench names.
func partsNamed(help string) []string {
	_, rest, _ := strings.Cut(help, "Parts to measure:")
	list, _, _ := strings.Cut(rest, ".")
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
}

// stormOfOther measures a5 of a build that has no such part: its a2, held to
// the same cores from outside. Its bench begins on the cores of the load, so
// that its house, too, sees one core fewer than there are, and the house is
// moved to the first core when it comes.
func (r *run) stormOfOther(ctx context.Context) ([]Metric, error) {
	a, err := newApart()
	if err != nil {
		return nil, err
	}
	watching, stop := context.WithCancel(ctx)
	moved := make(chan error, 1)
	defer stop()
	command := slices.Concat(a.load(), []string{r.Beside, "bench", "--only", "a2", "--seconds", fmt.Sprint(max(1, int(r.Span/time.Second))), "--dir", r.Temp})
	all, err := listen(ctx, command, func(pid int) { go func() { moved <- a.moveHouse(watching, pid) }() })
	stop()
	if stuck := <-moved; err == nil {
		err = stuck
	}
	for i := range all {
		if all[i].Name == "a2" {
			all[i].Name = "a5"
		}
	}
	return all, err
}

// moveHouse waits for the house that a bench serves, and moves it to the first
// core.
func (a apart) moveHouse(ctx context.Context, bench int) error {
	for pause(ctx, 5*time.Millisecond) == nil {
		for _, pid := range children(bench) {
			line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			if err != nil || !bytes.Contains(line, []byte("\x00serve\x00")) {
				continue
			}
			// Twice, as it may be making a thread just now.
			if err := a.move(ctx, pid, a.first); err != nil {
				return err
			}
			return a.move(ctx, pid, a.first)
		}
	}
	return fmt.Errorf("no house was served that could be moved to core %s", a.first)
}

// children are the programs that a process has started.
func children(pid int) (all []int) {
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return nil
	}
	for _, t := range tasks {
		list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, t.Name()))
		if err != nil {
			continue
		}
		for _, word := range strings.Fields(string(list)) {
			var child int
			if _, err := fmt.Sscan(word, &child); err == nil {
				all = append(all, child)
			}
		}
	}
	return all
}

// compared are the metrics of this program beside those of the other, each the
// one in the middle of its rounds.
func compared(ours, theirs []Metric, why string) []Metric {
	var out []Metric
	for _, name := range names(ours) {
		m, n := middle(ours, name)
		other, _ := middle(theirs, name)
		m.Note = strings.TrimPrefix(m.Note+fmt.Sprintf("; the middle of %d rounds", n), "; ")
		want, bound := betterBy()[name]
		switch goal := strings.TrimPrefix(m.Goal+fmt.Sprintf(", %.0f x better", want), ", "); {
		case strings.HasPrefix(name, "limit."):
		case other != nil && m.N > 0 && other.N > 0:
			m.Beside, m.Times = other.figure(), better(*m, *other)
			m.Note += fmt.Sprintf("; beside %s: %s", other.Commit, other.said())
			if bound {
				*m = m.judged(goal, (m.OK == nil || *m.OK) && m.Times >= want)
			}
		case bound:
			m.Note += strings.TrimSuffix("; nothing to compare: "+why, ": ")
			*m = m.judged(goal, false)
		}
		out = append(out, *m)
	}
	return out
}

func names(all []Metric) (out []string) {
	for _, m := range all {
		if !slices.Contains(out, m.Name) {
			out = append(out, m.Name)
		}
	}
	return out
}

// middle is the metric of a name whose figure lies in the middle, and of how
// many.
func middle(all []Metric, name string) (*Metric, int) {
	mine := slices.DeleteFunc(slices.Clone(all), func(m Metric) bool { return m.Name != name })
	if len(mine) == 0 {
		return nil, 0
	}
	slices.SortFunc(mine, func(a, b Metric) int { return cmp.Compare(a.figure(), b.figure()) })
	return &mine[len(mine)/2], len(mine)
}

// inTime reports whether a metric is compared by its p99: alarms that come at a
// given pace.
func (m Metric) inTime() bool {
	return strings.HasPrefix(m.Name, "a") && m.Name != "a6"
}

// figure is what metrics are compared by. What could not be measured is the
// slowest.
func (m Metric) figure() float64 {
	switch {
	case !m.inTime():
		return m.Value
	case m.N == 0:
		return math.Inf(1)
	}
	return m.P99
}

// said is the same for people.
func (m Metric) said() string {
	if m.inTime() {
		return fmt.Sprintf("p99 %.2f ms", m.P99)
	}
	return fmt.Sprintf("%.2f %s", m.Value, m.Unit)
}

// better is how many times better than the other a metric is: a shorter time,
// less memory, more a second.
func better(m, other Metric) float64 {
	a, b := m.figure(), other.figure()
	if !m.inTime() && !slices.Contains([]string{"ms", "MB", "KB"}, m.Unit) {
		a, b = b, a
	}
	if a == 0 {
		return 0
	}
	return b / a
}

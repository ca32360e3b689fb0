package bench_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/bench"
)

// The earlier build may be this one: then nothing is better than it was.
func TestBesideMeasuresBothBuildsInTurn(t *testing.T) {
	exe, err := linli()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bench.Metric{}
	err = bench.Run(t.Context(), bench.Options{
		Only: []string{"g"}, Senders: []int{2}, Span: time.Second, Small: 1, Big: 1, Exe: exe, Beside: exe, Rounds: 1, Temp: t.TempDir(),
	}, func(m bench.Metric) { got[m.Name] = m })
	if err != nil {
		t.Fatal(err)
	}
	m := got["g.bytes.home"]
	if m.Value <= 0 || m.Beside < m.Value*0.99 || m.Beside > m.Value*1.01 || m.Times < 0.99 || m.Times > 1.01 || m.Commit == "" || !strings.Contains(m.Note, "beside ") {
		t.Errorf("%+v", m)
	}
}

func TestBesideSaysWhatTheOtherBuildCannot(t *testing.T) {
	exe, err := linli()
	if err != nil {
		t.Fatal(err)
	}
	help, err := exec.Command(exe, "bench", "--help").Output()
	if got := bench.PartsNamed(string(help)); err != nil || !slices.Equal(got, bench.Parts()) {
		t.Errorf("help names %v, %v", got, err)
	}
	if got := bench.PartsNamed("Parts to measure: a1, a2,\n  a4, b, g."); !slices.Equal(got, []string{"a1", "a2", "a4", "b", "g"}) {
		t.Errorf("an earlier help names %v", got)
	}
}

func TestBesideComparesTheMiddleOfTheRounds(t *testing.T) {
	rounds := func(name, unit string, values ...float64) (all []bench.Metric) {
		for _, v := range values {
			yes := true
			m := bench.Metric{Name: name, Unit: unit, Value: v, P99: v, N: int(v), OK: &yes, Goal: "quick", Commit: "abc"}
			all = append(all, m)
		}
		return all
	}
	for _, c := range []struct {
		name         string
		ours, theirs []bench.Metric
		beside       float64
		times        float64
		ok           bool
	}{
		{"a time much shorter", rounds("a2", "alarms/s", 90, 10, 50), rounds("a2", "alarms/s", 2000, 900, 1000), 1000, 20, true},
		{"a time not short enough", rounds("a2", "alarms/s", 60), rounds("a2", "alarms/s", 1000), 1000, 1000. / 60, false},
		{"a rate", rounds("d2.s16", "reports/s", 900), rounds("d2.s16", "reports/s", 300), 300, 3, true},
		{"a rate too low", rounds("d2.s16", "reports/s", 800), rounds("d2.s16", "reports/s", 300), 300, 800. / 300, false},
		{"alarms a second", rounds("a6", "alarms/s", 1200), rounds("a6", "alarms/s", 600), 600, 2, true},
		{"memory", rounds("f.memory", "MB", 20), rounds("f.memory", "MB", 40), 40, 2, true},
		{"rounds that were not measured", rounds("a2", "alarms/s", 0, 0, 40), rounds("a2", "alarms/s", 1000), 0, 0, false},
		{"one round that was not measured", rounds("a2", "alarms/s", 0, 50, 40), rounds("a2", "alarms/s", 1000), 1000, 20, true},
		{"nothing beside what must be better", rounds("a1", "alarms/s", 5), nil, 0, 0, false},
		{"nothing beside what need not", rounds("a4", "alarms/s", 5), nil, 0, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := bench.Compared(c.ours, c.theirs, "it has no such part")
			if len(got) != 1 || got[0].Beside != c.beside || got[0].Times != c.times || *got[0].OK != c.ok {
				t.Errorf("%+v, reached %v", got, *got[0].OK)
			}
		})
	}
}

func TestCoresAreDivided(t *testing.T) {
	for list, want := range map[string][2]string{
		"0-1": {"0", "1"}, "0": {"0", ""}, "0-3": {"0", "1-3"}, "2,5": {"2", "5"}, "1-2,7-8": {"1", "2,7-8"},
	} {
		if first, other := bench.FirstCore(list); first != want[0] || other != want[1] {
			t.Errorf("%s: %q and %q", list, first, other)
		}
	}
}

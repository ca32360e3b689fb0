package simulate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/simulate"
)

func TestTheSameSeedSendsTheSame(t *testing.T) {
	started := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	p := simulate.Plan{Detectors: 300, Storm: 200, Span: 5 * time.Second, Rate: 20, Seed: 7}
	one, smoke := simulate.Script(p, started)
	two, _ := simulate.Script(p, started)
	if diff := cmp.Diff(one, two); diff != "" {
		t.Error(diff)
	}
	if len(smoke) != p.Storm {
		t.Errorf("%d detectors see smoke, want %d", len(smoke), p.Storm)
	}
	all := strings.Join(one, "\n")
	for _, trick := range []simulate.Trick{simulate.Plain, simulate.Duplicate, simulate.Swapped, simulate.Replayed, simulate.FallSilent} {
		if !strings.Contains(all, " "+string(trick)+" ") {
			t.Errorf("nobody is %s", trick)
		}
	}
	p.Seed = 8
	if other, _ := simulate.Script(p, started); cmp.Equal(one, other) {
		t.Error("another seed sends the same")
	}
}

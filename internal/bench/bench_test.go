package bench_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/bench"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
)

// linli is the program itself, built once, as an operator runs it: without the
// race detector, under which its times would mean nothing. Its own tests run
// it under the detector.
var linli = sync.OnceValues(func() (string, error) {
	path := filepath.Join(built, "linli")
	if out, err := exec.Command("go", "build", "-o", path, "../../cmd/linli").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// built is the folder that the program is built in.
var built string

func TestMain(m *testing.M) {
	var err error
	if built, err = os.MkdirTemp("", "linli-bench-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(built)
	os.Exit(code)
}

// short is a run that measures hardly anything, so that it shows only that the
// bench works.
func short(t *testing.T, only ...string) (map[string]bench.Metric, error) {
	t.Helper()
	exe, err := linli()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bench.Metric{}
	err = bench.Run(t.Context(), bench.Options{
		Only: only, Senders: []int{2}, Span: 200 * time.Millisecond, Small: 700, Big: 900, Exe: exe, Temp: t.TempDir(),
	}, func(m bench.Metric) { got[m.Name] = m })
	return got, err
}

func TestRunMeasuresLimitsAndProduct(t *testing.T) {
	got, err := short(t, "d1", "d2", "d3", "g")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"limit.fdatasync", "limit.reencode", "limit.echo", "limit.inserts.s2", "d1", "d1.alone", "d2.s2", "d3", "d3.words", "d3.resident_open.700", "d3.committee_words.900",
		"d3.property_urgent.900", "g.bytes.home", "g.bytes.report",
	} {
		if m := got[name]; m.Value <= 0 || m.N == 0 || m.Commit == "" {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if m := got["d2.s2"]; m.Limit != got["limit.inserts.s2"].Value || m.Ratio <= 0 || m.P99 < m.P50 {
		t.Errorf("d2 beside its limit: %+v", m)
	}
	for _, name := range []string{"d2.s2.of_pocketbase_full", "d2.s2.of_pocketbase_default", "g.lcp"} {
		if m := got[name]; m.OK == nil || *m.OK || !strings.Contains(m.Note, "not measured") {
			t.Errorf("%s without its tools: %+v", name, m)
		}
	}
}

func TestRunMeasuresAlarmsAndEvents(t *testing.T) {
	got, err := short(t, "a1", "b")
	if err != nil {
		t.Fatal(err)
	}
	if m := got["a1"]; m.N != 200 || m.P99 <= 0 || m.OK == nil {
		t.Errorf("a1: %+v", m)
	}
	if m := got["a1.desks"]; m.N != 200 || m.P99 <= 0 || strings.HasSuffix(m.Note, " 0 parts") {
		t.Errorf("before open desks: %+v", m)
	}
	for _, way := range []string{"alone", "publishers", "pipelined", "push"} {
		m, line := got["b."+way], got["limit.line."+way]
		if m.Value <= 0 || m.N == 0 || line.Value <= 0 || m.Limit != line.Value {
			t.Errorf("%s: %+v, beside %+v", way, m, line)
		}
	}
	for _, name := range []string{"b.publishers.of_mosquitto", "b.pipelined.of_mosquitto"} {
		if m := got[name]; m.OK == nil || m.Value <= 0 && !strings.Contains(m.Note, "not measured") {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func TestRunMeasuresStarts(t *testing.T) {
	got, err := short(t, "f")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"f.start", "f.memory", "f.size"} {
		if m := got[name]; m.Value <= 0 || m.OK == nil {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if _, measured := got["limit.echo"]; measured {
		t.Error("a limit that no part asked for was measured")
	}
}

func TestRunRefusesWhatItCannotMeasure(t *testing.T) {
	for name, o := range map[string]bench.Options{
		"an unknown part":                     {Only: []string{"z"}, Span: time.Second, Small: 1, Big: 2},
		"more senders than residents":         {Senders: []int{1000}, Span: time.Second, Small: 1, Big: 2},
		"no time":                             {Small: 1, Big: 2},
		"a large past smaller than the small": {Span: time.Second, Small: 2, Big: 1},
	} {
		t.Run(name, func(t *testing.T) {
			if err := bench.Run(t.Context(), o, func(bench.Metric) {}); err == nil {
				t.Error("taken")
			}
		})
	}
}

func TestRunSaysWhyTheProductDidNotStart(t *testing.T) {
	err := bench.Run(t.Context(), bench.Options{Only: []string{"f"}, Span: 50 * time.Millisecond, Small: 1, Big: 1, Exe: "/bin/false", Temp: t.TempDir()}, func(bench.Metric) {})
	if err == nil || !strings.Contains(err.Error(), "ended before it answered") {
		t.Errorf("got %v", err)
	}
}

// The invented past is one the product itself could have written: its chains
// verify, and its lists and search find it.
func TestInventedPastHolds(t *testing.T) {
	const n = 400
	dir := t.TempDir()
	homes, err := bench.Furnish(t.Context(), dir, n)
	if err != nil || homes == 0 {
		t.Fatal(homes, err)
	}
	a, err := app.New(t.Context(), app.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Stop(t.Context())
	tenant := neighbourhood(t, a, "xiwu")
	held, err := a.Spine.Verify(t.Context(), tenant, func(b matter.Breach) { t.Errorf("breach: %+v", b) })
	if err != nil || held < n {
		t.Errorf("%d entries hold, %v", held, err)
	}
	t0, err := a.Places.Tenant(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	committee := people.Actor{Tenant: tenant, Posts: []people.Held{{Role: people.CommitteeDirector, Place: t0.Root, Path: "/" + t0.Root + "/"}}}
	seen := 0
	for after := ""; ; {
		p, err := a.Reports.List(t.Context(), committee, report.Filter{}, after, 100)
		if err != nil {
			t.Fatal(err)
		}
		seen += len(p.Rows)
		if after = p.Next; after == "" {
			break
		}
	}
	if seen < n {
		t.Errorf("lists show %d of %d", seen, n)
	}
}

func neighbourhood(t *testing.T, a *app.App, ref string) store.Tenant {
	t.Helper()
	all, err := a.Places.Tenants(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if x.Ref == ref && x.Kind == place.Neighbourhood {
			return x.ID
		}
	}
	t.Fatalf("no neighbourhood %s", ref)
	return ""
}

func TestNoisePictureIsAPhotographOfTheRightSize(t *testing.T) {
	b, err := bench.NoisePicture(3)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) < 250_000 || len(b) > 300_000 {
		t.Errorf("%d bytes", len(b))
	}
	if c, err := jpeg.DecodeConfig(bytes.NewReader(b)); err != nil || c.Width != 1600 || c.Height != 1200 {
		t.Errorf("%d×%d, %v", c.Width, c.Height, err)
	}
}

func TestFilesNamed(t *testing.T) {
	page := `<link rel="stylesheet" href="/static/linli.css?v=1&amp;x=2"><script defer src="/static/linli.js"></script>
<a href="/reports"></a><svg><use href="/static/icons.svg?v=3#house"></use></svg><use href="/static/icons.svg?v=3#bell"></use><img src="https://elsewhere/x.png">`
	want := []string{"/static/linli.css?v=1&x=2", "/static/linli.js", "/static/icons.svg?v=3"}
	if diff := cmp.Diff(want, bench.FilesNamed(page)); diff != "" {
		t.Error(diff)
	}
}

func TestQuantiles(t *testing.T) {
	var took []time.Duration
	for i := range 200 {
		took = append(took, time.Duration(200-i)*time.Millisecond)
	}
	p50, p99, err := bench.Quantiles(took...)
	if err != nil || p50 != 101 || p99 != 199 {
		t.Errorf("p50 %v, p99 %v, %v", p50, p99, err)
	}
	if _, _, err := bench.Quantiles(); err == nil {
		t.Error("nothing measured passes for a measurement")
	}
}

func TestDriveEndsWithTheFirstFailure(t *testing.T) {
	broken := errors.New("broken")
	_, err := bench.Drive(t.Context(), time.Minute, func(n int) error {
		if n == 3 {
			return broken
		}
		return nil
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestMetricsAreWrittenForProgramsAndPeople(t *testing.T) {
	yes := true
	m := bench.Metric{Name: "d1", Value: 12.5, Unit: "reports/s", P50: 80, P99: 250, N: 40, Limit: 25, Ratio: .5, Goal: "p99 <= 300 ms", OK: &yes, Load: 1.25, Commit: "abc"}
	var line, table bytes.Buffer
	if err := errors.Join(bench.WriteJSON(&line, m), bench.WriteTable(&table, []bench.Metric{m})); err != nil {
		t.Fatal(err)
	}
	var back bench.Metric
	if err := json.Unmarshal(line.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, back); diff != "" {
		t.Error(diff)
	}
	if n := strings.Count(line.String(), "\n"); n != 1 {
		t.Errorf("%d lines for one metric", n)
	}
	for _, want := range []string{"metric", "d1", "12.50", "p99 <= 300 ms", "yes"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("no %q in the table:\n%s", want, table.String())
		}
	}
}

// A small version of m: a few phones and programs at once, each with as much as
// one may send.
func TestLargeBodiesTakeLittleMemoryAndGiveItBack(t *testing.T) {
	exe, err := linli()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bench.Metric{}
	if err := bench.Run(t.Context(), bench.Options{Only: []string{"m"}, Clients: 4, Span: 200 * time.Millisecond, Small: 1, Big: 1, Exe: exe, Temp: t.TempDir()},
		func(m bench.Metric) { got[m.Name] = m }); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"photos", "json", "strangers"} {
		for _, figure := range []string{"peak", "after", "left"} {
			if m := got["m."+part+"."+figure]; m.OK == nil || !*m.OK || m.N == 0 || figure != "left" && m.Value <= 0 {
				t.Errorf("%s, %s: %+v", part, figure, m)
			}
		}
		if m := got["m."+part+".page"]; m.P99 <= 0 || m.N == 0 {
			t.Errorf("pages beside %s: %+v", part, m)
		}
	}
	for part, want := range map[string]string{"photos": "303:4", "json": "201:2"} {
		if m := got["m."+part+".peak"]; m.Note != want {
			t.Errorf("%s were answered %s, want %s", part, m.Note, want)
		}
	}
	if m := got["m.strangers.peak"]; m.Note != "413:1" && m.Note != "cut off:1" { // some systems throw the answer away with the rest
		t.Errorf("a stranger was answered %s", m.Note)
	}
}

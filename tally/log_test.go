package tally_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/linli/linli/tally"
	"pgregory.net/rapid"
)

var secret = []byte("sixteen and more")

// openLog opens the log of a vote with two questions over n equal flats.
func openLog(n int) *tally.Log {
	roll := must(tally.NewRoll(tally.CivilCode(), equalFlats(n), tally.Scope{}))
	return must(tally.OpenLog(roll, sheet(5, 6), secret))
}

// filled is a log of eight voters, one of whom changed their mind, with the
// ballots in the order they came and their receipts.
func filled() (*tally.Log, []tally.Ballot, []tally.Receipt) {
	l := openLog(9)
	ballots := []tally.Ballot{
		say("o0", tally.Yes, tally.Yes), say("o1", tally.Yes, tally.No), say("o2", tally.No, tally.Abstain),
		say("o3", tally.Yes, tally.Blank), say("o1", tally.No, tally.No), say("o4", tally.Yes, tally.Yes),
		say("o5", tally.Yes, tally.Yes), say("o6", tally.Invalid, tally.Yes), say("o7", tally.Yes, tally.Yes),
	}
	var receipts []tally.Receipt
	for _, b := range ballots {
		receipts = append(receipts, must(l.Append(b)))
	}
	return l, ballots, receipts
}

func TestLogRecounts(t *testing.T) {
	l, ballots, receipts := filled()
	audit := must(tally.Verify(l.Export(), l.Head()))
	if diff := cmp.Diff(l.Results(), audit.Results()); diff != "" {
		t.Error(diff)
	}
	roll := must(tally.NewRoll(tally.CivilCode(), equalFlats(9), tally.Scope{}))
	box := slices.Delete(slices.Clone(ballots), 1, 2) // o1's first ballot was replaced
	if diff := cmp.Diff(must(tally.Count(roll, sheet(5, 6), box)), audit.Results()); diff != "" {
		t.Error(diff)
	}
	if audit.Head() != l.Head() || l.Head().Size != uint64(len(ballots)+1) {
		t.Errorf("head %v, want %v", audit.Head(), l.Head())
	}
	for i, r := range receipts {
		if err := audit.Holds(r); err != nil || r.Entry != uint64(i+1) {
			t.Errorf("receipt %s: %v", r, err)
		}
	}
	if doors := l.Doors("q0", 9); len(doors) != 2 || doors[0].ID != "o6" || doors[1].ID != "o8" {
		t.Errorf("doors %+v", doors)
	}
}

func TestVoterFindsOwnBallot(t *testing.T) {
	l, _, _ := filled()
	audit := must(tally.Verify(l.Export()))
	mask := tally.Mask("vote", "o1", must(l.Salt("o1")))
	answers, ok := audit.Standing(mask)
	if !ok || !slices.Equal(answers, []tally.Choice{tally.No, tally.No}) {
		t.Errorf("got %v, %v", answers, ok)
	}
	for name, mask := range map[string]string{
		"who did not vote": tally.Mask("vote", "o8", must(l.Salt("o8"))),
		"another vote":     tally.Mask("other", "o1", must(l.Salt("o1"))),
		"another salt":     tally.Mask("vote", "o1", must(l.Salt("o2"))),
	} {
		if _, ok := audit.Standing(mask); ok {
			t.Errorf("%s: found", name)
		}
	}
	if must(l.Salt("o1")).String() == must(l.Salt("o2")).String() {
		t.Error("two voters share a salt")
	}
	_, err := l.Salt("ghost")
	wantFault(t, err, tally.FaultNobody, "voter")
}

func TestExportNamesNobody(t *testing.T) {
	units := flats(100, 200)
	units[0] = tally.Unit{ID: "room-302", Building: "building-7", Owners: []string{"owner-lu"}, Area: 100}
	roll := must(tally.NewRoll(tally.CivilCode(), units, tally.Scope{}))
	l := must(tally.OpenLog(roll, sheet(5), secret))
	b := say("owner-lu", tally.Yes)
	b.Mandate = &tally.Mandate{Agent: "agent-shen", Answers: b.Answers}
	must(l.Append(b))
	export := l.Export()
	for _, name := range []string{"owner-lu", "room-302", "building-7", "agent-shen", string(secret), must(l.Salt("owner-lu")).String()} {
		if bytes.Contains(export, []byte(name)) {
			t.Errorf("the export holds %s", name)
		}
	}
}

func TestLogProofs(t *testing.T) {
	l := openLog(9)
	heads := []tally.Head{l.Head()}
	_, ballots, _ := filled()
	for _, b := range ballots {
		must(l.Append(b))
		heads = append(heads, l.Head())
	}
	for _, older := range heads {
		if err := tally.VerifyConsistency(older, l.Head(), must(l.Consistency(older.Size))); err != nil {
			t.Error(err)
		}
	}
	for n := range l.Head().Size {
		leaf := tally.LeafHash(must(l.Entry(n)))
		if err := tally.VerifyInclusion(l.Head(), n, leaf, must(l.Inclusion(n))); err != nil {
			t.Error(err)
		}
	}
	_, err := l.Entry(l.Head().Size)
	wantFault(t, err, tally.FaultRange, "entry")
}

func TestRepeatedBallotAddsNothing(t *testing.T) {
	l, ballots, receipts := filled()
	head := l.Head()
	last := len(ballots) - 1
	if r := must(l.Append(ballots[last])); r != receipts[last] || l.Head() != head {
		t.Errorf("got %s, head %v", r, l.Head())
	}
	if r := must(l.Append(ballots[1])); r.Entry != head.Size { // back to the first opinion
		t.Errorf("got %s", r)
	}
}

func TestReplayGivesTheSameLog(t *testing.T) {
	a, _, _ := filled()
	b, _, _ := filled()
	if a.Head() != b.Head() || !bytes.Equal(a.Export(), b.Export()) {
		t.Error("the same ballots gave two logs")
	}
	roll := must(tally.NewRoll(tally.CivilCode(), equalFlats(9), tally.Scope{}))
	other := must(tally.OpenLog(roll, sheet(5, 6), []byte("another sixteen bytes")))
	if other.Head() == openLog(9).Head() {
		t.Error("another secret gave the same masks")
	}
}

func TestLogRefuses(t *testing.T) {
	roll := must(tally.NewRoll(tally.CivilCode(), equalFlats(2), tally.Scope{}))
	_, err := tally.OpenLog(roll, sheet(5), []byte("too short"))
	wantFault(t, err, tally.FaultSecret, "secret")
	l := openLog(2)
	head := l.Head()
	_, err = l.Append(say("ghost", tally.Yes, tally.Yes))
	wantFault(t, err, tally.FaultNobody, "voter")
	_, err = l.Append(say("o0", tally.Yes))
	wantFault(t, err, tally.FaultAnswers, "answers")
	if l.Head() != head {
		t.Error("a refused ballot was written down")
	}
}

// relay takes an export apart, lets edit change its lines and joins them again.
func relay(export []byte, edit func(lines []string) []string) []byte {
	lines := strings.Split(string(export), "\n")
	return []byte(strings.Join(edit(lines), "\n"))
}

func TestLogFaultsAreFound(t *testing.T) {
	l, _, _ := filled()
	export := l.Export()
	for name, c := range map[string]struct {
		edit  func(lines []string) []string
		fault tally.Fault
		field string
	}{
		"dropped": {func(s []string) []string { return slices.Delete(s, 3, 4) }, tally.FaultDropped, "head.size"},
		"changed": {func(s []string) []string {
			s[3] = strings.Replace(s[3], "no", "yes", 1)
			return s
		}, tally.FaultChanged, "head.root"},
		"doubled":           {func(s []string) []string { return slices.Insert(s, 4, s[3]) }, tally.FaultDoubled, "entries[4]"},
		"doubled far apart": {func(s []string) []string { return slices.Insert(s, 10, s[3]) }, tally.FaultDoubled, "entries[10]"},
		"stuffed": {func(s []string) []string {
			return slices.Insert(s, 10, strings.Replace(s[3], "no", "yes", 1))
		}, tally.FaultAdded, "head.size"},
		"swapped": {func(s []string) []string {
			s[3], s[4] = s[4], s[3]
			return s
		}, tally.FaultChanged, "head.root"},
		"for nobody": {func(s []string) []string {
			s[3] = strings.Replace(s[3], `"voter":"`, `"voter":"f`, 1)
			return s
		}, tally.FaultNobody, "entries[3].voter"},
		"an area grown": {func(s []string) []string {
			s[0] = strings.Replace(s[0], `"area":10000`, `"area":90000`, 1)
			return s
		}, tally.FaultChanged, "head.root"},
		"a home twice": {func(s []string) []string {
			home := s[0][strings.Index(s[0], `{"voter"`):]
			home = home[:strings.Index(home, "}")+1]
			s[0] = strings.Replace(s[0], home, home+","+home, 1)
			return s
		}, tally.FaultTwice, "opening.roll[1].voter"},
		"a spoilt rule": {func(s []string) []string {
			s[0] = strings.Replace(s[0], `"num":2`, `"num":9`, 1)
			return s
		}, tally.FaultFraction, "rule.parameters.quorum.area"},
		"an unknown item": {func(s []string) []string {
			s[0] = strings.Replace(s[0], `"item":5`, `"item":55`, 1)
			return s
		}, tally.FaultUnknown, "sheet.questions[0].item"},
		"another form": {func(s []string) []string {
			s[0] = strings.Replace(s[0], "tally 1", "tally 2", 1)
			return s
		}, tally.FaultUnknown, "opening.log"},
		"a result polished": {func(s []string) []string {
			s[10] = strings.Replace(s[10], `"passed":false`, `"passed":true`, 1)
			return s
		}, tally.FaultResult, "results[1]"},
		"a result left out": {func(s []string) []string {
			s[10] = s[10][:strings.Index(s[10], `,{"question":"q1"`)] + "]}"
			return s
		}, tally.FaultResult, "results"},
		"an unknown field": {func(s []string) []string {
			s[3] = strings.Replace(s[3], "{", `{"x":1,`, 1)
			return s
		}, tally.FaultForm, "entries[3]"},
		"cut in the middle": {func(s []string) []string { return s[:5] }, tally.FaultForm, "log"},
		"no closing line":   {func(s []string) []string { return slices.Delete(s, 10, 11) }, tally.FaultForm, "closing"},
		"a broken opening":  {func(s []string) []string { s[0] = "{"; return s }, tally.FaultForm, "opening"},
		"empty":             {func([]string) []string { return nil }, tally.FaultForm, "log"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tally.Verify(relay(export, c.edit))
			wantFault(t, err, c.fault, c.field)
		})
	}
}

func TestEveryByteCounts(t *testing.T) {
	l, _, _ := filled()
	export := l.Export()
	for i := range export {
		for _, flip := range []byte{1, 0x20} { // 0x20 turns letters from small to great
			export[i] ^= flip
			if _, err := tally.Verify(export); err == nil {
				t.Fatalf("byte %d changed to %q and not seen", i, export[i])
			}
			export[i] ^= flip
		}
	}
}

// A dishonest keeper may write the whole log anew, with a head that fits. An
// earlier head or a receipt finds it.
func TestRewrittenLogIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		honest, ballots, receipts := filled()
		i := rapid.IntRange(0, len(ballots)-1).Draw(t, "ballot")
		known := must(tally.Verify(honest.Export())).Head()
		var forged []tally.Ballot
		kind := rapid.SampledFrom([]string{"dropped", "changed"}).Draw(t, "kind")
		for j, b := range ballots {
			if j == i && kind == "dropped" {
				continue
			}
			if j == i {
				b.Answers = slices.Clone(b.Answers)
				b.Answers[0] = (b.Answers[0] + 1) % 5
			}
			forged = append(forged, b)
		}
		rewritten := openLog(9)
		for _, b := range forged {
			must(rewritten.Append(b))
		}
		export := rewritten.Export()
		audit := must(tally.Verify(export))
		if _, err := tally.Verify(export, known); !errors.Is(err, tally.FaultChanged) && !errors.Is(err, tally.FaultDropped) {
			t.Fatalf("%s ballot %d: the earlier head did not find it: %v", kind, i, err)
		}
		if err := audit.Holds(receipts[i]); err == nil {
			t.Fatalf("%s ballot %d: the receipt did not find it", kind, i)
		}
	})
}

func TestHolds(t *testing.T) {
	l, _, receipts := filled()
	audit := must(tally.Verify(l.Export()))
	wrong := receipts[2]
	wrong.Code ^= 1
	wantFault(t, audit.Holds(wrong), tally.FaultReceipt, "receipt")
	wantFault(t, audit.Holds(tally.Receipt{Entry: 0, Code: 1}), tally.FaultReceipt, "receipt")
	wantFault(t, audit.Holds(tally.Receipt{Entry: 10, Code: 1}), tally.FaultDropped, "receipt.entry")
}

func TestKnownHeads(t *testing.T) {
	l, ballots, _ := filled()
	young := openLog(9)
	heads := []tally.Head{young.Head()}
	for _, b := range ballots {
		must(young.Append(b))
		heads = append(heads, young.Head())
	}
	must(tally.Verify(l.Export(), heads...))
	heads[4].Root[0] ^= 1
	_, err := tally.Verify(l.Export(), heads...)
	wantFault(t, err, tally.FaultChanged, "head.root")
	short := openLog(9).Export()
	_, err = tally.Verify(short, l.Head())
	wantFault(t, err, tally.FaultDropped, "head.size")
}

func TestLogOfAnyVote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roll := must(tally.NewRoll(drawRule(t), drawUnits(t, 10), tally.Scope{}))
		l := must(tally.OpenLog(roll, sheet(5, 6), secret))
		running := must(tally.NewRunning(roll, sheet(5, 6)))
		for range rapid.IntRange(0, 20).Draw(t, "ballots") {
			b := say(rapid.SampledFrom(roll.Voters()).Draw(t, "voter").ID, drawChoice(t), drawChoice(t))
			must(l.Append(b))
			must(0, running.Cast(b))
		}
		audit := must(tally.Verify(l.Export(), l.Head()))
		if diff := cmp.Diff(running.Results(), audit.Results()); diff != "" {
			t.Fatal(diff)
		}
	})
}

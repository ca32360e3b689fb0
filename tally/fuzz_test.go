package tally_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/linli/linli/tally"
)

func FuzzParseRules(f *testing.F) {
	data, err := os.ReadFile("testdata/rules.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := tally.ParseRules(data)
		if err != nil {
			return
		}
		back, err := tally.ParseRules(must(json.Marshal(rules)))
		if err != nil || !cmp.Equal(rules, back) {
			t.Fatalf("accepted rules do not read back: %v", err)
		}
		for _, r := range rules {
			roll := must(tally.NewRoll(r, flats(1, 2, 3), tally.Scope{}))
			for _, item := range r.Parameters.Items {
				must(tally.Count(roll, sheet(item.Number), []tally.Ballot{say("o1", tally.Yes), say("o0", tally.No)}))
			}
		}
	})
}

func FuzzParseReceipt(f *testing.F) {
	f.Add(tally.Receipt{Entry: 83, Code: 5172940633852207}.String())
	f.Add("８３ 5172 9406 3385 2207 41")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := tally.ParseReceipt(text)
		if err == nil && must(tally.ParseReceipt(r.String())) != r {
			t.Fatalf("%q read as %+v, not the same again", text, r)
		}
	})
}

func FuzzParseChoice(f *testing.F) {
	f.Add("yes")
	f.Fuzz(func(t *testing.T, word string) {
		if c, err := tally.ParseChoice(word); err == nil && c.String() != word {
			t.Fatalf("%q read as %s", word, c)
		}
	})
}

func FuzzVerify(f *testing.F) {
	l, _, _ := filled()
	honest := l.Export()
	f.Add(honest)
	f.Add([]byte("{}\n{}\n"))
	f.Fuzz(func(t *testing.T, export []byte) {
		audit, err := tally.Verify(export)
		if err == nil && audit.Head() == l.Head() && !bytes.Equal(export, honest) {
			t.Fatalf("another log under the same head:\n%s", export)
		}
	})
}

// hashes cuts bytes into a proof.
func hashes(data []byte) (proof []tally.Hash) {
	for len(data) >= 32 {
		proof = append(proof, tally.Hash(data[:32]))
		data = data[32:]
	}
	return proof
}

func FuzzVerifyInclusion(f *testing.F) {
	tree, leaves := forest(21)
	f.Add(uint64(13), uint64(21), bytes.Join(raw(must(tree.Inclusion(13))), nil))
	f.Fuzz(func(t *testing.T, index, size uint64, data []byte) {
		head := tree.Head()
		head.Size = size
		err := tally.VerifyInclusion(head, index, leaves[13], hashes(data))
		if err == nil && size == 21 && index != 13 {
			t.Fatalf("leaf 13 passes for %d", index)
		}
	})
}

func FuzzVerifyConsistency(f *testing.F) {
	tree, _ := forest(21)
	older := must(tree.HeadAt(13))
	f.Add(uint64(13), uint64(21), bytes.Join(raw(must(tree.Consistency(13))), nil))
	f.Fuzz(func(t *testing.T, m, n uint64, data []byte) {
		err := tally.VerifyConsistency(tally.Head{Size: m, Root: older.Root}, tally.Head{Size: n, Root: tree.Head().Root}, hashes(data))
		if err == nil && m == n {
			t.Fatal("two roots pass for one size")
		}
	})
}

// raw gives the bytes of hashes.
func raw(proof []tally.Hash) (parts [][]byte) {
	for _, h := range proof {
		parts = append(parts, h[:])
	}
	return parts
}

package fair_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/fair"
)

var seed = []byte("0123456789abcdef")

// replay follows the documented steps by other means than the engine.
func replay(seed []byte, entries []string) []string {
	order := slices.Clone(entries)
	slices.Sort(order)
	text := ""
	for _, e := range order {
		text += e + "\n"
	}
	list := sha256.Sum256([]byte(text))
	var numbers []uint64
	for k := range uint64(64) {
		block := "linli lottery draw\n" + string(list[:]) + string(seed)
		sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(block), k))
		for x := 0; x < 32; x += 8 {
			numbers = append(numbers, binary.BigEndian.Uint64(sum[x:]))
		}
	}
	all := new(big.Int).Lsh(big.NewInt(1), 64)
	for place := len(order); place >= 2; place-- {
		n := big.NewInt(int64(place))
		multiple := new(big.Int).Sub(all, new(big.Int).Mod(all, n))
		x := new(big.Int).SetUint64(numbers[0])
		for numbers = numbers[1:]; x.Cmp(multiple) >= 0; numbers = numbers[1:] {
			x.SetUint64(numbers[0])
		}
		at := x.Mod(x, n).Int64()
		order[place-1], order[at] = order[at], order[place-1]
	}
	return order
}

func TestDrawIsAsDocumented(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.SliceOfN(rapid.Byte(), fair.MinSeed, 40).Draw(t, "seed")
		entries := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9]{1,6}`), 0, 30, rapid.ID).Draw(t, "entries")
		order, err := fair.Draw(seed, entries)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(order, replay(seed, entries)) {
			t.Fatalf("%v", order)
		}
		again, err := fair.Draw(seed, rapid.Permutation(entries).Draw(t, "shuffled"))
		if err != nil || !slices.Equal(order, again) {
			t.Fatalf("the order of the entries matters: %v, %v", order, again)
		}
		commitment, err := fair.Commit(seed)
		if err != nil {
			t.Fatal(err)
		}
		if err := fair.VerifyDraw(commitment, seed, entries, order); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCommitIsAsDocumented(t *testing.T) {
	got, err := fair.Commit(seed)
	sum := sha256.Sum256([]byte("linli lottery commitment\n0123456789abcdef"))
	if err != nil || got != hex.EncodeToString(sum[:]) {
		t.Errorf("%s, %v", got, err)
	}
}

// TestDrawIsFair draws three entries with many seeds: each of the six orders
// comes about equally often (1000 expected, four deviations either way).
func TestDrawIsFair(t *testing.T) {
	count := map[string]int{}
	for x := range uint64(6000) {
		order, err := fair.Draw(binary.BigEndian.AppendUint64(seed, x), []string{"a", "b", "c"})
		if err != nil {
			t.Fatal(err)
		}
		count[order[0]+order[1]+order[2]]++
	}
	for order, n := range count {
		if n < 885 || n > 1115 || len(count) != 6 {
			t.Errorf("%s: %d of 6000", order, n)
		}
	}
}

func TestVerifyDrawRefuses(t *testing.T) {
	entries := []string{"沪A12345", "沪B23456", "沪C34567", "沪D45678"}
	commitment, err := fair.Commit(seed)
	if err != nil {
		t.Fatal(err)
	}
	order, err := fair.Draw(seed, entries)
	if err != nil {
		t.Fatal(err)
	}
	swapped := slices.Clone(order)
	swapped[0], swapped[1] = swapped[1], swapped[0]
	for name, err := range map[string]error{
		"another commitment": fair.VerifyDraw("00", seed, entries, order),
		"another seed":       fair.VerifyDraw(commitment, append(slices.Clone(seed), 0), entries, order),
		"a short seed":       fair.VerifyDraw(commitment, seed[1:], entries, order),
		"another order":      fair.VerifyDraw(commitment, seed, entries, swapped),
		"an entry less":      fair.VerifyDraw(commitment, seed, entries[1:], order[1:]),
		"an entry twice":     fair.VerifyDraw(commitment, seed, append(slices.Clone(entries), entries[0]), order),
		"an entry split":     fair.VerifyDraw(commitment, seed, []string{"a\nb"}, []string{"a\nb"}),
	} {
		if err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := fair.Draw(seed[1:], entries); err == nil {
		t.Error("a short seed was accepted")
	}
}

func TestPickInTurn(t *testing.T) {
	wishes := [][]int{{0, 1}, {0, 1}, {0}, {1, 0}}
	got, err := fair.PickInTurn([]int{3, 1, 0, 2}, wishes, []int{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 0, fair.Nowhere, 1}, got); diff != "" {
		t.Error(diff)
	}
	for name, order := range map[string][]int{"twice": {0, 0}, "nobody": {7}, "before": {-1}} {
		if _, err := fair.PickInTurn(order, wishes, []int{1, 2}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := fair.PickInTurn([]int{0}, [][]int{{2}}, []int{1}); err == nil {
		t.Error("a wish for no place was accepted")
	}
}

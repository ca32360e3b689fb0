package tally_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"github.com/linli/linli/tally"
)

// The eight leaves and roots of the test vectors of Certificate Transparency
// (RFC 6962 form).
func TestMerkleVectors(t *testing.T) {
	leaves := []string{
		"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
	}
	roots := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var tree tally.Tree
	for i, root := range roots {
		if got := tree.Head(); got.Root.String() != root || got.Size != uint64(i) {
			t.Errorf("size %d: got %d %s", i, got.Size, got.Root)
		}
		if i < len(leaves) {
			tree.Append(tally.LeafHash(must(hex.DecodeString(leaves[i]))))
		}
	}
}

// naive is MTH of RFC 6962 §2.1, word by word.
func naive(leaves []tally.Hash) tally.Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		return tally.NodeHash(naive(leaves[:k]), naive(leaves[k:]))
	}
}

// forest is a tree of n leaves and the leaves.
func forest(n int) (*tally.Tree, []tally.Hash) {
	tree := &tally.Tree{}
	var leaves []tally.Hash
	for i := range n {
		leaves = append(leaves, tally.LeafHash([]byte{byte(i), byte(i >> 8)}))
		tree.Append(leaves[i])
	}
	return tree, leaves
}

const woods = 70 // past a power of two, small enough for every pair

func TestHeadsEqualTheDefinition(t *testing.T) {
	tree, leaves := forest(woods)
	for n := range woods + 1 {
		head := must(tree.HeadAt(uint64(n)))
		if head.Root != naive(leaves[:n]) || head.Size != uint64(n) {
			t.Errorf("size %d: %v", n, head)
		}
	}
	_, err := tree.HeadAt(woods + 1)
	wantFault(t, err, tally.FaultRange, "size")
}

func TestEveryInclusion(t *testing.T) {
	for n := 1; n <= woods; n++ {
		tree, leaves := forest(n)
		for i, leaf := range leaves {
			proof := must(tree.Inclusion(uint64(i)))
			if err := tally.VerifyInclusion(tree.Head(), uint64(i), leaf, proof); err != nil {
				t.Fatalf("leaf %d of %d: %v", i, n, err)
			}
			for name, bad := range spoilt(proof) {
				if err := tally.VerifyInclusion(tree.Head(), uint64(i), leaf, bad); !errors.Is(err, tally.FaultProof) {
					t.Fatalf("leaf %d of %d: %s: %v", i, n, name, err)
				}
			}
			for j := range leaves {
				if j != i && tally.VerifyInclusion(tree.Head(), uint64(j), leaf, proof) == nil {
					t.Fatalf("leaf %d of %d passes for %d", i, n, j)
				}
			}
		}
	}
	tree, leaves := forest(5)
	_, err := tree.Inclusion(5)
	wantFault(t, err, tally.FaultRange, "index")
	wantFault(t, tally.VerifyInclusion(tree.Head(), 5, leaves[0], nil), tally.FaultRange, "index")
}

// spoilt gives proofs with one hash changed, dropped or added.
func spoilt(proof []tally.Hash) map[string][]tally.Hash {
	bad := map[string][]tally.Hash{"added": append(slices.Clone(proof), tally.Hash{})}
	for i := range proof {
		changed := slices.Clone(proof)
		changed[i][7] ^= 1
		bad["changed "+string(rune('a'+i))] = changed
		bad["dropped "+string(rune('a'+i))] = slices.Delete(slices.Clone(proof), i, i+1)
	}
	return bad
}

func TestEveryConsistency(t *testing.T) {
	tree, leaves := forest(woods)
	for n := range woods + 1 {
		newer, _ := forest(n)
		for m := range n + 1 {
			older := must(tree.HeadAt(uint64(m)))
			proof := must(newer.Consistency(uint64(m)))
			if err := tally.VerifyConsistency(older, newer.Head(), proof); err != nil {
				t.Fatalf("%d in %d: %v", m, n, err)
			}
			for name, bad := range spoilt(proof) {
				if err := tally.VerifyConsistency(older, newer.Head(), bad); !errors.Is(err, tally.FaultProof) {
					t.Fatalf("%d in %d: %s: %v", m, n, name, err)
				}
			}
			other := older
			other.Root[3] ^= 1
			if err := tally.VerifyConsistency(other, newer.Head(), proof); !errors.Is(err, tally.FaultProof) {
				t.Fatalf("%d in %d: another root: %v", m, n, err)
			}
		}
	}
	_, err := tree.Consistency(woods + 1)
	wantFault(t, err, tally.FaultRange, "size")
	shrunk, _ := forest(woods - 1)
	wantFault(t, tally.VerifyConsistency(tree.Head(), shrunk.Head(), nil), tally.FaultProof, "proof")
	wantFault(t, tally.VerifyConsistency(shrunk.Head(), tree.Head(), nil), tally.FaultProof, "proof")
	half := must(tree.HeadAt(32))
	wantFault(t, tally.VerifyConsistency(half, tally.Head{Size: 64, Root: naive(leaves[1:65])},
		must(tree.Consistency(32))), tally.FaultProof, "proof")
}

func TestHashText(t *testing.T) {
	h := tally.LeafHash([]byte("a"))
	var back tally.Hash
	if err := back.UnmarshalText(must(h.MarshalText())); err != nil || back != h {
		t.Errorf("got %s, %v", back, err)
	}
	for _, bad := range []string{"", "00", "zz", h.String() + "00"} {
		wantFault(t, back.UnmarshalText([]byte(bad)), tally.FaultForm, "hash")
	}
}

package tally

import "math/bits"

// VerifyInclusion checks that a leaf stands at index in the tree of head
// (RFC 9162 §2.1.3.2). A proof that does not fit is FaultProof.
func VerifyInclusion(head Head, index uint64, leaf Hash, proof []Hash) error {
	if index >= head.Size {
		return refuse(FaultRange, "index", "")
	}
	node, last, root := index, head.Size-1, leaf
	for _, sister := range proof {
		if last == 0 {
			return refuse(FaultProof, "proof", "")
		}
		if node&1 == 1 || node == last {
			root = NodeHash(sister, root)
			node, last = climb(node, last)
		} else {
			root = NodeHash(root, sister)
		}
		node, last = node>>1, last>>1
	}
	if last != 0 || root != head.Root {
		return refuse(FaultProof, "proof", "")
	}
	return nil
}

// climb skips the levels on which a node at the right edge has no sister.
func climb(node, last uint64) (uint64, uint64) {
	k := bits.TrailingZeros64(node)
	return node >> k, last >> k
}

// VerifyConsistency checks that the log of the older head is the beginning of
// the log of the newer one (RFC 9162 §2.1.4.2). A log that shrank, or a proof
// that does not fit, is FaultProof.
func VerifyConsistency(older, newer Head, proof []Hash) error {
	switch {
	case older.Size > newer.Size,
		older.Size == newer.Size && (older.Root != newer.Root || len(proof) > 0),
		older.Size == 0 && (older != (&Tree{}).Head() || len(proof) > 0):
		return refuse(FaultProof, "proof", "")
	case older.Size == newer.Size, older.Size == 0:
		return nil
	}
	if older.Size&(older.Size-1) == 0 {
		proof = append([]Hash{older.Root}, proof...)
	}
	if len(proof) == 0 || !joins(older, newer, proof) {
		return refuse(FaultProof, "proof", "")
	}
	return nil
}

// joins rebuilds both roots from one proof.
func joins(older, newer Head, proof []Hash) bool {
	node, last := older.Size-1, newer.Size-1
	k := bits.TrailingZeros64(^node)
	node, last = node>>k, last>>k
	oldRoot, newRoot := proof[0], proof[0]
	for _, sister := range proof[1:] {
		if last == 0 {
			return false
		}
		if node&1 == 1 || node == last {
			oldRoot, newRoot = NodeHash(sister, oldRoot), NodeHash(sister, newRoot)
			node, last = climb(node, last)
		} else {
			newRoot = NodeHash(newRoot, sister)
		}
		node, last = node>>1, last>>1
	}
	return last == 0 && oldRoot == older.Root && newRoot == newer.Root
}

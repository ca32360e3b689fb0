package opinion

import "math/bits"

// moments are the integer sums from which the covariance of the statements
// follows. For each pair of statements j, k, over the people who voted on both:
//
//	seen[j][k] = how many they are
//	with[j][k] = the sum of their votes on j
//	prod[j][k] = the sum of the products of their votes on j and k
//
// Being integers they do not depend on the order of votes or people, and a
// sum kept up to date equals one built anew, bit for bit.
type moments struct {
	size, stride     int
	seen, with, prod []int32
}

// newMoments returns empty sums for so many statements.
func newMoments(size int) *moments {
	area := size * size
	return &moments{
		size: size, stride: size,
		seen: make([]int32, area), with: make([]int32, area), prod: make([]int32, area),
	}
}

// grow makes room for new statements, half as many again as asked so that a
// statement more does not copy all sums.
func (m *moments) grow(size int) {
	if size <= m.stride {
		m.size = max(m.size, size)
		return
	}
	wide := newMoments(size + size/2)
	for j := range m.size {
		from, to := j*m.stride, j*wide.stride
		copy(wide.seen[to:], m.seen[from:from+m.size])
		copy(wide.with[to:], m.with[from:from+m.size])
		copy(wide.prod[to:], m.prod[from:from+m.size])
	}
	wide.size = size
	*m = *wide
}

// fold adds (sign +1) or takes away (sign -1) the pairs that the vote row[at]
// forms with the same person's votes.
func (m *moments) fold(row []cell, at int, sign int32) {
	j, vj := int(row[at].statement), int32(row[at].vote)
	for i, other := range row {
		k, vk := int(other.statement), int32(other.vote)
		jk, kj := j*m.stride+k, k*m.stride+j
		m.seen[jk] += sign
		m.with[jk] += sign * vj
		m.prod[jk] += sign * vj * vk
		if i == at {
			continue
		}
		m.seen[kj] += sign
		m.with[kj] += sign * vk
		m.prod[kj] += sign * vj * vk
	}
}

// block is how many people are packed into bits at once: 64 words of 64.
const block = 64 * 64

// packed holds the votes of a block of people on one statement, a bit each.
type packed struct {
	seen, spoke, agree [block / 64]uint64
}

// buildMoments computes the sums of all pairs from the rows. Sixty-four people
// are counted by one instruction, so that ten thousand people and five hundred
// statements take about a tenth of a second.
func buildMoments(people []person, statements int) *moments {
	m := newMoments(statements)
	columns := make([]packed, statements)
	for start := 0; start < len(people); start += block {
		group := people[start:min(start+block, len(people))]
		clear(columns)
		for i, p := range group {
			pack(columns, p.row, i)
		}
		words := (len(group) + 63) / 64
		for j := range columns {
			for k := range j {
				m.count(columns, j, k, words)
			}
			m.count(columns, j, j, words)
		}
	}
	return m
}

// pack sets the bits of one person, the i-th of the block.
func pack(columns []packed, row []cell, i int) {
	word, bit := i/64, uint64(1)<<(i%64)
	for _, c := range row {
		column := &columns[c.statement]
		column.seen[word] |= bit
		switch c.vote {
		case Agree:
			column.agree[word] |= bit
			column.spoke[word] |= bit
		case Disagree:
			column.spoke[word] |= bit
		}
	}
}

// count adds the people of one block to the sums of the pair j, k.
func (m *moments) count(columns []packed, j, k, words int) {
	a, b := &columns[j], &columns[k]
	var seen, spokeA, agreeA, spokeB, agreeB, spoke, differ int
	for w := range words {
		both := a.spoke[w] & b.spoke[w]
		seen += bits.OnesCount64(a.seen[w] & b.seen[w])
		spokeA += bits.OnesCount64(a.spoke[w] & b.seen[w])
		agreeA += bits.OnesCount64(a.agree[w] & b.seen[w])
		spokeB += bits.OnesCount64(b.spoke[w] & a.seen[w])
		agreeB += bits.OnesCount64(b.agree[w] & a.seen[w])
		spoke += bits.OnesCount64(both)
		differ += bits.OnesCount64(both & (a.agree[w] ^ b.agree[w]))
	}
	jk, kj := j*m.stride+k, k*m.stride+j
	m.seen[jk] += int32(seen)
	m.with[jk] += int32(2*agreeA - spokeA)
	m.prod[jk] += int32(spoke - 2*differ)
	if j == k {
		return
	}
	m.seen[kj] += int32(seen)
	m.with[kj] += int32(2*agreeB - spokeB)
	m.prod[kj] += int32(spoke - 2*differ)
}

// scatter returns the scatter matrix of the votes: entry j, k is the sum, over
// the people who voted on both, of (vote on j − mean of j)(vote on k − mean of
// k). A missing vote counts as the mean, hence as nothing. Not divided by the
// number of people: the components do not depend on it.
func (m *moments) scatter(mean []float64) *symmetric {
	g := newSymmetric(m.size)
	for j := range m.size {
		for k := range j + 1 {
			jk, kj := j*m.stride+k, k*m.stride+j
			sum := float64(m.prod[jk]) - mean[k]*float64(m.with[jk]) - mean[j]*float64(m.with[kj]) +
				mean[j]*mean[k]*float64(m.seen[jk])
			g.set(j, k, sum)
		}
	}
	return g
}

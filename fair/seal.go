package fair

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"
)

// seal computes Certificate.Digest: the SHA-256, in lower-case hexadecimal, of
// the market and the division written as text. Each number is its decimal
// digits and a line feed, each list its length and then its elements, each
// word itself and a line feed; what is absent is the word "none". A row of
// values or margins is a list that has been digested in the same way and
// stands there as the word of its own SHA-256. Order:
//
//	market:   rent, values row by row, capacities, forbidden, reserved and
//	          budgets (person before place or amount), policy
//	division: welfare, maximin numerator and denominator, assignment, price
//	          numerators, denominator, fen, without (numerator, fen), common,
//	          people (place, price, value, utility, reserved as 0 or 1, best
//	          alternative: place, amount), dual people, dual places, margins,
//	          chains and floor (kind, person, place)
func seal(m *Market, d *Division) string {
	w := &sealer{sum: sha256.New()}
	w.market(m)
	w.answer(d)
	w.proof(&d.Certificate)
	w.flush()
	return hex.EncodeToString(w.sum.Sum(nil))
}

// sealer collects lines and hands them to the hash in blocks.
type sealer struct {
	sum hash.Hash
	buf []byte
}

func (w *sealer) flush() {
	w.sum.Write(w.buf)
	w.buf = w.buf[:0]
}

func (w *sealer) num(n int64) {
	w.buf = append(strconv.AppendInt(w.buf, n, 10), '\n')
	if len(w.buf) > 1<<16 {
		w.flush()
	}
}

func (w *sealer) word(s string) { w.buf = append(append(w.buf, s...), '\n') }

func (w *sealer) nums(list []int64) {
	w.num(int64(len(list)))
	w.buf = appendNums(w.buf, list, '\n')
}

// rows digests each row by itself, so that all processors can help.
func (w *sealer) rows(all [][]int64) {
	words := make([]string, len(all))
	inParallel(len(all), len(all)*len(all[0]), func(from, to int) {
		one := &sealer{sum: sha256.New()}
		for x := from; x < to; x++ {
			one.sum.Reset()
			one.nums(all[x])
			one.flush()
			words[x] = hex.EncodeToString(one.sum.Sum(nil))
		}
	})
	w.num(int64(len(all)))
	for _, word := range words {
		w.word(word)
	}
}

func (w *sealer) ints(list []int) {
	w.num(int64(len(list)))
	for _, n := range list {
		w.num(int64(n))
	}
}

func (w *sealer) pairs(list []Pair) {
	w.num(int64(len(list)))
	for _, p := range list {
		w.num(int64(p.Person))
		w.num(int64(p.Place))
	}
}

func (w *sealer) market(m *Market) {
	w.num(m.Cost)
	w.rows(m.Values)
	w.ints(m.Capacities)
	w.pairs(m.Forbidden)
	w.pairs(m.Reserved)
	w.num(int64(len(m.Budgets)))
	for _, b := range m.Budgets {
		w.num(int64(b.Person))
		w.num(b.Fen)
	}
	w.word(string(m.Policy))
}

func (w *sealer) answer(d *Division) {
	w.num(d.Welfare)
	w.word(d.MaximinNum.String())
	w.num(d.MaximinDen)
	w.ints(d.Assignment)
	w.num(int64(len(d.PricesNum)))
	for _, n := range d.PricesNum {
		w.word(n.String())
	}
	w.num(d.PricesDen)
	w.nums(d.PricesFen)
	if d.Without == nil {
		w.word("none")
	} else {
		w.word(d.Without.Num.String())
		w.num(d.Without.Fen)
	}
	w.num(d.CommonFen)
	w.num(int64(len(d.People)))
	for _, e := range d.People {
		w.explanation(e)
	}
}

func (w *sealer) explanation(e Explanation) {
	w.num(int64(e.Place))
	w.num(e.PriceFen)
	w.num(e.ValueFen)
	w.num(e.UtilityFen)
	reserved := int64(0)
	if e.Reserved {
		reserved = 1
	}
	w.num(reserved)
	if e.Best == nil {
		w.word("none")
		return
	}
	w.num(int64(e.Best.Place))
	w.num(e.Best.WorseFen)
}

func (w *sealer) proof(c *Certificate) {
	w.nums(c.DualPeople)
	w.nums(c.DualPlaces)
	w.rows(c.Margins)
	for _, list := range [][]Link{c.Chains, c.Floor} {
		w.num(int64(len(list)))
		for _, l := range list {
			w.word(l.Kind)
			w.num(int64(l.Person))
			w.num(int64(l.Place))
		}
	}
}

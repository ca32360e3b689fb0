package tally

import (
	"math"
	"math/bits"
)

// maxDen bounds a fraction's denominator, so that no gap needs more than 128
// bits on the way.
const maxDen = 1_000_000

// Fraction is a threshold, Num/Den of a whole. Over false means "以上": at
// least, the number itself is enough. Over true means "过半数": strictly more,
// the number itself is not enough (Civil Code art. 1259).
type Fraction struct {
	Num  int64 `json:"num"`
	Den  int64 `json:"den"`
	Over bool  `json:"over,omitempty"`
}

// Holds reports whether part reaches the fraction of whole, exactly: the two
// products are compared in 128 bits. Both arguments must be zero or more.
func (f Fraction) Holds(part, whole int64) bool {
	ph, pl := bits.Mul64(uint64(part), uint64(f.Den))
	wh, wl := bits.Mul64(uint64(whole), uint64(f.Num))
	if ph != wh {
		return ph > wh
	}
	if f.Over {
		return pl > wl
	}
	return pl >= wl
}

// Least is the smallest part of whole that reaches the fraction.
func (f Fraction) Least(whole int64) int64 {
	hi, lo := bits.Mul64(uint64(whole), uint64(f.Num))
	q, r := bits.Div64(hi, lo, uint64(f.Den))
	if f.Over || r > 0 {
		q++
	}
	return int64(q)
}

// gap is the smallest s for which yes+s reaches the fraction of base+s: what
// newcomers who all agree must bring. Since base grows with them, a gap of g
// closes at the speed 1-Num/Den: s = g / (Den-Num) with g = Num·base - Den·yes.
// It answers math.MaxInt64 where no number is enough.
func (f Fraction) gap(yes, base int64) int64 {
	if f.Holds(yes, base) {
		return 0
	}
	bh, bl := bits.Mul64(uint64(base), uint64(f.Num))
	yh, yl := bits.Mul64(uint64(yes), uint64(f.Den))
	lo, borrow := bits.Sub64(bl, yl, 0)
	hi, _ := bits.Sub64(bh, yh, borrow)
	speed := uint64(f.Den - f.Num)
	if hi >= speed {
		return math.MaxInt64
	}
	q, r := bits.Div64(hi, lo, speed)
	if f.Over || r > 0 {
		q++
	}
	return int64(min(q, math.MaxInt64))
}

// check refuses a fraction that is not one, and "more than all".
func (f Fraction) check(field string) error {
	if f.Num <= 0 || f.Num > f.Den || f.Den > maxDen || f.Over && f.Num == f.Den {
		return refuse(FaultFraction, field, "")
	}
	return nil
}

// Both is a threshold by area and one by heads; each must be reached by itself.
type Both struct {
	Area  Fraction `json:"area"`
	Heads Fraction `json:"heads"`
}

// Hold reports whether part reaches both thresholds of whole.
func (b Both) Hold(part, whole Weight) bool {
	return b.Area.Holds(int64(part.Area), int64(whole.Area)) &&
		b.Heads.Holds(int64(part.Heads), int64(whole.Heads))
}

// Least is the smallest area and the smallest number of heads that reach the
// thresholds of whole.
func (b Both) Least(whole Weight) Weight {
	return Weight{Area(b.Area.Least(int64(whole.Area))), int(b.Heads.Least(int64(whole.Heads)))}
}

func (b Both) gap(yes, base Weight) Weight {
	return Weight{
		Area:  Area(b.Area.gap(int64(yes.Area), int64(base.Area))),
		Heads: int(b.Heads.gap(int64(yes.Heads), int64(base.Heads))),
	}
}

func (b Both) check(field string) error {
	if err := b.Area.check(field + ".area"); err != nil {
		return err
	}
	return b.Heads.check(field + ".heads")
}

// atLeastHalf reports whether no side can win with less than half.
func (b Both) atLeastHalf() bool {
	return 2*b.Area.Num >= b.Area.Den && 2*b.Heads.Num >= b.Heads.Den
}

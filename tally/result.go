package tally

import "math"

// Result is the outcome 表决结果 of one question. It holds numbers and ids only
// and compares with ==.
type Result struct {
	Question string `json:"question"`
	Item     int    `json:"item"`
	Rule     string `json:"rule"`   // the rule's id
	Source   string `json:"source"` // the law and article behind it

	Total   Weight `json:"total"` // everybody entitled
	Part    Weight `json:"part"`  // those who took part: quorum, and base of the majority
	Yes     Weight `json:"yes"`
	No      Weight `json:"no"`
	Abstain Weight `json:"abstain"` // part of Part
	Invalid Weight `json:"invalid"` // part of Part only if the rule says so

	// Follow is the weight of the silent owners who join the leading side, and
	// Side that side; zero unless the rule has a Silent clause. They are in the
	// base of the majority but never in Part.
	Follow Weight `json:"follow,omitzero"`
	Side   Choice `json:"side,omitzero"`

	NeedPart Weight `json:"need_part"` // the least Part that makes the quorum
	NeedYes  Weight `json:"need_yes"`  // the least Yes, with those who follow it, that carries the present base

	Quorum bool `json:"quorum"`
	Passed bool `json:"passed"` // quorum and majority, by area and by heads

	ToQuorum Missing `json:"to_quorum"` // what is missing until the quorum
	ToPass   Missing `json:"to_pass"`   // what is missing until it passes, if all who come agree
}

// Missing is what is still to be won. Area and Heads are the gaps measured each
// by itself; Homes is the smallest number of homes, among those that have not
// taken part, that closes both at once. A home is one voter: one head with all
// its area. Where even all the remaining homes are too few, Reachable is false
// and Homes is zero: then only somebody who already answered could change it.
type Missing struct {
	Area      Area `json:"area"`
	Heads     int  `json:"heads"`
	Homes     int  `json:"homes"`
	Reachable bool `json:"reachable"`
}

// sums are the weights of one question by choice.
type sums [choices]Weight

// judge weighs one question under the roll's rule.
func (r *Roll) judge(q Question, by sums) Result {
	item, _ := r.rule.Item(q.Item)
	p := r.rule.Parameters
	res := Result{
		Question: q.ID, Item: q.Item, Rule: r.rule.ID, Source: r.rule.Source,
		Total: r.total, Yes: by[Yes], No: by[No], Abstain: by[Abstain], Invalid: by[Invalid],
	}
	res.Part = by[Yes].plus(by[No]).plus(by[Abstain])
	if p.InvalidTakesPart {
		res.Part = res.Part.plus(by[Invalid])
	}
	res.Side, res.Follow = p.follow(res)
	base, yes := res.Part.plus(res.Follow), res.Yes
	if res.Side == Yes {
		yes = yes.plus(res.Follow)
	}
	res.NeedPart = p.Quorum.Least(res.Total)
	res.NeedYes = item.Majority.Least(base)
	res.Quorum = p.Quorum.Hold(res.Part, res.Total)
	res.Passed = res.Quorum && item.Majority.Hold(yes, base)
	return res
}

// follow says which side the silent join, and with what weight. A side leads
// only if it has more area and more heads than the other.
func (p Parameters) follow(res Result) (Choice, Weight) {
	silent := res.Total.minus(res.Part)
	switch {
	case p.Silent == nil:
		return Blank, Weight{}
	case res.Yes.exceeds(res.No):
		return Yes, silent
	case res.No.exceeds(res.Yes):
		return No, silent
	}
	return Blank, Weight{}
}

// lack fills in what is missing. heard tells who has taken part.
func (r *Roll) lack(res *Result, heard func(voter int32) bool) {
	item, _ := r.rule.Item(res.Item)
	quorum := res.NeedPart.minus(res.Part).floor()
	res.ToQuorum = r.missing(quorum, res.Quorum, heard, func(more Weight) bool {
		return r.rule.Parameters.Quorum.Hold(res.Part.plus(more), res.Total)
	})
	gap := quorum.most(r.gap(*res, item.Majority))
	res.ToPass = r.missing(gap, res.Passed, heard, func(more Weight) bool {
		return r.judge(Question{Item: res.Item}, sums{
			Yes: res.Yes.plus(more), No: res.No, Abstain: res.Abstain, Invalid: res.Invalid,
		}).Passed
	})
}

// gap is what the majority lacks by each measure alone. Where the silent
// follow, leading by one is enough if the lead then carries the whole.
func (r *Roll) gap(res Result, majority Both) Weight {
	plain := majority.gap(res.Yes, res.Part)
	if r.rule.Parameters.Silent == nil {
		return plain
	}
	behind := res.No.minus(res.Yes)
	lead := Weight{min(behind.Area, math.MaxInt64-1) + 1, behind.Heads + 1}.floor()
	all := res.Total.minus(res.Part).plus(res.Yes)
	if majority.Area.Holds(int64(all.Area), int64(res.Total.Area)) {
		plain.Area = min(plain.Area, lead.Area)
	}
	if majority.Heads.Holds(int64(all.Heads), int64(res.Total.Heads)) {
		plain.Heads = min(plain.Heads, lead.Heads)
	}
	return plain
}

// missing takes the largest silent homes one by one until both gaps are closed
// and the vote would stand. No other k homes bring more area than the k
// largest, all bring k heads, and more area or heads never turns a reached
// result back: so the first k that suffices is the smallest there is. One pass
// over the roll, which is kept sorted by area.
func (r *Roll) missing(gap Weight, reached bool, heard func(int32) bool, enough func(Weight) bool) Missing {
	if reached {
		return Missing{Reachable: true}
	}
	var more Weight
	for _, v := range r.largest {
		if heard(v) {
			continue
		}
		more = more.plus(Weight{r.areas[v], 1})
		if more.Area >= gap.Area && more.Heads >= gap.Heads && enough(more) {
			return Missing{gap.Area, gap.Heads, more.Heads, true}
		}
	}
	return Missing{Area: gap.Area, Heads: gap.Heads}
}

// floor replaces what is below zero by zero.
func (w Weight) floor() Weight { return w.most(Weight{}) }

// most takes the greater of each measure.
func (w Weight) most(o Weight) Weight { return Weight{max(w.Area, o.Area), max(w.Heads, o.Heads)} }

package tally

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"time"
)

// Date is a day of the calendar as the number yyyymmdd, without a time zone;
// zero means none. Its text form is 2021-01-01.
type Date int

// String writes the day as 2021-01-01, or "" for none.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// MarshalText writes the day as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 2021-01-01, or "" as none; a day the calendar does not
// have is FaultForm.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil || t.Year() == 0 {
		return refuse(FaultForm, "date", string(text))
	}
	*d = Date(t.Year()*10000 + int(t.Month())*100 + t.Day())
	return nil
}

// Rule is one version of the law of voting 表决规则 as data: where it holds,
// where it is written, from when to when, and its numbers. Every vote keeps the
// id of the rule it ran under. Nothing in the counting knows a number of law by
// itself.
type Rule struct {
	ID         string     `json:"id"`
	Region     string     `json:"region"`            // ISO 3166: CN, CN-SH
	Source     string     `json:"source"`            // law and article
	ValidFrom  Date       `json:"valid_from"`        // first day in force
	ValidTo    Date       `json:"valid_to,omitzero"` // last day in force; none means open
	Parameters Parameters `json:"parameters"`
}

// Parameters are the numbers and settings of a rule.
type Parameters struct {
	// Quorum is the share of all area and of all heads that must take part.
	Quorum Both `json:"quorum"`
	// Items are the matters the owners decide, each with its majority of those
	// who took part.
	Items []Item `json:"items"`
	// ParkingVotes lets parking spaces that are exclusive units of their own
	// enter the roll. The law allows them to be units (SPC interpretation
	// art. 2); whether they vote is local custom.
	ParkingVotes bool `json:"parking_votes,omitempty"`
	// InvalidTakesPart counts a spoilt answer as taking part: towards the
	// quorum and the base, never towards yes. The law is silent; off by default.
	InvalidTakesPart bool `json:"invalid_takes_part,omitempty"`
	// Silent, if set, lets owners who did not take part follow the majority.
	Silent *Silent `json:"silent,omitempty"`
}

// Item is one matter that the owners decide together, such as using the
// maintenance fund.
type Item struct {
	Number   int    `json:"number"`
	Name     string `json:"name"`    // as the law calls it, in Chinese
	English  string `json:"english"` // the same in English
	Majority Both   `json:"majority"`
}

// Silent lets owners who did not take part follow the side that leads by area
// and by heads alike. It is doubtful in law: it needs a clause of the owners'
// covenant 管理规约, and it never makes up the quorum.
type Silent struct {
	Clause string `json:"clause"`
}

// Item finds an item by its number.
func (r Rule) Item(number int) (Item, bool) {
	for _, item := range r.Parameters.Items {
		if item.Number == number {
			return item, true
		}
	}
	return Item{}, false
}

// InForce reports whether the rule holds on the day; both ends are included.
func (r Rule) InForce(day Date) bool {
	return r.ValidFrom <= day && (r.ValidTo == 0 || day <= r.ValidTo)
}

// Check refuses a rule that names no source or no first day, ends before it
// begins, has no items or one twice, or has a threshold that is no fraction.
func (r Rule) Check() error {
	for _, f := range []struct{ field, value string }{
		{"id", r.ID}, {"region", r.Region}, {"source", r.Source}, {"valid_from", r.ValidFrom.String()},
	} {
		if f.value == "" {
			return refuse(FaultMissing, "rule."+f.field, "")
		}
	}
	if r.ValidTo != 0 && r.ValidTo < r.ValidFrom {
		return refuse(FaultPeriod, "rule.valid_to", r.ValidTo.String())
	}
	return r.Parameters.check()
}

func (p Parameters) check() error {
	if err := p.Quorum.check("rule.parameters.quorum"); err != nil {
		return err
	}
	if len(p.Items) == 0 {
		return refuse(FaultMissing, "rule.parameters.items", "")
	}
	if p.Silent != nil && p.Silent.Clause == "" {
		return refuse(FaultClause, "rule.parameters.silent.clause", "")
	}
	seen := make(map[int]bool, len(p.Items))
	for i, item := range p.Items {
		if err := p.checkItem(item, at("rule.parameters.items", i, "")); err != nil {
			return err
		}
		if seen[item.Number] {
			return refuse(FaultTwice, at("rule.parameters.items", i, "number"), strconv.Itoa(item.Number))
		}
		seen[item.Number] = true
	}
	return nil
}

func (p Parameters) checkItem(item Item, field string) error {
	if item.Number <= 0 {
		return refuse(FaultNotPositive, field+".number", strconv.Itoa(item.Number))
	}
	// Whoever wins with less than half leads nobody: then there is no majority
	// for the silent to follow.
	if p.Silent != nil && !item.Majority.atLeastHalf() {
		return refuse(FaultFraction, field+".majority", "less than half, with silent owners following")
	}
	return item.Majority.check(field + ".majority")
}

// RuleOn picks, among rules, the one in force in the region on the day: the one
// that began last. Two that began on the same day are refused.
func RuleOn(rules []Rule, region string, day Date) (Rule, error) {
	var best Rule
	twice := false
	for _, r := range rules {
		if r.Region != region || !r.InForce(day) || r.ValidFrom < best.ValidFrom {
			continue
		}
		twice = r.ValidFrom == best.ValidFrom
		best = r
	}
	if best.ValidFrom == 0 {
		return Rule{}, refuse(FaultNoRule, "rules", region+" "+day.String())
	}
	if twice {
		return Rule{}, refuse(FaultTwice, "rules", region+" "+best.ValidFrom.String())
	}
	return best, nil
}

// ParseRules reads a JSON list of rules and checks each. A field it does not
// know is refused: a misspelt threshold must not fall back silently.
func ParseRules(data []byte) ([]Rule, error) {
	var rules []Rule
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&rules); err != nil {
		return nil, refuse(FaultForm, "rules", err.Error())
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, refuse(FaultForm, "rules", "more after the list")
	}
	for i, r := range rules {
		if err := r.Check(); err != nil {
			var e *Error
			errors.As(err, &e)
			return nil, refuse(e.Fault, at("rules", i, e.Field), e.Value)
		}
	}
	return rules, nil
}

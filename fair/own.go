package fair

import "fmt"

// OwnProof is what one person needs to see that nothing else is better for
// them: the prices, which are public, and their own values, which nobody else
// has to see. Amounts are whole fen. By slot: one entry for each place and,
// when somebody goes without, a last one for having none.
type OwnProof struct {
	Place  int     `json:"place"`      // Nowhere is the last slot
	Prices []int64 `json:"prices_fen"` // by slot
	Values []int64 `json:"values_fen"` // by slot
	// Margins say by slot how much worse it is than the person's own;
	// Unusable where they may not use it.
	Margins []int64 `json:"margins_fen"`
}

// Own takes one person's proof out of a division of market m. People with a
// reserved place took no part and have none; the error is an *InputError.
func (d *Division) Own(m Market, person int) (*OwnProof, error) {
	if person < 0 || person >= len(d.People) || person >= len(m.Values) {
		return nil, invalid("person", "there is no person %d", person)
	}
	if d.People[person].Reserved {
		return nil, invalid("person", "person %d has a reserved place", person)
	}
	p := &OwnProof{
		Place:   d.Assignment[person],
		Prices:  append([]int64(nil), d.PricesFen...),
		Values:  append([]int64(nil), m.Values[person]...),
		Margins: append([]int64(nil), d.Certificate.Margins[person]...),
	}
	if d.Without != nil {
		p.Prices, p.Values = append(p.Prices, d.Without.Fen), append(p.Values, 0)
	}
	return p, nil
}

// Check goes through the person's inequalities: value − price of their own
// place is no less than that of any other they may use.
func (p *OwnProof) Check() error {
	slots, own := len(p.Prices), p.Place
	if own == Nowhere {
		own = slots - 1
	}
	if len(p.Values) != slots || len(p.Margins) != slots || own < 0 || own >= slots || p.Margins[own] != 0 {
		return invalid("place", "the lists do not fit together")
	}
	for j, margin := range p.Margins {
		if margin == Unusable {
			continue
		}
		worse := (p.Values[own] - p.Prices[own]) - (p.Values[j] - p.Prices[j])
		if worse < 0 || worse != margin {
			return invalid(fmt.Sprintf("margins_fen[%d]", j), "it is %d", worse)
		}
	}
	return nil
}

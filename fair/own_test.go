package fair_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/linli/linli/fair"
)

func TestOwnProofsStand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMarket(t, 6)
		d, err := fair.Divide(m)
		if err != nil {
			return // refused markets have no proofs
		}
		for i, e := range d.People {
			own, err := d.Own(m, i)
			if e.Reserved != (err != nil) {
				t.Fatalf("person %d: %v", i, err)
			}
			if err == nil && own.Check() != nil {
				t.Fatalf("person %d: %v in %+v", i, own.Check(), own)
			}
		}
	})
}

func TestOwnProofRefuses(t *testing.T) {
	m := proven()["square"]
	d := divide(t, m)
	for name, change := range map[string]func(*fair.OwnProof){
		"a price":   func(p *fair.OwnProof) { p.Prices[1]-- },
		"a value":   func(p *fair.OwnProof) { p.Values[2] += 500 },
		"a margin":  func(p *fair.OwnProof) { p.Margins[1]++ },
		"the place": func(p *fair.OwnProof) { p.Place = 2 },
		"no place":  func(p *fair.OwnProof) { p.Place = 7 },
		"a list":    func(p *fair.OwnProof) { p.Values = p.Values[1:] },
	} {
		own, err := d.Own(m, 0)
		if err != nil {
			t.Fatal(err)
		}
		if change(own); own.Check() == nil {
			t.Errorf("%s could be changed", name)
		}
	}
	for _, person := range []int{-1, 3} {
		if _, err := d.Own(m, person); err == nil {
			t.Errorf("person %d has a proof", person)
		}
	}
}

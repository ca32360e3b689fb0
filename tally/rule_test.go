package tally_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/linli/linli/tally"
)

func TestCivilCodeIsTheFileOfTheLaw(t *testing.T) {
	data, err := os.ReadFile("testdata/rules.json")
	if err != nil {
		t.Fatal(err)
	}
	rules := must(tally.ParseRules(data))
	if diff := cmp.Diff([]tally.Rule{tally.CivilCode()}, rules); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(rules, must(tally.ParseRules(must(json.Marshal(rules))))); diff != "" {
		t.Error(diff)
	}
}

func TestNineItems(t *testing.T) {
	rule := tally.CivilCode()
	for number := 1; number <= 9; number++ {
		item, ok := rule.Item(number)
		if !ok || item.Name == "" || item.English == "" {
			t.Fatalf("item %d: %+v, %v", number, item, ok)
		}
		special := number == 6 || number == 7 || number == 8
		passes := item.Majority.Hold(tally.Weight{Area: 70, Heads: 70}, tally.Weight{Area: 100, Heads: 100})
		if passes == special {
			t.Errorf("item %d: 70 %% passes: %v", number, passes)
		}
	}
	if _, ok := rule.Item(10); ok {
		t.Error("there is no tenth item")
	}
}

func TestRuleOn(t *testing.T) {
	old, civil, city := tally.CivilCode(), tally.CivilCode(), tally.CivilCode()
	old.ID, old.ValidFrom, old.ValidTo = "property-law-76", 20071001, 20201231
	city.ID, city.Region = "shanghai", "CN-SH"
	later := civil
	later.ID, later.ValidFrom = "later", 20260701
	rules := []tally.Rule{later, civil, old, city}
	for _, c := range []struct {
		region string
		day    tally.Date
		want   string
	}{
		{"CN", 20071001, "property-law-76"},
		{"CN", 20201231, "property-law-76"},
		{"CN", 20210101, "cn-civil-code-278"},
		{"CN", 20260630, "cn-civil-code-278"},
		{"CN", 20260701, "later"},
		{"CN-SH", 20230501, "shanghai"},
	} {
		if got := must(tally.RuleOn(rules, c.region, c.day)); got.ID != c.want {
			t.Errorf("%s on %s: got %s, want %s", c.region, c.day, got.ID, c.want)
		}
	}
	_, err := tally.RuleOn(rules, "CN", 20070930)
	wantFault(t, err, tally.FaultNoRule, "rules")
	_, err = tally.RuleOn(append(rules, civil), "CN", 20230101)
	wantFault(t, err, tally.FaultTwice, "rules")
}

func TestRuleRefused(t *testing.T) {
	for field, c := range map[string]struct {
		spoil func(*tally.Rule)
		fault tally.Fault
	}{
		"rule.id":         {func(r *tally.Rule) { r.ID = "" }, tally.FaultMissing},
		"rule.region":     {func(r *tally.Rule) { r.Region = "" }, tally.FaultMissing},
		"rule.source":     {func(r *tally.Rule) { r.Source = "" }, tally.FaultMissing},
		"rule.valid_from": {func(r *tally.Rule) { r.ValidFrom = 0 }, tally.FaultMissing},
		"rule.valid_to":   {func(r *tally.Rule) { r.ValidTo = 20201231 }, tally.FaultPeriod},
		"rule.parameters.quorum.area": {
			func(r *tally.Rule) { r.Parameters.Quorum.Area.Den = 0 }, tally.FaultFraction},
		"rule.parameters.quorum.heads": {
			func(r *tally.Rule) { r.Parameters.Quorum.Heads = tally.Fraction{Num: 1, Den: 1, Over: true} }, tally.FaultFraction},
		"rule.parameters.items": {func(r *tally.Rule) { r.Parameters.Items = nil }, tally.FaultMissing},
		"rule.parameters.items[0].number": {
			func(r *tally.Rule) { r.Parameters.Items[0].Number = 0 }, tally.FaultNotPositive},
		"rule.parameters.items[3].number": {
			func(r *tally.Rule) { r.Parameters.Items[3].Number = 1 }, tally.FaultTwice},
		"rule.parameters.items[5].majority.area": {
			func(r *tally.Rule) { r.Parameters.Items[5].Majority.Area.Num = 5 }, tally.FaultFraction},
		"rule.parameters.items[6].majority.heads": {
			func(r *tally.Rule) { r.Parameters.Items[6].Majority.Heads.Den = 2_000_000 }, tally.FaultFraction},
		"rule.parameters.silent.clause": {
			func(r *tally.Rule) { r.Parameters.Silent = &tally.Silent{} }, tally.FaultClause},
		"rule.parameters.items[1].majority": {func(r *tally.Rule) {
			r.Parameters.Silent = &tally.Silent{Clause: "art. 12"}
			r.Parameters.Items[1].Majority.Area = tally.Fraction{Num: 1, Den: 3}
		}, tally.FaultFraction},
	} {
		rule := tally.CivilCode()
		c.spoil(&rule)
		wantFault(t, rule.Check(), c.fault, field)
		_, err := tally.NewRoll(rule, flats(100), tally.Scope{})
		wantFault(t, err, c.fault, field)
		_, err = tally.ParseRules(must(json.Marshal([]tally.Rule{rule})))
		wantFault(t, err, c.fault, "rules[0]."+field)
	}
}

func TestParseRulesRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":        `[`,
		"no list":        `{}`,
		"unknown field":  `[{"id":"x","quorom":1}]`,
		"two lists":      `[] []`,
		"impossible day": `[{"valid_from":"2021-02-30"}]`,
	} {
		if _, err := tally.ParseRules([]byte(text)); !errors.Is(err, tally.FaultForm) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestDate(t *testing.T) {
	var d tally.Date
	if err := d.UnmarshalText([]byte("2024-02-29")); err != nil || d != 20240229 || d.String() != "2024-02-29" {
		t.Errorf("got %d %s, %v", int(d), d, err)
	}
	if err := d.UnmarshalText(nil); err != nil || d != 0 || d.String() != "" {
		t.Errorf("got %d, %v", int(d), err)
	}
	for _, bad := range []string{"2023-02-29", "20230101", "0000-01-01", "x"} {
		wantFault(t, d.UnmarshalText([]byte(bad)), tally.FaultForm, "date")
	}
}

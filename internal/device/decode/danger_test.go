package decode_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/device/decode"
)

var update = flag.Bool("update", false, "write testdata/danger/heeded.tsv anew")

// table are the rows of a file of testdata/danger, without its head.
func table(t *testing.T, name string) [][]string {
	t.Helper()
	b, err := os.ReadFile("testdata/danger/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(b)) {
		if line[0] != '#' {
			rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
		}
	}
	return rows[1:]
}

// declaredField is a row of fields.tsv.
type declaredField struct {
	property, kind  string
	access          json.RawMessage
	values          []any
	model, describe string
}

func declaredFields(t *testing.T) (list []declaredField) {
	t.Helper()
	for _, r := range table(t, "fields.tsv") {
		f := declaredField{property: r[0], kind: r[1], access: json.RawMessage(r[2]), model: r[6], describe: r[7]}
		if err := json.Unmarshal([]byte(r[3]), &f.values); err != nil {
			t.Fatal(err)
		}
		list = append(list, f)
	}
	return list
}

// announcement is a device that has the field only.
func (f declaredField) announcement(t *testing.T) string {
	t.Helper()
	x := map[string]any{"type": f.kind, "name": f.property, "property": f.property, "access": f.access}
	switch {
	case f.kind == "binary" && len(f.values) == 2:
		x["value_on"], x["value_off"] = f.values[0], f.values[1]
	case f.kind == "enum":
		x["values"] = f.values
	}
	b, err := json.Marshal([]any{map[string]any{
		"ieee_address": "0x1", "type": "EndDevice", "friendly_name": "x", "power_source": "Battery",
		"definition": map[string]any{"vendor": "x", "model": f.model, "description": f.describe, "exposes": []any{x}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// says are values that the field may have.
func (f declaredField) says() []any {
	switch {
	case len(f.values) > 0:
		return append(slices.Clone(f.values), nil)
	case f.kind == "numeric":
		return []any{0, 7, 33.5, nil}
	case f.kind == "list":
		return []any{[]any{}, []any{map[string]any{"x": 3}}, nil}
	}
	return []any{"", "something", true, false, nil}
}

// counts is what a value makes of the field on a detector that guards lives,
// if it is more than a sign of life.
func counts(list []decode.Observation) string {
	for _, o := range list {
		switch {
		case o.Kind == decode.Unclear, o.Kind == decode.Fault && o.IsOn(), o.Kind == decode.Tamper && o.IsOn(), o.Kind == decode.BatteryLow && o.IsOn(), o.Kind.Alarms() && o.IsOn():
			return string(o.Kind)
		}
	}
	return ""
}

// What no model's field says in ordinary life is a trouble, on any device: of
// 4,516 models. The fields that do count are in heeded.tsv, to be read by eye
// when a release adds to them.
func TestS33_WhatEveryModelSaysInOrdinaryLifeIsNoTrouble(t *testing.T) {
	var got []string
	for _, f := range declaredFields(t) {
		a := announced(t, f.announcement(t))
		for _, v := range f.says() {
			said, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			list := open(t, zigbee("x", fmt.Sprintf(`{%q:%s}`, f.property, said))).Read(decode.Model{Fields: a.Fields, LifeSafety: true})
			if kind := counts(list); kind != "" {
				got = append(got, strings.Join([]string{f.property, f.kind, string(said), kind, f.describe}, "\t"))
			}
		}
	}
	slices.Sort(got)
	const head = "# Fields of fields.tsv that count, and what they are taken for. Made by go test -run S33 -update; read what is new.\nproperty\ttype\tvalue\tmeans\tdescription\n"
	file := head + strings.Join(slices.Compact(got), "\n") + "\n"
	if *update {
		if err := os.WriteFile("testdata/danger/heeded.tsv", []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/danger/heeded.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), file); d != "" {
		t.Error(d)
	}
}

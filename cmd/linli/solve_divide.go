package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/linli/linli/fair"
)

// solveDivideCmd is `linli solve divide`.
type solveDivideCmd struct{}

// Help explains the form on the command line.
func (solveDivideCmd) Epilogue() string {
	return `Reads {"instances": [{"id", "n", "rent_fen", "values_fen"}]} from standard input, values_fen[i][j] being what place j is worth to person i,
and writes {"results": [{"id", "welfare_fen", "maximin_num", "maximin_den", "assignment", "prices_num", "prices_den", "prices_fen", "common_fen", "people", "certificate"}]}.
An instance may also have:
  "capacities": [8, 8]                      how many identical items each place stands for
  "forbidden": [{"person": 0, "place": 1}]  pairs that can never be
  "reserved": [{"person": 3, "place": 0}]   given before the market, at the place's price
  "budgets": [{"person": 2, "fen": 60000}]  the most a person pays
  "policy": "compensate" or "pin"           with more people than places: having none is priced too, or costs nothing
In the assignment -1 is having no place. An instance that cannot be solved gives {"id", "error": {case, field, reason, people, places}} in its place; the others still run.`
}

// Run divides every instance of the batch on standard input. A bad instance
// gets an error entry; the rest is solved, and the command fails at the end.
func (solveDivideCmd) Run(std streams) error {
	batch, err := readInstances(std.in)
	if err != nil {
		return fmt.Errorf("read instances: %w", err)
	}
	failed := false
	text := []byte(`{"results":[`)
	for x, raw := range batch {
		if x > 0 {
			text = append(text, ',')
		}
		one := divideOne(x, raw)
		failed = failed || one.Error != nil
		if text, err = one.appendJSON(text); err != nil {
			return err
		}
		if _, err := std.out.Write(text); err != nil {
			return fmt.Errorf("write results: %w", err)
		}
		text = text[:0]
	}
	if _, err := std.out.Write(append(text, "]}\n"...)); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	if failed {
		return errCasesFailed
	}
	return nil
}

// divideResult is one answer: a division or an error, never both.
type divideResult struct {
	ID string `json:"id"`
	*fair.Division
	Error *caseError `json:"error,omitempty"`
}

// appendJSON appends the answer as encoding/json writes it; a division's proof
// may have a hundred million numbers.
func (r divideResult) appendJSON(to []byte) ([]byte, error) {
	division := r.Division
	r.Division = nil
	head := &bytes.Buffer{}
	if err := writeJSON(head, r); err != nil {
		return nil, fmt.Errorf("write result: %w", err)
	}
	to = append(to, bytes.TrimSpace(head.Bytes())...)
	if division == nil {
		return to, nil
	}
	last := len(to) - 1 // where head ends, and the division's own brace begins
	to, err := division.AppendJSON(to[:last])
	if err != nil {
		return nil, fmt.Errorf("write result: %w", err)
	}
	to[last] = ','
	return to, nil
}

// divideInstance is one division as the batch has it; n is said only to be compared
// with the matrix.
type divideInstance struct {
	ID         json.RawMessage `json:"id"`
	N          json.RawMessage `json:"n"`
	Rent       json.RawMessage `json:"rent_fen"`
	Values     json.RawMessage `json:"values_fen"`
	Capacities json.RawMessage `json:"capacities"`
	Forbidden  json.RawMessage `json:"forbidden"`
	Reserved   json.RawMessage `json:"reserved"`
	Budgets    json.RawMessage `json:"budgets"`
	Policy     json.RawMessage `json:"policy"`
}

// readInstances reads {"instances": […]} and leaves each instance unread, so
// that one that does not parse spoils no other.
func readInstances(r io.Reader) ([]json.RawMessage, error) {
	var batch struct {
		Instances []json.RawMessage `json:"instances"`
	}
	if err := readDocument(r, &batch); err != nil {
		return nil, err
	}
	if batch.Instances == nil {
		return nil, missing("instances")
	}
	return batch.Instances, nil
}

// divideOne solves the instance at index x of the batch.
func divideOne(x int, raw json.RawMessage) divideResult {
	id, market, err := readInstance(x, raw)
	if err != nil {
		return divideResult{ID: id, Error: explainCase(id, err)}
	}
	d, err := fair.Divide(*market)
	if err != nil {
		return divideResult{ID: id, Error: explainCase(id, err)}
	}
	return divideResult{ID: id, Division: d}
}

// readInstance reads one instance; its id is its index where it has none.
func readInstance(x int, raw json.RawMessage) (string, *fair.Market, error) {
	id := strconv.Itoa(x)
	var in divideInstance
	if err := json.Unmarshal(raw, &in); err != nil {
		return id, nil, &fair.InputError{Field: "instances[" + id + "]", Reason: "is not an object"}
	}
	if present(in.ID) {
		id = caseName(in.ID)
	}
	m, err := in.market()
	if err != nil {
		return id, nil, err
	}
	return id, m, nil
}

// caseName is a text as it is, anything else as written.
func caseName(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// market reads the fields one by one, so that an error names its field.
func (in *divideInstance) market() (*fair.Market, error) {
	m := &fair.Market{}
	if err := decodeField("rent_fen", in.Rent, &m.Cost); err != nil {
		return nil, err
	}
	values, err := decodeMatrix("values_fen", in.Values)
	if err != nil {
		return nil, err
	}
	m.Values = values
	for _, f := range []struct {
		name string
		raw  json.RawMessage
		into any
	}{
		{"capacities", in.Capacities, &m.Capacities},
		{"forbidden", in.Forbidden, &m.Forbidden},
		{"reserved", in.Reserved, &m.Reserved},
		{"budgets", in.Budgets, &m.Budgets},
		{"policy", in.Policy, &m.Policy},
	} {
		if !present(f.raw) {
			continue
		}
		if err := decodeField(f.name, f.raw, f.into); err != nil {
			return nil, err
		}
	}
	return m, in.checkN(len(m.Values))
}

// checkN wants n, where it is given, to be the number of rows.
func (in *divideInstance) checkN(rows int) error {
	if !present(in.N) {
		return nil
	}
	var n int
	if err := decodeField("n", in.N, &n); err != nil {
		return err
	}
	if n != rows {
		return &fair.InputError{Field: "n", Reason: fmt.Sprintf("says %d, the matrix has %d rows", n, rows)}
	}
	return nil
}

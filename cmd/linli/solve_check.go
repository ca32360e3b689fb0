package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/linli/linli/fair"
)

// solveCheckCmd is `linli solve check`.
type solveCheckCmd struct{}

// Help explains the form on the command line.
func (solveCheckCmd) Epilogue() string {
	return `Reads the instances and the results of "linli solve divide" from standard input, in one document {"instances": [...], "results": [...]} or one after the other:
  cat instances.json results.json | linli solve check
and writes {"results": [{"id", "ok", "reason"}]}. It fails when any result does not stand.`
}

// errNotVerified ends a check in which a result did not stand.
var errNotVerified = errors.New("some results do not stand: see their reasons")

// Run reads instances and results, either as one document {"instances": […],
// "results": […]} or as several one after the other, as from
//
//	cat instances.json results.json | linli solve check
//
// and writes {"results": [{"id", "ok", "reason"}]}: one entry for each
// instance, then one for each result that belongs to none.
func (solveCheckCmd) Run(std streams) error {
	instances, results, err := readProofs(std.in)
	if err != nil {
		return fmt.Errorf("read instances and results: %w", err)
	}
	out := checkInstances(instances, results)
	if err := writeJSON(std.out, map[string]any{"results": out}); err != nil {
		return fmt.Errorf("write verdicts: %w", err)
	}
	for _, v := range out {
		if !v.OK {
			return errNotVerified
		}
	}
	return nil
}

// verdict says whether one result stands, and if not, why.
type verdict struct {
	ID     string `json:"id"`
	OK     bool   `json:"ok"`
	Reason string `json:"reason,omitempty"`
}

// readProofs gathers the instances and results of all documents.
func readProofs(r io.Reader) (instances, results []json.RawMessage, err error) {
	instancesSeen, resultsSeen := false, false
	for dec := json.NewDecoder(r); ; {
		var doc struct {
			Instances []json.RawMessage `json:"instances"`
			Results   []json.RawMessage `json:"results"`
		}
		err := dec.Decode(&doc)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		instances, instancesSeen = append(instances, doc.Instances...), instancesSeen || doc.Instances != nil
		results, resultsSeen = append(results, doc.Results...), resultsSeen || doc.Results != nil
	}
	if !instancesSeen {
		return nil, nil, missing("instances")
	}
	if !resultsSeen {
		return nil, nil, missing("results")
	}
	return instances, results, nil
}

// checkInstances pairs results with instances by id.
func checkInstances(instances, results []json.RawMessage) []verdict {
	byID := map[string][]json.RawMessage{}
	var order []string
	for x, raw := range results {
		id := resultID(x, raw)
		if byID[id] == nil {
			order = append(order, id)
		}
		byID[id] = append(byID[id], raw)
	}
	out, known := []verdict{}, map[string]bool{}
	for x, raw := range instances {
		id, market, err := readInstance(x, raw)
		reason := ""
		switch {
		case known[id]:
			reason = "id: two instances have it"
		case err != nil:
			reason = err.Error()
		default:
			reason = checkOne(market, byID[id])
		}
		known[id] = true
		out = append(out, verdict{id, reason == "", reason})
	}
	for _, id := range order {
		if !known[id] {
			out = append(out, verdict{id, false, "id: no instance has it"})
		}
	}
	return out
}

// resultID is the id of a result, its index where it has none.
func resultID(x int, raw json.RawMessage) string {
	var r struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(raw, &r) == nil && present(r.ID) {
		return caseName(r.ID)
	}
	return fmt.Sprint(x)
}

// checkOne returns why the result of a market does not stand, or nothing.
func checkOne(market *fair.Market, results []json.RawMessage) string {
	if len(results) != 1 {
		return fmt.Sprintf("results: there are %d for this id", len(results))
	}
	var r struct {
		fair.Division
		Error *caseError `json:"error"`
	}
	if err := json.Unmarshal(results[0], &r); err != nil {
		return "result: " + explainCase("", err).Reason
	}
	if r.Error != nil {
		return "result: it is an error: " + r.Error.Reason
	}
	if gone := gone(results[0]); gone != "" {
		return gone + ": is missing"
	}
	if err := fair.Check(*market, &r.Division); err != nil {
		return err.Error()
	}
	return ""
}

// gone names the first field of a result that is absent: a reader would take
// it for 0.
func gone(raw json.RawMessage) string {
	var r struct {
		People      []map[string]json.RawMessage `json:"people"`
		Certificate map[string]json.RawMessage   `json:"certificate"`
	}
	var whole map[string]json.RawMessage
	var chains []map[string]json.RawMessage
	if json.Unmarshal(raw, &whole) != nil || json.Unmarshal(raw, &r) != nil {
		return "result"
	}
	if name := lacks(whole, "welfare_fen", "maximin_num", "maximin_den", "assignment", "prices_num", "prices_den", "prices_fen", "common_fen", "people", "certificate"); name != "" {
		return name
	}
	if name := lacks(r.Certificate, "dual_people", "dual_places", "margins_fen", "chains", "sha256"); name != "" {
		return "certificate." + name
	}
	for i, person := range r.People {
		if name := lacks(person, "place", "price_fen", "value_fen", "utility_fen"); name != "" {
			return fmt.Sprintf("people[%d].%s", i, name)
		}
	}
	if json.Unmarshal(r.Certificate["chains"], &chains) != nil {
		return "certificate.chains"
	}
	for j, link := range chains {
		if name := lacks(link, "kind", "person", "place"); name != "" {
			return fmt.Sprintf("certificate.chains[%d].%s", j, name)
		}
	}
	return ""
}

// lacks returns the first of the names an object does not have.
func lacks(object map[string]json.RawMessage, names ...string) string {
	for _, name := range names {
		if _, ok := object[name]; !ok {
			return name
		}
	}
	return ""
}

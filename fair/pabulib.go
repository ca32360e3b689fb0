package fair

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
)

// ReadPabulib reads an election in Pabulib's .pb format: the sections META,
// PROJECTS and VOTES, each with a line of column names, cells separated by
// semicolons. Amounts may have up to two decimals. Every project a vote names
// counts as approved, whatever points stand beside it. Errors in the content
// are *InputError and name the line.
//
// Source of the format: pabulib.org/format.
func ReadPabulib(r io.Reader) (*Election, error) {
	p := &pabulib{csv: csv.NewReader(r), project: map[string]int{}, voter: map[string]bool{}, meta: map[string]string{}}
	p.csv.Comma, p.csv.LazyQuotes, p.csv.FieldsPerRecord = ';', true, -1
	for {
		row, err := p.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, invalid("file", "%s", err)
		}
		if err := p.row(row); err != nil {
			return nil, err
		}
	}
	return p.finish()
}

// pabulib is the state of reading.
type pabulib struct {
	csv     *csv.Reader
	section string
	columns []string // nil until the section's line of names is read
	out     Election
	meta    map[string]string
	project map[string]int
	voter   map[string]bool
}

// fail names the line just read.
func (p *pabulib) fail(format string, args ...any) error {
	line, _ := p.csv.FieldPos(0)
	return invalid(fmt.Sprintf("line %d", line), format, args...)
}

func (p *pabulib) row(row []string) error {
	for x := range row {
		row[x] = strings.TrimSpace(strings.TrimPrefix(row[x], "\ufeff"))
	}
	if name := strings.ToUpper(row[0]); len(row) == 1 && (name == "META" || name == "PROJECTS" || name == "VOTES") {
		p.section, p.columns = name, nil
		return nil
	}
	if p.columns == nil {
		return p.names(row)
	}
	switch p.section {
	case "META":
		return p.metaRow(row)
	case "PROJECTS":
		return p.projectRow(row)
	}
	return p.voteRow(row)
}

// names reads a section's line of column names.
func (p *pabulib) names(row []string) error {
	need := map[string][]string{"META": {"key", "value"}, "PROJECTS": {"project_id", "cost"}, "VOTES": {"voter_id", "vote"}}[p.section]
	if need == nil {
		return p.fail("a section META, PROJECTS or VOTES must come first")
	}
	p.columns = make([]string, len(row))
	for x, name := range row {
		p.columns[x] = strings.ToLower(name)
	}
	for _, name := range need {
		if !slices.Contains(p.columns, name) {
			return p.fail("%s has no column %s", p.section, name)
		}
	}
	others := slices.DeleteFunc(slices.Clone(p.columns), func(c string) bool { return slices.Contains(need, c) || c == "name" && p.section == "PROJECTS" })
	switch p.section {
	case "PROJECTS":
		p.out.ProjectColumns = others
	case "VOTES":
		p.out.VoteColumns = others
	}
	return nil
}

// cells splits a row into the named columns and the others, in order.
func (p *pabulib) cells(row []string, named ...string) (map[string]string, []string, error) {
	if len(row) != len(p.columns) {
		return nil, nil, p.fail("has %d cells, the columns are %d", len(row), len(p.columns))
	}
	known := map[string]string{}
	var others []string
	for x, c := range p.columns {
		if slices.Contains(named, c) {
			known[c] = row[x]
		} else {
			others = append(others, row[x])
		}
	}
	return known, others, nil
}

func (p *pabulib) metaRow(row []string) error {
	if len(row) < 2 {
		return p.fail("has no value")
	}
	key, value := strings.ToLower(row[0]), strings.Join(row[1:], ";")
	if _, twice := p.meta[key]; twice {
		return p.fail("%s is there twice", key)
	}
	p.meta[key] = value
	switch key {
	case "budget":
		fen, err := parseFen(value)
		if err != nil {
			return p.fail("budget: %s", err)
		}
		p.out.Budget = fen
	case "num_projects", "num_votes":
	default:
		p.out.Meta = append(p.out.Meta, [2]string{key, value})
	}
	return nil
}

func (p *pabulib) projectRow(row []string) error {
	known, others, err := p.cells(row, "project_id", "cost", "name")
	if err != nil {
		return err
	}
	id := known["project_id"]
	if _, twice := p.project[id]; twice || id == "" || strings.Contains(id, ",") {
		return p.fail("project %q is there twice or has no usable name", id)
	}
	cost, err := parseFen(known["cost"])
	if err != nil {
		return p.fail("cost: %s", err)
	}
	p.project[id] = len(p.out.Projects)
	p.out.Projects = append(p.out.Projects, Project{ID: id, Name: known["name"], Cost: cost, Cells: others})
	return nil
}

func (p *pabulib) voteRow(row []string) error {
	known, others, err := p.cells(row, "voter_id", "vote")
	if err != nil {
		return err
	}
	v := Vote{Voter: known["voter_id"], Cells: others}
	if p.voter[v.Voter] {
		return p.fail("voter %q is there twice", v.Voter)
	}
	p.voter[v.Voter] = true
	for id := range strings.SplitSeq(known["vote"], ",") {
		if id = strings.TrimSpace(id); id == "" {
			continue
		}
		x, ok := p.project[id]
		if !ok {
			return p.fail("there is no project %q", id)
		}
		if slices.Contains(v.Approved, x) {
			return p.fail("project %q is named twice", id)
		}
		v.Approved = append(v.Approved, x)
	}
	p.out.Votes = append(p.out.Votes, v)
	return nil
}

// finish wants a budget, projects, and the counts that META promises.
func (p *pabulib) finish() (*Election, error) {
	if _, ok := p.meta["budget"]; !ok {
		return nil, invalid("budget", "META does not say it")
	}
	for key, got := range map[string]int{"num_projects": len(p.out.Projects), "num_votes": len(p.out.Votes)} {
		if want, ok := p.meta[key]; ok && want != fmt.Sprint(got) {
			return nil, invalid(key, "META says %q, there are %d", want, got)
		}
	}
	return &p.out, p.out.check()
}

// parseFen reads an amount with up to two decimals (more only if zero).
func parseFen(s string) (int64, error) {
	whole, decimals, _ := strings.Cut(s, ".")
	decimals = strings.TrimRight(decimals, "0")
	if len(decimals) > 2 {
		return 0, fmt.Errorf("%q is not a whole number of hundredths", s)
	}
	digits := whole + decimals + strings.Repeat("0", 2-len(decimals))
	for x, c := range digits {
		if (c < '0' || c > '9') && (x > 0 || c != '-') || whole == "" || whole == "-" {
			return 0, fmt.Errorf("%q is not an amount", s)
		}
	}
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok || !n.IsInt64() || tooLarge(n.Int64()) {
		return 0, fmt.Errorf("%q is past the limit", s)
	}
	return n.Int64(), nil
}

// WritePabulib writes an election in the same format; ReadPabulib reads back
// what it wrote.
func WritePabulib(w io.Writer, e *Election) error {
	out := csv.NewWriter(w)
	out.Comma = ';'
	rows := [][]string{{"META"}, {"key", "value"}}
	for _, m := range e.Meta {
		rows = append(rows, []string{m[0], m[1]})
	}
	rows = append(rows,
		[]string{"num_projects", fmt.Sprint(len(e.Projects))},
		[]string{"num_votes", fmt.Sprint(len(e.Votes))},
		[]string{"budget", formatFen(e.Budget)},
		[]string{"PROJECTS"}, append([]string{"project_id", "cost", "name"}, e.ProjectColumns...))
	for _, p := range e.Projects {
		rows = append(rows, append([]string{p.ID, formatFen(p.Cost), p.Name}, p.Cells...))
	}
	rows = append(rows, []string{"VOTES"}, append([]string{"voter_id", "vote"}, e.VoteColumns...))
	for _, v := range e.Votes {
		ids := make([]string, len(v.Approved))
		for x, p := range v.Approved {
			ids[x] = e.Projects[p].ID
		}
		rows = append(rows, append([]string{v.Voter, strings.Join(ids, ",")}, v.Cells...))
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write election: %w", err)
	}
	return nil
}

// formatFen writes an amount with two decimals where it has any.
func formatFen(fen int64) string {
	if fen%100 == 0 {
		return fmt.Sprint(fen / 100)
	}
	return fmt.Sprintf("%d.%02d", fen/100, fen%100)
}

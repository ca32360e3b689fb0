package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/linli/linli/fair"
)

// solveProjectsCmd is `linli solve projects`.
type solveProjectsCmd struct {
	Rule    rule    `arg:"--rule" default:"mes+add1" help:"mes, mes+greedy, mes+add1, mes+add1+greedy or greedy."`
	Utility utility `arg:"--utility" default:"cost" help:"What a voter has of a project: its cost, or one."`
	Shares  bool    `arg:"--shares" help:"Also write what each voter's share paid for."`
	File    string  `arg:"positional,required" help:"Election in Pabulib's .pb format; - for standard input."`
}

// Help explains the form on the command line.
func (solveProjectsCmd) Epilogue() string {
	return `Writes {"selected": [ids in the order chosen], "cost", "budget", "add1_raises", "tie"}; amounts are hundredths of the file's currency.
mes is the Method of Equal Shares alone; +add1 raises all shares by one unit of the currency for as long as what they buy fits the budget; +greedy spends the rest on the most approved projects that fit. Ties: more votes, lower cost, file order.`
}

// projectsResult is the answer. Amounts are hundredths of the file's currency.
type projectsResult struct {
	Selected []string      `json:"selected"`
	Cost     int64         `json:"cost"`
	Budget   int64         `json:"budget"`
	Raises   int64         `json:"add1_raises"`
	Tied     bool          `json:"tie"`
	Voters   []voterShares `json:"voters,omitempty"`
	Error    *caseError    `json:"error,omitempty"`
}

// voterShares is what one voter's share paid for.
type voterShares struct {
	Voter string      `json:"voter"`
	Paid  []paidShare `json:"paid"`
}

type paidShare struct {
	Project string `json:"project"`
	Fen     int64  `json:"fen"`
	Exact   string `json:"exact"` // a fraction of fen
}

// Run chooses projects for one election.
func (c solveProjectsCmd) Run(std streams) error {
	in := io.NopCloser(std.in)
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return fmt.Errorf("open election: %w", err)
		}
		in = file
	}
	defer in.Close()
	result, err := c.choose(in)
	var input *fair.InputError
	if err != nil && !errors.As(err, &input) {
		return err
	}
	if err != nil {
		result = &projectsResult{Selected: []string{}, Error: explainCase(c.File, err)}
	}
	if err := writeJSON(std.out, result); err != nil {
		return fmt.Errorf("write choice: %w", err)
	}
	return err
}

func (c solveProjectsCmd) choose(in io.Reader) (*projectsResult, error) {
	e, err := fair.ReadPabulib(in)
	if err != nil {
		return nil, fmt.Errorf("read election: %w", err)
	}
	rule := map[string]fair.Rule{
		"mes":             {Shares: true},
		"mes+greedy":      {Shares: true, Greedy: true},
		"mes+add1":        {Shares: true, AddOne: true},
		"mes+add1+greedy": {Shares: true, AddOne: true, Greedy: true},
		"greedy":          {Greedy: true},
	}[string(c.Rule)]
	choice, err := fair.Choose(e, rule, fair.Utility(c.Utility))
	if err != nil {
		return nil, fmt.Errorf("choose projects: %w", err)
	}
	out := &projectsResult{Selected: []string{}, Cost: choice.Cost, Budget: e.Budget, Raises: choice.Steps, Tied: choice.Tied}
	for _, p := range choice.Selected {
		out.Selected = append(out.Selected, e.Projects[p].ID)
	}
	if c.Shares {
		out.Voters = voterLines(e, choice)
	}
	return out, nil
}

// voterLines tells each voter what their share paid for.
func voterLines(e *fair.Election, choice *fair.Choice) []voterShares {
	lines := make([]voterShares, len(e.Votes))
	for v, payments := range fair.Payments(e, choice) {
		lines[v] = voterShares{Voter: e.Votes[v].Voter, Paid: []paidShare{}}
		for _, p := range payments {
			lines[v].Paid = append(lines[v].Paid, paidShare{e.Projects[p.Project].ID, p.Fen, p.Exact.RatString()})
		}
	}
	return lines
}

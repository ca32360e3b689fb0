package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/linli/linli/opinion"
)

// solveOpinionCmd is "linli solve opinion": who agrees with whom, and on what
// everybody agrees.
type solveOpinionCmd struct {
	Votes  string `arg:"positional" default:"-" help:"JSON list of {participant, statement, vote}; vote 1 agree, 0 pass, -1 disagree. - is standard input."`
	Groups string `arg:"--groups" placeholder:"FILE" help:"Take the groups as given: {\"groups\": [[participant, …], …]}."`
}

// Run reads the votes and writes the map, the groups, what tells them apart and
// what joins them. Unusable votes are listed in the output and make the command
// fail after it; the others are counted.
func (cmd *solveOpinionCmd) Run(std streams) error {
	data, err := readFile(std.in, cmd.Votes)
	if err != nil {
		return err
	}
	sheet, err := opinion.ReadBallots(quoteWords(data))
	if err != nil {
		return fmt.Errorf("%s: %w", cmd.Votes, err)
	}
	report, err := cmd.solve(std.in, sheet)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(std.out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(report); err != nil {
		return err
	}
	if n := len(sheet.Faults); n > 0 {
		return fmt.Errorf("%s: %d of %d votes cannot be used: %w", cmd.Votes, n, n+len(sheet.Ballots), errors.Join(firstFaults(sheet)...))
	}
	return nil
}

// solve computes the report of a sheet.
func (cmd *solveOpinionCmd) solve(in io.Reader, sheet *opinion.Sheet) (*opinionReport, error) {
	talk := opinion.New(opinion.Options{})
	replaced := 0
	for _, ballot := range sheet.Ballots {
		again, err := talk.Cast(ballot)
		if err != nil {
			return nil, err
		}
		if again {
			replaced++
		}
	}
	drawn := talk.Draw(nil)
	groups := drawn.Members()
	if cmd.Groups != "" {
		data, err := readFile(in, cmd.Groups)
		if err != nil {
			return nil, err
		}
		if groups, err = opinion.ReadGroups(data); err != nil {
			return nil, fmt.Errorf("%s: %w", cmd.Groups, err)
		}
	}
	write := opinionWriter{sheet: sheet}
	report := write.report(drawn)
	report.Replaced = replaced
	if cmd.Groups == "" && drawn.Declined != nil {
		return report, nil
	}
	comparison, err := talk.Compare(groups)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cmd.Groups, err)
	}
	write.compare(report, comparison, drawn, cmd.Groups != "")
	return report, nil
}

// readFile reads a named file, or standard input for "-".
func readFile(in io.Reader, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(in)
	}
	return os.ReadFile(name)
}

// firstFaults returns a few faults for a person to read; the output has all.
func firstFaults(sheet *opinion.Sheet) []error {
	var few []error
	for _, fault := range sheet.Faults[:min(5, len(sheet.Faults))] {
		few = append(few, fault)
	}
	return few
}

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alexflint/go-arg"
)

// cli is the whole command line.
type cli struct {
	Demo     *demoCmd     `arg:"subcommand:demo" help:"Show the sample subdistrict, with one-click sign-in links."`
	Serve    *serveCmd    `arg:"subcommand:serve" help:"Serve a subdistrict."`
	Import   *importCmd   `arg:"subcommand:import" help:"Import registers from CSV or XLSX."`
	Backup   *backupCmd   `arg:"subcommand:backup" help:"Back up everything into one file, and restore it once to prove it."`
	Restore  *restoreCmd  `arg:"subcommand:restore" help:"Restore a backup."`
	Verify   *verifyCmd   `arg:"subcommand:verify" help:"Prove that nothing was lost or changed."`
	Doctor   *doctorCmd   `arg:"subcommand:doctor" help:"Check this installation and say what to do about what is wrong."`
	Bench    *benchCmd    `arg:"subcommand:bench" help:"Measure what linli promises, beside what this machine can do."`
	Simulate *simulateCmd `arg:"subcommand:simulate" help:"Simulate the detectors of a running installation over MQTT: telemetry, storms of smoke, and what goes wrong on the air."`
	Solve    *solveCmd    `arg:"subcommand:solve" help:"Solve a problem of sharing, counting or opinion: standard input to standard output."`
}

// streams are the standard streams, handed to each command so that tests can
// hand in their own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// command is what each one does.
type command interface{ Run(std streams) error }

// run parses the arguments, runs the command and returns the exit code:
// 0 done, 1 the command failed, 2 the command line is wrong.
func run(args []string, std streams) int {
	var c cli
	parser, err := arg.NewParser(arg.Config{Program: "linli", Out: std.err}, &c)
	if err == nil {
		err = parser.Parse(apart(args))
	}
	if errors.Is(err, arg.ErrHelp) {
		return help(parser, std)
	}
	if err != nil {
		fmt.Fprintf(std.err, "linli: %v; see linli --help\n", err)
		return 2
	}
	do, ok := parser.Subcommand().(command)
	if !ok {
		_ = parser.WriteHelpForSubcommand(std.err, parser.SubcommandNames()...)
		return 2
	}
	if in, ok := do.(interface{ missing() error }); ok {
		if err := in.missing(); err != nil {
			fmt.Fprintf(std.err, "linli: %v; see linli --help\n", err)
			return 2
		}
	}
	if err := do.Run(std); err != nil {
		fmt.Fprintln(std.err, "linli:", err)
		return 1
	}
	return 0
}

// help writes what a command is for, its options, and what it explains itself.
func help(parser *arg.Parser, std streams) int {
	if err := parser.WriteHelpForSubcommand(std.out, parser.SubcommandNames()...); err != nil {
		fmt.Fprintln(std.err, "linli:", err)
		return 2
	}
	if more, ok := parser.Subcommand().(arg.Epilogued); ok {
		fmt.Fprintf(std.out, "\n%s\n", more.Epilogue())
	}
	return 0
}

// apart writes an option with an empty value as two arguments: the library takes
// the next argument for the value of "--mqtt=".
func apart(args []string) []string {
	var out []string
	for _, a := range args {
		if name, value, ok := strings.Cut(a, "="); ok && value == "" && strings.HasPrefix(a, "--") {
			out = append(out, name, "")
			continue
		}
		out = append(out, a)
	}
	return out
}

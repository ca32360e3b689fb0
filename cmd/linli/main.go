package main

import (
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
)

// cli is the whole command line.
type cli struct {
	Demo     demoCmd     `cmd:"" help:"Show the sample subdistrict, with one-click sign-in links."`
	Serve    serveCmd    `cmd:"" help:"Serve a subdistrict."`
	Import   importCmd   `cmd:"" help:"Take in registers from CSV or XLSX."`
	Backup   backupCmd   `cmd:"" help:"Put everything into one file, and restore it once to prove it."`
	Restore  restoreCmd  `cmd:"" help:"Take everything out of a backup."`
	Verify   verifyCmd   `cmd:"" help:"Prove that nothing was lost or changed."`
	Doctor   doctorCmd   `cmd:"" help:"Say what is wrong with this installation, and what to do."`
	Bench    benchCmd    `cmd:"" help:"Measure what linli promises, beside what this machine can do."`
	Simulate simulateCmd `cmd:"" help:"Drive the detectors of a running house over MQTT: telemetry, storms of smoke, and what goes wrong on the air."`
	Solve    solveCmd    `cmd:"" help:"Solve a problem of sharing, counting or opinion: standard input to standard output."`
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

// run parses the arguments, runs the command and returns the exit code:
// 0 done, 1 the command failed, 2 the command line is wrong.
func run(args []string, std streams) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("linli"), kong.Writers(std.out, std.err), kong.Bind(std))
	if err != nil {
		fmt.Fprintln(std.err, "linli:", err)
		return 2
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(std.err, "linli:", err)
		return 2
	}
	if err := ctx.Run(std); err != nil {
		fmt.Fprintln(std.err, "linli:", err)
		return 1
	}
	return 0
}

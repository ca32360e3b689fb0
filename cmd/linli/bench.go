package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/linli/linli/internal/bench"
)

// benchCmd measures what linli promises on this machine.
type benchCmd struct {
	Only    commas       `arg:"--only" help:"Parts to measure: a1, a2, a4, a5, a6, b, d1, d2, d3, f, g, m."`
	Seconds int          `arg:"--seconds" default:"5" help:"How long each figure is measured."`
	Senders numbers      `arg:"--senders" default:"16,64" help:"Senders at the same time in d2."`
	Small   int          `arg:"--small" default:"10000" help:"Reports of the small past in d3."`
	Big     int          `arg:"--big" default:"100000" help:"Reports of the large past in d3; the promise is for 1000000."`
	Clients int          `arg:"--clients" default:"100" help:"Phones that send six photographs of 7 MB at once in m; needs half a gigabyte of disk."`
	Peers   existingDir  `arg:"--peers" help:"Folder of the peers' sources, test/peer in a clone; needs Go."`
	Beside  existingFile `arg:"--beside" help:"An earlier build of linli to measure in turn with this one."`
	Rounds  int          `arg:"--rounds" default:"3" help:"How often each part is measured with --beside; the middle one counts."`
	Dir     existingDir  `arg:"--dir" help:"Folder to work in; its disk is the one that is measured."`
	Table   bool         `arg:"--table" help:"Also print a table for people at the end."`
	Strict  bool         `arg:"--strict" help:"Fail when a goal was missed."`
}

// Run prints one JSON line a metric, as soon as it is known.
func (c *benchCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	var all []bench.Metric
	var failed error
	err = bench.Run(ctx, bench.Options{
		Only: c.Only, Senders: c.Senders, Span: time.Duration(c.Seconds) * time.Second, Small: c.Small, Big: c.Big, Clients: c.Clients, Exe: exe, Peers: string(c.Peers), Temp: string(c.Dir), Beside: string(c.Beside), Rounds: c.Rounds,
	}, func(m bench.Metric) {
		all = append(all, m)
		failed = errors.Join(failed, bench.WriteJSON(std.out, m))
		if c.Strict && m.OK != nil && !*m.OK {
			failed = errors.Join(failed, errors.New("goal missed: "+m.Name+" "+m.Goal))
		}
	})
	if c.Table {
		failed = errors.Join(failed, bench.WriteTable(std.out, all))
	}
	return errors.Join(err, failed)
}

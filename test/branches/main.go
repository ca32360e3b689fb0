package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	least := flag.Float64("least", 0, "fail below this many per cent")
	quiet := flag.Bool("quiet", false, "do not list the branches never taken")
	flag.Parse()
	if err := run(flag.Args(), *least, *quiet); err != nil {
		fmt.Fprintln(os.Stderr, "branches:", err)
		os.Exit(1)
	}
}

// run measures each package folder in turn.
func run(folders []string, least float64, quiet bool) error {
	if len(folders) == 0 {
		return errors.New("name the folders of packages to measure")
	}
	short := false
	for _, folder := range folders {
		m, err := measure(folder)
		if err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
		for _, b := range m.missed {
			if !quiet {
				fmt.Println(b)
			}
		}
		fmt.Printf("%s: %d of %d branches taken, %.1f %%\n", folder, m.all-len(m.missed), m.all, m.percent())
		short = short || m.percent() < least
	}
	if short {
		return fmt.Errorf("below %.1f %%", least)
	}
	return nil
}

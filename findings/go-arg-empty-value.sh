#!/usr/bin/env bash
# go-arg takes the next argument for the value of an option that is given as empty.
#
# One would guess: "--listen= --data x" sets listen to the empty text, as getopt,
# the flag package and other parsers of long options read it; an operator writes it
# to switch a listener off whose default is on.
#
# True: alexflint/go-arg 1.6.1 takes a value that is empty behind "=" for one that is
# missing. At the end of the line, or before another option, that is an error; before
# anything else it silently takes that: "--listen= x" listens on x, and x is no longer
# the positional argument. "--listen ''" does set the empty text.
#
# Versions: github.com/alexflint/go-arg v1.6.1, Go 1.26.
# Why it matters: a service whose unit file ends with --mqtt= does not start after the
# parser was changed, and with an argument behind it opens what was to be closed.
# linli splits such an option in two before it is parsed.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'EOF'
module empty
go 1.26
EOF
cat >main.go <<'EOF'
package main

import (
	"flag"
	"fmt"

	"github.com/alexflint/go-arg"
)

func main() {
	for _, line := range [][]string{{"--listen=", "file"}, {"--listen", "", "file"}, {"--listen=", "--loud", "file"}, {"file", "--listen="}} {
		var args struct {
			Listen string `arg:"--listen" default:"on"`
			Loud   bool   `arg:"--loud"`
			File   string `arg:"positional"`
		}
		p, err := arg.NewParser(arg.Config{}, &args)
		if err != nil {
			panic(err)
		}
		err = p.Parse(line)
		fmt.Printf("%q go-arg: listen %q file %q error %v\n", line, args.Listen, args.File, err)
		f := flag.NewFlagSet("", flag.ContinueOnError)
		listen, _ := f.String("listen", "on", ""), f.Bool("loud", false, "")
		if line[0] == "file" {
			line = []string{line[1], line[0]} // it wants options first
		}
		err = f.Parse(line)
		fmt.Printf("%q flag: listen %q file %q error %v\n", line, *listen, f.Arg(0), err)
	}
}
EOF
go get github.com/alexflint/go-arg@v1.6.1 >/dev/null 2>&1
go run . | tee out
diff out - <<'EOF'
["--listen=" "file"] go-arg: listen "file" file "" error <nil>
["--listen=" "file"] flag: listen "" file "file" error <nil>
["--listen" "" "file"] go-arg: listen "" file "file" error <nil>
["--listen" "" "file"] flag: listen "" file "file" error <nil>
["--listen=" "--loud" "file"] go-arg: listen "" file "" error missing value for --listen=
["--listen=" "--loud" "file"] flag: listen "" file "file" error <nil>
["file" "--listen="] go-arg: listen "" file "" error missing value for --listen=
["--listen=" "file"] flag: listen "" file "file" error <nil>
EOF

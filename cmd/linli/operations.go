package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/linli/linli/internal/app/operations"
	"github.com/linli/linli/internal/platform/words"
)

// speech is the language a command answers in.
type speech struct {
	Lang language `arg:"--lang" default:"zh" help:"Language of the answer."`
}

func (s speech) context(ctx context.Context) (context.Context, error) {
	catalog, err := operations.Catalog()
	return words.With(ctx, catalog, words.Parse(string(s.Lang))), err
}

func (f folder) options() operations.Options {
	return operations.Options{Dir: f.Data, Postgres: f.Database, Program: version(), Clock: time.Now}
}

// version is the version of this program as its build knows it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// backupCmd puts everything into one proven file.
type backupCmd struct {
	folder
	speech
	File        string `arg:"positional,required" help:"New file to write, a ZIP that only you can read."`
	WithoutKeys bool   `arg:"--without-keys" help:"Leave the keys out; keep them elsewhere."`
}

var errUnsound = errors.New("not everything is sound; see above")

// Run backs up, also while linli serve runs on the same data folder.
func (c *backupCmd) Run(std streams) error {
	ctx, err := c.context(context.Background())
	if err != nil {
		return err
	}
	p, err := operations.Backup(ctx, c.options(), c.File, !c.WithoutKeys)
	if err != nil {
		return err
	}
	findings(ctx, std, p.Verdict)
	say := func(key string, args ...any) { fmt.Fprintln(std.out, words.T(ctx, "backup."+key, args...)) }
	say("done", "file", c.File)
	say("proved", "members", len(p.Manifest.Members), "rows", p.Rows(), "photos", p.Photos(), "entries", p.Verdict.Entries, "audit", p.Verdict.Audit)
	if c.WithoutKeys {
		say("keyless")
	} else {
		say("secret")
	}
	if !p.Verdict.Sound() {
		say("damage", "n", len(p.Verdict.Findings))
		return errUnsound
	}
	return nil
}

// restoreCmd takes everything out of a backup.
type restoreCmd struct {
	folder
	speech
	File existingFile `arg:"positional,required" help:"Backup to restore."`
}

// Run restores into an empty folder or database.
func (c *restoreCmd) Run(std streams) error {
	ctx, err := c.context(context.Background())
	if err != nil {
		return err
	}
	p, err := operations.Restore(ctx, c.options(), string(c.File))
	if err != nil {
		return err
	}
	findings(ctx, std, p.Verdict)
	at := p.Manifest.Taken.In(words.Shanghai()).Format(time.DateTime)
	fmt.Fprintln(std.out, words.T(ctx, "backup.restored", "dir", c.Data, "at", at, "program", p.Manifest.Program))
	if !p.Manifest.Keys {
		fmt.Fprintln(std.out, words.T(ctx, "backup.keyless_restored", "dir", c.Data))
	}
	if !p.Verdict.Sound() {
		return errUnsound
	}
	return nil
}

// verifyCmd proves an installation.
type verifyCmd struct {
	folder
	speech
}

// Run verifies, also while linli serve runs on the same data folder.
func (c *verifyCmd) Run(std streams) error {
	ctx, err := c.context(context.Background())
	if err != nil {
		return err
	}
	v, err := operations.Verify(ctx, c.options())
	if err != nil {
		return err
	}
	if !v.Sound() {
		findings(ctx, std, v)
		fmt.Fprintln(std.out, words.T(ctx, "verify.unsound", "n", len(v.Findings)))
		return errUnsound
	}
	fmt.Fprintln(std.out, words.T(ctx, "verify.sound", "tenants", v.Tenants, "entries", v.Entries, "audit", v.Audit, "photos", v.Photos))
	return nil
}

func findings(ctx context.Context, std streams, v operations.Verdict) {
	for _, f := range v.Findings {
		fmt.Fprintln(std.out, f.Text(ctx))
	}
}

// doctorCmd says what is wrong with an installation.
type doctorCmd struct {
	folder
	speech
	Public string `arg:"--public,env:LINLI_PUBLIC" placeholder:"https://…" help:"Address people reach it by, as given to serve."`
	JSON   bool   `arg:"--json" help:"Answer as JSON, one object for each check."`
}

// checked is one line of doctor --json.
type checked struct {
	Check string           `json:"check"`
	State string           `json:"state"`
	Level operations.Level `json:"level"`
	Text  string           `json:"text"`
	Todo  string           `json:"todo,omitempty"`
}

// Run examines, also while linli serve runs on the same data folder. It fails
// if something does not work.
func (c *doctorCmd) Run(std streams) error {
	ctx, err := c.context(context.Background())
	if err != nil {
		return err
	}
	o := c.options()
	o.Public = c.Public
	advice := operations.Doctor(ctx, o)
	count := map[operations.Level]int{}
	for _, a := range advice {
		count[a.Level]++
		if err := c.print(ctx, std, a); err != nil {
			return err
		}
	}
	if !c.JSON && count[operations.Bad]+count[operations.Warn] > 0 {
		fmt.Fprintln(std.out, words.T(ctx, "doctor.some", "bad", count[operations.Bad], "warn", count[operations.Warn]))
	} else if !c.JSON {
		fmt.Fprintln(std.out, words.T(ctx, "doctor.fine"))
	}
	if count[operations.Bad] > 0 {
		return errUnsound
	}
	return nil
}

func (c *doctorCmd) print(ctx context.Context, std streams, a operations.Advice) error {
	if c.JSON {
		return json.NewEncoder(std.out).Encode(checked{a.Check, a.State, a.Level, a.Text(ctx), a.Todo(ctx)})
	}
	mark := map[operations.Level]string{operations.Good: "  ", operations.Warn: "! ", operations.Bad: "✗ "}[a.Level]
	fmt.Fprintln(std.out, mark+a.Text(ctx))
	if a.Level != operations.Good {
		fmt.Fprintln(std.out, "  "+words.T(ctx, "doctor.todo", "what", a.Todo(ctx)))
	}
	return nil
}

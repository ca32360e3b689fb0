// Command pocketbase serves a PocketBase with one open collection of reports,
// for linli bench to drive beside linli. It is a module of its own, so that
// nothing of it comes into linli. See ../README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
	_ "modernc.org/sqlite"
)

func main() {
	dir := flag.String("dir", "", "data folder")
	listen := flag.String("listen", "127.0.0.1:8090", "address")
	sync := flag.String("sync", "", "SQLite's synchronous: FULL, or empty for PocketBase's own choice")
	flag.Parse()
	if err := run(*dir, *listen, *sync); err != nil {
		fmt.Fprintln(os.Stderr, "pocketbase:", err)
		os.Exit(1)
	}
}

func run(dir, listen, sync string) error {
	if dir == "" || sync != "" && sync != "FULL" {
		return errors.New("usage: pocketbase -dir DIR [-listen ADDR] [-sync FULL]")
	}
	app := pocketbase.NewWithConfig(pocketbase.Config{DefaultDataDir: filepath.Join(dir, "pb"), HideStartBanner: true, DBConnect: connect(sync)})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	if err := addReports(app); err != nil {
		return err
	}
	return apis.Serve(app, apis.ServeConfig{HttpAddr: listen, ShowStartBanner: false})
}

// connect opens as core.DefaultDBConnect of v0.36 does; with FULL, COMMIT
// returns after fsync, as in linli.
func connect(sync string) core.DBConnectFunc {
	if sync == "" {
		return core.DefaultDBConnect
	}
	return func(path string) (*dbx.DB, error) {
		return dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)"+
			"&_pragma=synchronous("+sync+")&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)")
	}
}

// addReports makes the collection: the fields a resident sends, open to all.
func addReports(app core.App) error {
	c := core.NewBaseCollection("reports")
	c.CreateRule, c.ListRule = types.Pointer(""), types.Pointer("")
	c.Fields.Add(
		&core.TextField{Name: "place", Required: true}, &core.TextField{Name: "category", Required: true},
		&core.TextField{Name: "spot"}, &core.TextField{Name: "words"},
		&core.AutodateField{Name: "created", OnCreate: true}, &core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true},
	)
	c.AddIndex("reports_newest", false, "created", "")
	return app.Save(c)
}

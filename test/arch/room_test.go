package arch_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// toolsRoom is a room that nobody needs, where neighbours lend each other tools:
// a table, a page for staff, an item of the rail, a row of the access table.
func toolsRoom() map[string]string {
	const in = "internal/feature/tools/"
	return map[string]string{
		in + "migrations/00001_tools.sql": "-- +goose Up\nCREATE TABLE tools_item (\n    tenant_id TEXT NOT NULL,\n    id TEXT NOT NULL,\n    PRIMARY KEY (tenant_id, id)\n);\n",
		in + "words/zh.toml":              "[app]\ntools = \"工具\"\n\n[tools]\nlent = \"借出 {n} 件\"\n",
		in + "words/en.toml":              "[app]\ntools = \"Tools\"\n\n[tools]\nlent = \"{n} lent\"\n",
		in + "tools.go": `// Package tools is where neighbours lend each other tools.
package tools

import (
	"context"
	"embed"
	"io"
	"io/fs"
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

func Room() store.Room { return store.Room{Name: "tools", Migrations: store.Folder(files, "migrations")} }

func Words() fs.FS { return store.Folder(files, "words") }

type Web struct {
	Store *store.Store
	Frame ui.Frame
}

func (p Web) Routes() []web.Route {
	return []web.Route{{Pattern: "GET /tools", Access: "tools.read", Do: p.list}}
}

func (p Web) list(w http.ResponseWriter, r *http.Request) error {
	var n int
	if err := p.Store.Reader().QueryRowContext(r.Context(), "SELECT COUNT(*) FROM tools_item").Scan(&n); err != nil {
		return err
	}
	text := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, err := io.WriteString(w, words.T(ctx, "tools.lent", "n", n))
		return err
	})
	s := p.Frame.Desk(r, "tools", ui.Head{Title: words.T(r.Context(), "app.tools")})
	return web.Render(w, r, http.StatusOK, templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return ui.Desk(s).Render(templ.WithChildren(ctx, text), w)
	}))
}
`,
		in + "tools_test.go": `package tools_test

import (
	"strings"
	"testing"

	"github.com/linli/linli/test/furnished"
)

func TestThePageAnswers(t *testing.T) {
	h := furnished.Registers.SQLite(t)
	page := h.Visit(h.Guard()).Must("/tools")
	if !strings.Contains(page, "借出 0 件") || !strings.Contains(page, "href=\"/tools\"") {
		t.Error(page)
	}
	if status, _ := h.Visit(h.Actor("xiwu", "r0424")).Get("/tools"); status != 403 {
		t.Errorf("a resident: %d", status)
	}
}
`,
	}
}

// outsideOfTools are the files that the made-up room touches outside its folder,
// as they then read.
func outsideOfTools(t *testing.T) map[string]string {
	t.Helper()
	const list = "internal/app/rooms.go"
	b, err := os.ReadFile(filepath.Join("..", "..", list))
	if err != nil {
		t.Fatal(err)
	}
	src := string(b)
	for old, now := range map[string]string{
		"\t\"github.com/linli/linli/internal/front\"\n": "\t\"github.com/linli/linli/internal/feature/tools\"\n\t\"github.com/linli/linli/internal/front\"\n",
		"upkeepRoom(), frontRoom(),\n": `upkeepRoom(), frontRoom(),
		{
			Name: "tools", Tables: []store.Room{tools.Room()}, Words: []fs.FS{tools.Words()}, Rail: []Item{{"tools", "/tools", "wrench", "tools.read", 95, false}},
			Routes: func(d *doors) []web.Route { return tools.Web{Store: d.Store, Frame: d.frame}.Routes() },
		},
`,
	} {
		if strings.Count(src, old) != 1 {
			t.Fatalf("%s has no one place for %q", list, old)
		}
		src = strings.Replace(src, old, now, 1)
	}
	return map[string]string{
		list: src,
		"internal/people/access/tools.csv": "resource,field,resident,property,committee,owners_committee,building_lead,volunteer,subdistrict,admin\n" +
			"tools,read,no,yes,yes,no,no,no,yes,no\n",
	}
}

// mostOutside is how many files a new room may touch outside its folder, with
// sqlc.yaml, which one with queries has to name them in.
const mostOutside = 4

// A room is added by its folder and a handful of files outside. The tree is read
// as if they were there; the room's own test opens the house, so that its
// migration runs, and asks for its page.
func TestAddingARoomTouchesAHandfulOfFiles(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	outside := outsideOfTools(t)
	if touched := append(slices.Sorted(maps.Keys(outside)), "sqlc.yaml"); len(touched) > mostOutside {
		t.Errorf("outside its folder a room touches %d files: %q", len(touched), touched)
	}
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	dir := t.TempDir()
	for _, files := range []map[string]string{toolsRoom(), outside} {
		for name, text := range files {
			put := filepath.Join(dir, strings.ReplaceAll(name, "/", "+"))
			if err := os.WriteFile(put, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			overlay.Replace[filepath.Join(root, filepath.FromSlash(name))] = put
		}
	}
	b, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, b, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 9*time.Minute)
	defer stop()
	built := filepath.Join(dir, "tools.test")
	run(ctx, t, root, "go", "test", "-c", "-vet=off", "-overlay", list, "-o", built, "./internal/feature/tools")
	run(ctx, t, dir, built, "-test.v")
}

// run runs a command in a folder and gives what it says; it has to succeed.
func run(ctx context.Context, t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

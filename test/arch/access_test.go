package arch_test

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every row of the access table is asked for by some code: a right that nobody
// asks for protects nothing, and who reads the table would believe it did.
func TestEveryAccessRowIsAskedFor(t *testing.T) {
	rows := accessRows(t)
	if len(rows) < 40 {
		t.Fatalf("%d rows", len(rows))
	}
	var code, desk strings.Builder
	for _, dir := range []string{"internal", "cmd", "demo"} {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			b, err := os.ReadFile(path)
			code.Write(b)
			if filepath.Base(filepath.Dir(path)) == "people" {
				desk.Write(b)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range rows {
		resource, field := row[0], row[1]
		asked := strings.Contains(code.String(), `"`+resource+"."+field+`"`) || strings.Contains(code.String(), `"`+resource+`", "`+field+`"`) ||
			resource == "person" && strings.Contains(desk.String(), `"`+field+`"`) // the person's page asks for each of its fields
		if !asked {
			t.Errorf("no code asks for %s.%s", resource, field)
		}
	}
}

// accessRows are the rows of all rooms.
func accessRows(t *testing.T) [][]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", "internal", "people", "access", "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: %d rows: %v", name, len(rows), err)
		}
		all = append(all, rows[1:]...)
	}
	return all
}

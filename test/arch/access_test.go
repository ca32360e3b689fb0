package arch_test

import (
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
	f, err := os.Open(filepath.Join("..", "..", "internal", "people", "access.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 40 {
		t.Fatalf("%d rows: %v", len(rows), err)
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
	for _, row := range rows[1:] {
		resource, field := row[0], row[1]
		asked := strings.Contains(code.String(), `"`+resource+"."+field+`"`) || strings.Contains(code.String(), `"`+resource+`", "`+field+`"`) ||
			resource == "person" && strings.Contains(desk.String(), `"`+field+`"`) // the person's page asks for each of its fields
		if !asked {
			t.Errorf("no code asks for %s.%s", resource, field)
		}
	}
}

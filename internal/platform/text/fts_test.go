package text_test

import (
	"database/sql"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/linli/linli/internal/platform/text"
)

// The real index reads the tokens and the queries as they are meant.
func TestFTS5FindsWhatIsTyped(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+t.TempDir()+"/words.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Exec(`CREATE VIRTUAL TABLE words USING fts5(tokens, tokenize = 'unicode61')`); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"6号楼楼道堆物", "长宁路２２５弄屋面漏水", "烟感SMK001报警", "Über 桂花园"} {
		if _, err := db.Exec(`INSERT INTO words (tokens) VALUES ($1)`, strings.Join(text.Bigrams(s), " ")); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]int{
		"楼道": 1, "堆物": 1, "物": 1, "水": 1, "漏水": 1, "225弄": 1, "２２５": 1, "smk001": 1, "SMK": 0, "道楼": 0,
		"弄": 1, "楼": 1, "号楼 堆物": 1, "堆物 漏水": 0, `"NEAR(楼道)*`: 0, "über": 1, "桂花园": 1,
	} {
		var got int
		if err := db.QueryRow(`SELECT count(*) FROM words WHERE words MATCH $1`, text.FTS5(text.Query(query))).Scan(&got); err != nil {
			t.Errorf("%q: %v", query, err)
			continue
		}
		if got != want {
			t.Errorf("%q finds %d, want %d", query, got, want)
		}
	}
}

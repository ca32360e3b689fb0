package rules_test

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/words"
)

//go:embed testdata/released.txt
var released string

// A decision keeps the id of the rule it was taken under: a row that was once
// released keeps its id and its meaning. Only its last day and its mark may
// change.
func TestRowsKeepTheirIDsAndTheirMeaning(t *testing.T) {
	now := map[string]string{}
	for _, r := range rules.File().Rows() {
		from, _ := r.Days()
		sum := sha256.Sum256(fmt.Appendf(nil, "%q", []string{r.Topic, r.Parameter, r.Value, r.Unit, r.Place(), r.Scope.Of, r.Source, r.Article, from}))
		if now[r.ID] != "" {
			t.Errorf("%s is there twice", r.ID)
		}
		now[r.ID] = fmt.Sprintf("%x", sum[:6])
	}
	for line := range strings.Lines(released) {
		id, sum, _ := strings.Cut(strings.TrimSpace(line), " ")
		if now[id] != sum {
			t.Errorf("%s was released and now is another rule (%s, was %s): end it and add a row", id, now[id], sum)
		}
		delete(now, id)
	}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		t.Errorf("new row: add to testdata/released.txt: %s %s", id, now[id])
	}
}

// Every row is read by the method of its sort, and what was read is what is
// written.
func TestEveryRowOfTheFileIsRead(t *testing.T) {
	rows := rules.File().Rows()
	if len(rows) < 359 {
		t.Fatalf("only %d rows", len(rows))
	}
	sorts := map[rules.Sort]int{}
	for _, r := range rows {
		sorts[r.Sort()]++
		if got, err := again(r); err != nil || got != r.Value {
			t.Errorf("%s: %q was read as %q, %v", r.ID, r.Value, got, err)
		}
		if r.Topic == "" || r.Parameter == "" || r.Unit == "" || r.Source == "" || !strings.Contains("VSP", r.Mark) || r.Mark == "" {
			t.Errorf("%s is not whole", r.ID)
		}
		if !r.Until.IsZero() && r.Until.Before(r.From) {
			t.Errorf("%s ends before it begins", r.ID)
		}
		if r.Sort() == rules.Texts && regexp.MustCompile(`^[-<>=0-9]`).MatchString(r.Value) && !asText(r.Value) {
			t.Errorf("%s: %q looks like a number and is read as text", r.ID, r.Value)
		}
	}
	for _, s := range []rules.Sort{rules.Shares, rules.Spans, rules.Monies, rules.Wholes, rules.Ranges, rules.Flags, rules.Dates, rules.Yearlys, rules.Lists, rules.Texts} {
		if sorts[s] == 0 {
			t.Errorf("no row is a %s", s)
		}
	}
	if sorts[rules.Texts]*4 > len(rows) {
		t.Errorf("%d rows are text", sorts[rules.Texts])
	}
}

// asText are sentences that begin with a number.
func asText(v string) bool {
	return slices.Contains([]string{
		"100000 + 4000 per floor above 12, max 150000", "50000 + 2000 per floor above 12, max 80000", "--01-01..--12-31", "60x60", "44x44",
		"1 per week", "1 per half month", "1 per month", "1 per month at least",
	}, v)
}

// again writes what the row's method read.
func again(r rules.Row) (string, error) {
	bound := string(r.Bound())
	switch r.Sort() {
	case rules.Shares:
		f, err := r.Fraction()
		switch {
		case strings.HasSuffix(r.Value, "%"):
			return fmt.Sprintf("%s%d%%", f.Bound, f.Num*100/f.Den), err
		case strings.Contains(r.Value, "."):
			return fmt.Sprintf("%d.%0*d", f.Num/f.Den, len(fmt.Sprint(f.Den))-1, f.Num%f.Den), err
		}
		return fmt.Sprintf("%s%d/%d", f.Bound, f.Num, f.Den), err
	case rules.Spans:
		s, err := r.Span()
		return fmt.Sprintf("%s%d", s.Bound, s.N), err
	case rules.Monies:
		n, err := r.Money()
		return fmt.Sprintf("%s%d", bound, n/100), err
	case rules.Wholes:
		n, err := r.Whole()
		return fmt.Sprintf("%s%d", bound, n), err
	case rules.Ranges:
		x, err := r.Range()
		if strings.HasPrefix(r.Unit, "yuan") {
			x.Low, x.High = x.Low/100, x.High/100
		}
		return fmt.Sprintf("%d..%d", x.Low, x.High), err
	case rules.Flags:
		b, err := r.Flag()
		return fmt.Sprint(b), err
	case rules.Dates:
		d, err := r.Date()
		return d.Format(time.DateOnly), err
	case rules.Yearlys:
		m, d, err := r.Yearly()
		return fmt.Sprintf("--%02d-%02d", m, d), err
	case rules.Lists:
		list, err := r.List()
		if strings.Contains(r.Value, " | ") {
			return strings.Join(list, " | "), err
		}
		return strings.Join(list, "|"), err
	}
	return r.Value, nil
}

// spoken is a context of a reader of a language.
func spoken(t *testing.T, lang words.Lang) context.Context {
	t.Helper()
	c, err := words.Load(words.Base(), rules.Words())
	if err != nil {
		t.Fatal(err)
	}
	return words.With(t.Context(), c, lang)
}

// Every row is said in both languages, whole: a text that is missing would show
// as the file's English in the Chinese page, or as Chinese in the English one.
func TestEveryRowSpeaksBothLanguages(t *testing.T) {
	zh, en := spoken(t, words.Chinese), spoken(t, words.English)
	latin := regexp.MustCompile(`[A-Za-z]{2,}`)
	named := regexp.MustCompile(`GB/T|GB|MPa|dp|pt|practice|dnfire\.cn`)
	paper := regexp.MustCompile(`\p{Han}+〔\d{4}〕\d+号( and \d+号)?`)
	han := regexp.MustCompile(`\p{Han}`)
	for _, r := range rules.File().Rows() {
		for what, of := range map[string]func(context.Context) string{
			"topic": func(ctx context.Context) string { return rules.TopicName(ctx, r.Topic) },
			"name":  r.Name, "value": r.Says, "scope": r.ScopeText, "source": r.SourceText,
		} {
			if s := of(zh); s == "" || strings.ContainsAny(s, "[{") || latin.MatchString(named.ReplaceAllString(s, "")) {
				t.Errorf("%s: the %s in Chinese is %q", r.ID, what, s)
			}
			if s := of(en); s == "" || strings.ContainsAny(s, "[{_") || han.MatchString(paper.ReplaceAllString(s, "")) {
				t.Errorf("%s: the %s in English is %q", r.ID, what, s)
			}
		}
	}
}

// Every text in the file of texts is used, and every key of a row is there.
func TestTextsAreThoseOfTheRows(t *testing.T) {
	unused := rules.Said()
	use := func(kind, key string) {
		if !rules.Said()[[2]string{kind, key}] {
			t.Errorf("no %s %q in texts.csv", kind, key)
		}
		delete(unused, [2]string{kind, key})
	}
	for _, r := range rules.File().Rows() {
		use("topic", r.Topic)
		use("parameter", r.Parameter)
		use("unit", r.Unit)
		if r.Article != "" && regexp.MustCompile(`[a-z]`).MatchString(r.Article) {
			use("article", r.Article)
		}
		for _, kind := range []string{"law", "notice", "other"} {
			delete(unused, [2]string{kind, r.Source})
		}
		if r.Scope.Of != r.Source && r.Scope.Of != "" {
			use("condition", r.Scope.Of)
		}
		for _, part := range append(strings.Split(r.Place(), "/"), r.Place()) {
			delete(unused, [2]string{"region", part})
		}
		list := []string{r.Value}
		if r.Sort() == rules.Lists {
			list, _ = r.List()
		}
		for _, v := range list {
			if word := regexp.MustCompile(`[a-z]{2}`); word.MatchString(v) {
				use("value", v)
			}
			delete(unused, [2]string{"value", v})
		}
	}
	if len(unused) > 0 {
		t.Errorf("no row has them: %q", slices.Collect(maps.Keys(unused)))
	}
}

func TestValuesAreSaidAsPeopleSayThem(t *testing.T) {
	zh, en := spoken(t, words.Chinese), spoken(t, words.English)
	for id, want := range map[string][2]string{
		"vote.majority_special_area.1":                     {"占参与表决专有部分面积不少于 3/4", "at least 3/4 of participating area"},
		"vote.majority_ordinary_heads.1":                   {"占参与表决业主人数超过 1/2", "more than 1/2 of participating heads"},
		"vote.meeting_notice.1":                            {"提前 15 日（自然日）", "15 calendar days before"},
		"committee.term.1":                                 {"3～5 年", "3–5 years"},
		"enforcement.fine_occupying_common_parts.1":        {"¥1,000～¥10,000；情节严重的 ¥10,000～¥100,000", "¥1,000–¥10,000; serious: ¥10,000–¥100,000"},
		"audit.yearly_report_due.1":                        {"每年 6 月 30 日（审计上一年度）", "30 June each year, for the year before"},
		"committee.decision_told_to_residents_committee.1": {"是", "yes"},
	} {
		r, err := rules.File().ByID(id)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, [2]string{r.Says(zh), r.Says(en)}); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
}

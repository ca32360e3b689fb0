package words_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/linli/linli/internal/platform/words"
)

func catalog(t *testing.T) *words.Catalog {
	t.Helper()
	c, err := words.Load(words.Base())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSentenceTakesArguments(t *testing.T) {
	c := catalog(t)
	for _, tt := range []struct {
		lang words.Lang
		n    int
		want string
	}{{words.Chinese, 1, "1 分钟"}, {words.English, 1, "1 minute"}, {words.English, 30, "30 minutes"}} {
		if got := c.T(tt.lang, "date.minutes", "n", tt.n); got != tt.want {
			t.Errorf("%s %d: %q, want %q", tt.lang, tt.n, got, tt.want)
		}
	}
}

func TestUnknownKeyIsSeen(t *testing.T) {
	if got := catalog(t).T(words.Chinese, "no.such"); got != "[no.such]" {
		t.Errorf("got %q", got)
	}
	if got := words.T(context.Background(), "date.today"); got != "[date.today]" {
		t.Errorf("without a language: %q", got)
	}
}

func TestKeyWrittenTwiceOrNoSentenceIsRefused(t *testing.T) {
	file := func(s string) fstest.MapFS {
		return fstest.MapFS{"zh.toml": {Data: []byte(s)}, "en.toml": {Data: []byte(s)}}
	}
	for name, rooms := range map[string][]fstest.MapFS{
		"twice":  {file(`a = "x"`), file(`a = "y"`)},
		"number": {file(`a = 1`)},
		"broken": {file(`a = `)},
	} {
		_, err := words.Load(rooms[0], rooms[len(rooms)-1])
		if err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestLanguageFromHeader(t *testing.T) {
	for accept, want := range map[string]words.Lang{
		"": words.Chinese, "en-GB,en;q=0.9": words.English, "en,zh-CN;q=0.8": words.Chinese, "fr": words.Chinese,
	} {
		if got := words.FromHeader(accept); got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
	}
}

func TestTimesAreReadInShanghai(t *testing.T) {
	now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC) // Monday 09:00 in Shanghai
	for _, tt := range []struct {
		lang words.Lang
		at   time.Time
		want string
	}{
		{words.Chinese, now, "今天 09:00"},
		{words.Chinese, now.Add(-10 * time.Hour), "昨天 23:00"},
		{words.Chinese, now.Add(24 * time.Hour), "明天 09:00"},
		{words.Chinese, now.Add(4 * 24 * time.Hour), "11 月 27 日 周五 09:00"},
		{words.English, now.Add(4 * 24 * time.Hour), "Fri 27 November 09:00"},
		{words.English, now.AddDate(-3, 0, 0), "23 November 2023 09:00"},
	} {
		ctx := words.With(context.Background(), catalog(t), tt.lang)
		if got := words.At(ctx, tt.at, now); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestSpanMoneyArea(t *testing.T) {
	ctx := words.With(context.Background(), catalog(t), words.Chinese)
	got := []string{
		words.Span(ctx, 30*time.Minute), words.Span(ctx, 90*time.Minute), words.Span(ctx, 6*time.Hour), words.Span(ctx, 72*time.Hour),
		words.Span(ctx, -5*time.Second), words.Yuan(131800), words.Yuan(-131850), words.Area(760034),
	}
	want := "30 分钟|90 分钟|6 小时|3 天|5 秒|¥1,318|-¥1,318.50|7,600.34 ㎡"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("\n%s\n%s", s, want)
	}
}

package words

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

//go:embed base/*.toml
var base embed.FS

// Base is the sentences every page needs: dates, durations, faults.
func Base() fs.FS {
	sub, err := fs.Sub(base, "base")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}

// Shanghai is the zone of every time a person reads. China has had one zone
// without summer time since 1991, so no zone database is needed.
func Shanghai() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

// Day is a date with its weekday: 11 月 27 日 周五, Fri 27 November. The year is
// named when it is not the year of now.
func Day(ctx context.Context, t, now time.Time) string {
	t, now = t.In(Shanghai()), now.In(Shanghai())
	week := T(ctx, fmt.Sprintf("date.weekday%d", t.Weekday()))
	key := "date.day"
	if t.Year() != now.Year() {
		key = "date.day_year"
	}
	return T(ctx, key, "year", t.Year(), "month", month(ctx, t), "day", t.Day(), "weekday", week)
}

func month(ctx context.Context, t time.Time) string {
	return T(ctx, fmt.Sprintf("date.month%d", int(t.Month())))
}

// Clock is the time of day: 19:00.
func Clock(t time.Time) string { return t.In(Shanghai()).Format("15:04") }

// Seconds is the time of day to the second: 19:00:04.
func Seconds(t time.Time) string { return t.In(Shanghai()).Format("15:04:05") }

// At is day and time, with today, yesterday and tomorrow in words.
func At(ctx context.Context, t, now time.Time) string {
	day := Day(ctx, t, now)
	switch days(t) - days(now) {
	case 0:
		day = T(ctx, "date.today")
	case -1:
		day = T(ctx, "date.yesterday")
	case 1:
		day = T(ctx, "date.tomorrow")
	}
	return T(ctx, "date.at", "day", day, "time", Clock(t))
}

// days counts calendar days in Shanghai.
func days(t time.Time) int64 { return (t.Unix() + 8*60*60) / (24 * 60 * 60) }

// Span is a length of time in its largest fitting unit: 30 分钟, 6 小时, 3 天.
// It rounds down and is never negative.
func Span(ctx context.Context, d time.Duration) string {
	d = max(d, -d)
	switch {
	case d < time.Minute:
		return T(ctx, "date.seconds", "n", int(d/time.Second))
	case d < 2*time.Hour && d%time.Hour != 0 || d < time.Hour:
		return T(ctx, "date.minutes", "n", int(d/time.Minute))
	case d < 48*time.Hour:
		return T(ctx, "date.hours", "n", int(d/time.Hour))
	}
	return T(ctx, "date.days", "n", int(d/(24*time.Hour)))
}

// Yuan writes an amount in fen as yuan: ¥1,318 or ¥1,318.50.
func Yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	s := "¥" + thousands(fen/100)
	if fen%100 != 0 {
		s += fmt.Sprintf(".%02d", fen%100)
	}
	return sign + s
}

// Area writes 0.01 m² as square metres: 88.68 ㎡.
func Area(cm2 int64) string {
	return fmt.Sprintf("%s.%02d ㎡", thousands(cm2/100), cm2%100)
}

func thousands(n int64) string {
	digits := fmt.Sprint(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

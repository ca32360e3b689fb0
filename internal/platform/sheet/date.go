package sheet

import (
	"strconv"
	"strings"
	"time"
)

const dayLayout = "2006-01-02"

// splitDay reads the day s begins with and returns the text behind it.
func splitDay(s string) (day time.Time, rest string, ok bool) {
	if isSerial(s) {
		date, clock, ok := fromSerial(s, false)
		if !ok {
			return time.Time{}, "", false
		}
		day, err := time.Parse(dayLayout, date)
		return day, clock, err == nil
	}
	if len(s) >= 8 && onlyDigits(s[:8]) {
		day, err := time.Parse("20060102", s[:8])
		rest := s[8:]
		return day, strings.TrimSpace(rest), err == nil && !onlyDigits(rest)
	}
	year, s, ok1 := leading(s, "-/.年")
	month, s, ok2 := leading(s, "-/.月")
	number, rest := digits(s)
	if !ok1 || !ok2 || len(year) != 4 || len(number) > 2 || len(month) > 2 || number == "" {
		return time.Time{}, "", false
	}
	if len(month) == 1 {
		month = "0" + month
	}
	if len(number) == 1 {
		number = "0" + number
	}
	day, err := time.Parse(dayLayout, year+"-"+month+"-"+number)
	if after, found := strings.CutPrefix(strings.TrimLeft(rest, " "), "日"); found {
		rest = " " + after
	}
	rest = strings.TrimRight(rest, " ")
	return day, strings.TrimSpace(rest), err == nil && plausibleClock(rest)
}

// plausibleClock reports whether what stands behind a day may be a time; what
// it is, only Time asks.
func plausibleClock(s string) bool {
	if s == "" {
		return true
	}
	trimmed := strings.TrimLeft(s, " T")
	return trimmed != s && (onlyDigits(trimmed[:1]) || !strings.ContainsAny(trimmed, "年月日/"))
}

// leading reads the digits s begins with and one of signs behind them.
func leading(s, signs string) (number, rest string, ok bool) {
	number, rest = digits(s)
	for _, sign := range signs {
		if after, found := strings.CutPrefix(strings.TrimLeft(rest, " "), string(sign)); found {
			return number, strings.TrimSpace(after), number != ""
		}
	}
	return "", "", false
}

func digits(s string) (number, rest string) {
	rest = strings.TrimLeft(s, "0123456789")
	return s[:len(s)-len(rest)], rest
}

// atClock puts the time of day clock on day, Shanghai's unless clock says
// otherwise.
func atClock(day time.Time, clock string) (time.Time, bool) {
	clock = strings.TrimPrefix(strings.TrimSpace(clock), "T")
	shanghai := time.FixedZone("CST", 8*60*60)
	if clock == "" {
		clock = "00:00:00"
	}
	for _, layout := range []string{"15:04:05", "15:04", "15:04:05Z07:00", "15:04Z07:00"} {
		if at, err := time.ParseInLocation(dayLayout+" "+layout, day.Format(dayLayout)+" "+clock, shanghai); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// isSerial reports whether s can be a day as Excel counts them: five digits
// (May 1927 to 2173), perhaps with the time of day as a fraction.
func isSerial(s string) bool {
	whole, fraction, point := strings.Cut(s, ".")
	return len(whole) == 5 && onlyDigits(whole) && whole[0] != '0' && (!point || onlyDigits(fraction))
}

// fromSerial turns a serial number into 2023-04-08 and, where it has a
// fraction, 09:30:00. Day 1 is 1900-01-01 but Excel counts a 29 February 1900
// that never was, so the count starts on 1899-12-30; the 1904 system starts on
// 1904-01-01 with 0. Source: ECMA-376 part 1, 18.17.4.1.
func fromSerial(s string, since1904 bool) (day, clock string, ok bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	days, err := strconv.Atoi(whole)
	if err != nil {
		return "", "", false
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if since1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	seconds := secondsOf(fraction)
	at := start.AddDate(0, 0, days).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return at.Format(dayLayout), "", true
	}
	return at.Format(dayLayout), at.Format("15:04:05"), true
}

// secondsOf turns the decimals of a day into seconds, to the nearest one.
func secondsOf(fraction string) int64 {
	const places = 12
	fraction = (fraction + strings.Repeat("0", places))[:places]
	n, err := strconv.ParseInt(fraction, 10, 64)
	if err != nil {
		return 0
	}
	const scale = 1_000_000_000_000
	return (n*86_400 + scale/2) / scale
}

// shownAsDay reports whether s is a day without year as Excel writes one to
// CSV when it took 1/2 or 3-4 for a date: 1月2日, 2-Jan.
func shownAsDay(s string) bool {
	if month, rest, ok := leading(s, "月"); ok && len(month) <= 2 {
		day, rest := digits(rest)
		return day != "" && rest == "日"
	}
	for _, layout := range []string{"2-Jan", "Jan-06", "2-Jan-06"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

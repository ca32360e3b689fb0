package sheet

import (
	"math"
	"strconv"
	"strings"

	"github.com/linli/linli/internal/platform/text"
)

// tidy takes off what Excel and copying put into a value and around it: signs
// that nobody sees, spaces of every kind at the ends, ="…" that keeps a number
// from being one, the apostrophe that does too.
func tidy(s string) string {
	s = strings.TrimFunc(text.Visible(s), text.Blank)
	if inner, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(inner, `"`) {
		s = strings.TrimFunc(strings.ReplaceAll(inner[:len(inner)-1], `""`, `"`), text.Blank)
	}
	if rest, ok := strings.CutPrefix(s, "'"); ok && rest != "" && !strings.Contains(rest, "'") {
		s = strings.TrimFunc(rest, text.Blank)
	}
	return s
}

func halfWidth(s string) string { return strings.Map(text.HalfWidth, s) }

func isAlnum(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// short is a value as a problem quotes it.
func short(s string) string {
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:39]) + "…"
	}
	return s
}

func onlyDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// The digits a spreadsheet's number keeps. Source: Excel specifications and
// limits, "Number precision: 15 digits".
const keptDigits = 15

// roundedNumber reports whether s is a long number that Excel has rounded:
// 1.69E+10 as shown in a narrow column, or 16 and more digits of which those
// behind the fifteenth are all zero.
func roundedNumber(s string) bool {
	s = halfWidth(s)
	if mantissa, exponent, ok := strings.Cut(strings.ToUpper(s), "E"); ok {
		sign := strings.TrimLeft(exponent, "+-")
		whole, fraction, _ := strings.Cut(mantissa, ".")
		return onlyDigits(strings.TrimPrefix(whole, "-")) && (fraction == "" || onlyDigits(fraction)) &&
			onlyDigits(sign) && len(sign) >= 2 && len(exponent) == len(sign)+1
	}
	return len(s) > keptDigits && onlyDigits(s) && strings.Trim(s[keptDigits:], "0") == ""
}

// storedNumber undoes what XLSX does to numbers: 1.6900000001E10 becomes
// 16900000001 where that is exact, and 46.460000000000001 becomes 46.46.
func storedNumber(raw string) string {
	if mantissa, exponent, ok := strings.Cut(strings.ToUpper(raw), "E"); ok {
		if whole := shifted(mantissa, exponent); whole != "" {
			return whole
		}
		return raw
	}
	whole, fraction, ok := strings.Cut(raw, ".")
	unsigned := strings.TrimPrefix(whole, "-")
	if !ok || !onlyDigits(unsigned) || !onlyDigits(fraction) {
		return raw
	}
	significant := strings.TrimLeft(unsigned+fraction, "0")
	if excess := len(significant) - keptDigits; excess > 0 && excess < len(fraction) {
		return strings.TrimSuffix(whole, unsigned) + rounded(unsigned, fraction[:len(fraction)-excess], fraction[len(fraction)-excess])
	}
	return raw
}

// shifted writes mantissa × 10^exponent without exponent, "" where that is
// no number of at most fifteen digits.
func shifted(mantissa, exponent string) string {
	power, err := strconv.Atoi(exponent)
	whole, fraction, _ := strings.Cut(mantissa, ".")
	unsigned := strings.TrimPrefix(whole, "-")
	digits := unsigned + fraction
	if err != nil || !onlyDigits(digits) || len(strings.TrimLeft(digits, "0")) > keptDigits || power > keptDigits || power < -keptDigits {
		return ""
	}
	sign := strings.TrimSuffix(whole, unsigned)
	point := len(unsigned) + power
	if point <= 0 {
		return sign + "0." + strings.Repeat("0", -point) + digits
	}
	if point >= len(digits) {
		return sign + digits + strings.Repeat("0", point-len(digits))
	}
	return sign + digits[:point] + "." + digits[point:]
}

// rounded adds one to the last decimal when the digit behind it is 5 or more,
// and drops the zeros at the end.
func rounded(whole, fraction string, next byte) string {
	digits := []byte(whole + fraction)
	carry := next >= '5'
	for i := len(digits) - 1; i >= 0 && carry; i-- {
		carry = digits[i] == '9'
		if digits[i]++; carry {
			digits[i] = '0'
		}
	}
	s := string(digits)
	if carry {
		s = "1" + s
	}
	point := len(s) - len(fraction)
	return strings.TrimRight(strings.TrimRight(s[:point]+"."+s[point:], "0"), ".")
}

// withoutUnit takes off the signs that may stand around an amount.
func withoutUnit(s, units string) string {
	trim := map[string][]string{
		"areaUnits":  {"平方米", "平米", "㎡", "m²", "m2", "M2", "平"},
		"moneyUnits": {"人民币", "¥", "￥", "元整", "元"},
	}[units]
	for _, unit := range trim {
		s = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, unit), unit))
	}
	return s
}

// scaled reads a decimal number as a whole number of 10^-decimals, without
// rounding. Trailing zeros are no decimals.
func scaled(s string, decimals int) (int64, Code) {
	unsigned := strings.TrimLeft(s, "+-")
	if len(s)-len(unsigned) > 1 {
		return 0, BadNumber
	}
	whole, fraction, _ := strings.Cut(unsigned, ".")
	whole, ok := withoutThousands(whole)
	if !ok || fraction != "" && !onlyDigits(fraction) {
		return 0, BadNumber
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > decimals {
		return 0, TooPrecise
	}
	digits := strings.TrimLeft(whole+fraction+strings.Repeat("0", decimals-len(fraction)), "0")
	if len(digits) > keptDigits+3 {
		return 0, OutOfRange
	}
	var n int64
	for _, d := range digits {
		n = n*10 + int64(d-'0')
	}
	if n > math.MaxInt64/2 {
		return 0, OutOfRange
	}
	if strings.HasPrefix(s, "-") {
		n = -n
	}
	return n, ""
}

// withoutThousands accepts 1200 and 1,200, not 12,00.
func withoutThousands(s string) (string, bool) {
	groups := strings.Split(s, ",")
	for i, group := range groups {
		if !onlyDigits(group) || i > 0 && len(group) != 3 || i == 0 && len(groups) > 1 && len(group) > 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

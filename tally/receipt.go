package tally

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"strings"
)

// Receipt is what a voter keeps 回执: the number of the entry in the log and
// sixteen decimal digits that stand for its content. Said aloud it is a number
// and a bank card's four groups, then two check digits:
//
//	83-5172-9406-3385-2207-41
//
// The digits are taken from SHA-256 over the log's opening, the number and the
// entry, so that an entry changed after the receipt was given still matches it
// by chance once in 10¹⁶. Because the opening, which holds the whole masked
// roll, is hashed in, nobody can prepare two answers with one receipt for more
// than one voter at a time, and for that one would have to try some 10¹⁶ rolls
// before the vote is opened.
//
// The check digits are those of ISO 7064 MOD 97-10 (as in an IBAN): they catch
// every single wrong digit and every swap of two neighbours; of other slips one
// in 97 gets through, and then matches an entry once in 10¹⁶.
type Receipt struct {
	Entry uint64 // 1 is the first ballot
	Code  uint64 // below 10¹⁶
}

const (
	receiptPrefix = 0x02 // keeps the digest apart from leaves and nodes
	codeDigits    = 16
	codeLimit     = 10_000_000_000_000_000
	maxEntry      = 10_000_000_000 // ten digits are the longest anybody reads aloud
)

// receiptFor makes the receipt of an entry.
func receiptFor(opening Hash, entry uint64, leaf Hash) Receipt {
	b := append([]byte{receiptPrefix}, opening[:]...)
	b = binary.BigEndian.AppendUint64(b, entry)
	sum := sha256.Sum256(append(b, leaf[:]...))
	// 2⁶⁴ mod 10¹⁶ makes the low codes likelier by less than one in 1,800.
	return Receipt{entry, binary.BigEndian.Uint64(sum[:]) % codeLimit}
}

// digits writes the entry and the sixteen digits without marks between.
func (r Receipt) digits() string {
	code := strconv.FormatUint(r.Code%codeLimit+codeLimit, 10)
	return strconv.FormatUint(r.Entry, 10) + code[1:]
}

// String writes the receipt in groups.
func (r Receipt) String() string {
	d := r.digits()
	n := len(d) - codeDigits
	check := strconv.Itoa(100 + 98 - remainder97(d+"00"))
	return strings.Join([]string{d[:n], d[n : n+4], d[n+4 : n+8], d[n+8 : n+12], d[n+12:], check[1:]}, "-")
}

// remainder97 is the number of the digits modulo 97.
func remainder97(digits string) int {
	r := 0
	for _, d := range digits {
		r = (r*10 + int(d-'0')) % 97
	}
	return r
}

// ParseReceipt reads a receipt as people write it down: spaces, hyphens and
// dots between the groups do not matter, full-width digits are digits. What is
// no receipt is FaultForm; check digits that do not agree are FaultDigits.
func ParseReceipt(text string) (Receipt, error) {
	d, ok := plainDigits(text)
	n := len(d) - codeDigits - 2
	if !ok || n < 1 || d[0] == '0' {
		return Receipt{}, refuse(FaultForm, "receipt", "")
	}
	entry, err := strconv.ParseUint(d[:n], 10, 64)
	if err != nil || entry >= maxEntry {
		return Receipt{}, refuse(FaultForm, "receipt", "")
	}
	check, _ := strconv.Atoi(d[n+codeDigits:])
	if check < 2 || check > 98 || remainder97(d) != 1 {
		return Receipt{}, refuse(FaultDigits, "receipt", "")
	}
	code, _ := strconv.ParseUint(d[n:n+codeDigits], 10, 64)
	return Receipt{entry, code}, nil
}

// plainDigits strips the marks; ok is false if anything else is left.
func plainDigits(text string) (digits string, ok bool) {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case c >= '０' && c <= '９':
			b.WriteRune(c - '０' + '0')
		case strings.ContainsRune(" \t\u3000-－.·", c):
		default:
			return "", false
		}
	}
	return b.String(), true
}

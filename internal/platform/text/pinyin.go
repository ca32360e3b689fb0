package text

import (
	_ "embed" // readings of places
	"strings"
	"sync"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Pinyin returns how s is typed on a Latin keyboard: all syllables without
// tones and spaces (静安桂花园 gives jinganguihuayuan), and their first letters
// (jaghy). Latin letters and digits stay in both, in lower case; other signs
// are left out; ü is written v. A Han character the table does not know is
// left out too.
//
// Of several readings the commonest is taken, but for names of places, after which
// streets and estates are named (长白 changbai, 西藏 xizang), and for words a
// Shanghai register is full of: 闵行 minhang, 225弄 225long.
func Pinyin(s string) (full, initials string) {
	return spell([]rune(Fold(s)), nil)
}

// NamePinyin is Pinyin for a person's name: a surname at its beginning is
// read as surnames are (曾 zeng, 单 shan, 尉迟 yuchi). The sign · and spaces in
// minority and foreign names are left out.
func NamePinyin(name string) (full, initials string) {
	runes := []rune(Fold(name))
	return spell(runes, surname(runes))
}

// spell reads runes; the first len(lead) of them are read as lead says.
func spell(runes []rune, lead []string) (full, initials string) {
	var f, i strings.Builder
	args := pinyin.NewArgs()
	put := func(syllable string) {
		if syllable != "" {
			f.WriteString(syllable)
			i.WriteByte(syllable[0])
		}
	}
	for _, syllable := range lead {
		put(syllable)
	}
	for at := len(lead); at < len(runes); at++ {
		r := runes[at]
		if word := phrase(runes, at); word != nil {
			for _, syllable := range word {
				put(syllable)
			}
			at += len(word) - 1
			continue
		}
		if unicode.Is(unicode.Han, r) {
			put(first(pinyin.SinglePinyin(r, args)))
			continue
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			f.WriteRune(r)
			i.WriteRune(r)
		}
	}
	return f.String(), i.String()
}

func first(readings []string) string {
	if len(readings) == 0 {
		return ""
	}
	return readings[0]
}

// The tables below are lines of Han characters followed by their readings;
// only what is read otherwise than the characters' commonest readings stands
// there. Source: 现代汉语词典, entries marked 姓, and Shanghai road names. They come
// before places.txt, which others keep and tools/readings writes.
const (
	doubleSurnames = "尉迟 yu chi;万俟 mo qi;长孙 zhang sun;单于 chan yu;澹台 tan tai;"
	surnames       = "曾 zeng;单 shan;解 xie;仇 qiu;查 zha;区 ou;朴 piao;盖 ge;乐 yue;翟 zhai;缪 miao;" +
		"种 chong;祭 zhai;召 shao;薄 bo;秘 bi;句 gou;覃 qin;隗 wei;洗 xian;折 she;黑 he;员 yun;繁 po;佴 nai;重 chong;" +
		"卜 bu;阚 kan;都 du;能 nai;乜 nie;"
	phrases = "弄堂 long tang;里弄 li long;弄内 long nei;长风 chang feng;银行 yin hang;闵行 min hang;音乐 yin yue;校对 jiao dui;"
)

// reading looks word up in one of the tables, nil when it is not there.
func reading(table, word string) []string {
	_, rest, ok := strings.Cut(";"+table, ";"+word+" ")
	if !ok {
		return nil
	}
	line, _, _ := strings.Cut(rest, ";")
	return strings.Fields(line)
}

// surname returns the readings of the surname runes begin with, or nil when
// the usual readings hold.
func surname(runes []rune) []string {
	if len(runes) > 2 {
		if double := reading(doubleSurnames, string(runes[:2])); double != nil {
			return double
		}
	}
	if len(runes) < 2 {
		return nil
	}
	return reading(surnames, string(runes[:1]))
}

// phrase returns the readings of a word at runes[at:] whose usual reading
// differs from that of its characters, or nil.
func phrase(runes []rune, at int) []string {
	if runes[at] == '弄' && at > 0 && unicode.IsDigit(runes[at-1]) {
		return []string{"long"}
	}
	if at+1 >= len(runes) || !unicode.Is(unicode.Han, runes[at]) {
		return nil
	}
	if word := reading(phrases, string(runes[at:at+2])); word != nil {
		return word
	}
	for n := min(3, len(runes)-at); n >= 2; n-- {
		if line, ok := places()[string(runes[at:at+n])]; ok {
			return strings.Fields(line)
		}
	}
	return nil
}

//go:embed places.txt
var placesFile string

// places are names of places and their readings, the longest of three characters.
var places = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(placesFile) {
		name, read, _ := strings.Cut(strings.TrimSpace(line), " ")
		m[name] = read
	}
	return m
})

package open311_test

import (
	_ "embed"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/linli/linli/internal/feature/report/open311"
	"github.com/linli/linli/test/programs"
)

//go:embed testdata/hide.txt
var tohide string

func TestS40_ThePublicReadsNoNumber(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(tohide), "\n")
	lines = append(lines, "沪AD12345", "沪Ａ·12345", "京A1234警", "粤Z1234澳", "沪A1234领", "使014578", "224578使", "WJ01-12345", "WJ沪1234X", "wj沪·12345警", "a12345",
		"021-62345678", "（021）6234 5678", "400-820-8820", "+86 138 0013 8000", "１３８００１３８０００", "一三八零零一三八零零零", "①③⑧⓪⓪①③⑧⓪⓪⓪",
		"310101195001011234", "31010119500101123X", "微信：abc_12345", "QQ 12345", "wang.wu@example.com.cn", "wang @ example 。com")
	for _, line := range lines {
		for _, around := range []string{"%", "请联系%", "%，谢谢", "请打%找我", "车停在门口 % 很久了", "电话：%。"} {
			said := strings.Replace(around, "%", line, 1)
			want := strings.Replace(around, "%", "•••", 1)
			if got := open311.Hide(said); got != want {
				t.Errorf("%q is read as %q", said, got)
			}
		}
	}
}

func TestS40_ThePublicReadsWhatIsNoNumber(t *testing.T) {
	for _, said := range []string{
		"九楼的灯不亮", "3楼到5楼没水", "225弄3号门口", "用CCTV5台", "两辆车堵了 2 天", "一二三楼都没灯", "第 12 栋的垃圾没人收", "@所有人", "24小时没热水，12.5元",
	} {
		if got := open311.Hide(said); got != said {
			t.Errorf("%q is read as %q", said, got)
		}
	}
}

// separators are what people put between the digits of a number.
func separators() []string {
	return []string{"", " ", "　", "-", "–", "—", "－", "ー", ".", "．", "。", "·", "•", "・", "\u00a0", "\u200b", "\u2060", "\u00ad", "_", "/", "~", "、", "，", "\t", "\ufe0f\u20e3"}
}

// However a number is spaced and in whatever width, no run of it is left.
func TestS40_NoSpellingOfANumberShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{"13800138000", "62345678", "310101195001011234", "沪A12345", "沪AD12345", "沪A1234学", "粤Z1234港"}).Draw(t, "kind")
		var said strings.Builder
		for i, r := range []rune(kind) {
			if i > 0 {
				said.WriteString(rapid.SampledFrom(separators()).Draw(t, "between"))
			}
			if r < 0x80 && rapid.Bool().Draw(t, "wide") {
				r += '！' - '!'
			}
			said.WriteRune(r)
		}
		got := open311.Hide("请看" + said.String() + "谢谢")
		rest := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) || unicode.Is(unicode.Latin, r) {
				return r
			}
			return -1
		}, got)
		if rest != "" || !strings.HasPrefix(got, "请看") || !strings.HasSuffix(got, "谢谢") {
			t.Fatalf("%q is read as %q", said.String(), got)
		}
	})
}

func FuzzHide(f *testing.F) {
	for _, line := range strings.Split(tohide, "\n") {
		f.Add(line, "-", true)
	}
	f.Fuzz(func(t *testing.T, said, between string, wide bool) {
		got := open311.Hide(said)
		if again := open311.Hide(got); len(again) > len(got) {
			t.Errorf("%q becomes %q, then %q", said, got, again)
		}
		for _, r := range between {
			if unicode.IsLetter(r) || unicode.IsNumber(r) || r == unicode.ReplacementChar {
				return
			}
		}
		number := "13800138000"
		if wide {
			number = "１３８００１３８０００"
		}
		spelt := strings.Join(strings.Split(number, ""), between)
		if got := open311.Hide("请打" + spelt + "找我"); got != "请打•••找我" {
			t.Errorf("%q shows %q", spelt, got)
		}
	})
}

// What a resident writes of neighbours and their flats is no city's business.
func TestS40_ThePublicReadsNoNeighbour(t *testing.T) {
	h := programs.One(t)
	for said, want := range map[string]string{
		"402 的章芒种把鞋柜放在楼道":        "••• 的•••把鞋柜放在楼道",
		"６号４０２的章 芒 种":            "６号•••的•••",
		"302室漏水到202，楼上6-301也湿了":  "•••室漏水到•••，楼上6-•••也湿了",
		"四〇二室门口":                 "•••室门口",
		"3单元501门口，走225弄":         "3单元•••门口，走225弄",
		"樊大暑、陆立夏都说过":             "•••、•••都说过",
		"2024年302路站牌，302 米外，灯不亮": "2024年302路站牌，302 米外，灯不亮",
	} {
		id := h.Made(t, programs.Light("description", said)...)
		body := h.Fetch(geo + "/requests/" + id + ".json").Body.String()
		if !strings.Contains(body, `"description":"`+want+`"`) {
			t.Errorf("%q is not read as %q: %s", said, want, body)
		}
	}
	id := h.Made(t, programs.Light("attribute[spot]", "402门口，章芒种家")...)
	if body := h.Fetch(geo + "/requests/" + id + ".json").Body.String(); strings.Contains(body, "402") || strings.Contains(body, "章芒种") {
		t.Errorf("in the spot: %s", body)
	}
}

// Without the office's word the public reads kind, place and state, and the
// program that reported reads its own words.
func TestS40_WordsArePublishedOnlyWhereTheOfficeSaysSo(t *testing.T) {
	h := programs.One(t)
	id := h.Made(t, programs.Light("description", "灯不亮已经三天", "attribute[spot]", "电梯口右边")...)
	h.Serve(open311.Options{OneJurisdiction: true})
	for _, format := range []string{".json", ".xml"} {
		for _, target := range []string{"/requests/" + id + format, "/requests" + format} {
			body := h.Fetch(geo + target).Body.String()
			if !strings.Contains(body, id) || strings.Contains(body, "三天") || strings.Contains(body, "电梯口") {
				t.Errorf("%s: %s", target, body)
			}
		}
	}
	if body := h.Fetch(geo + "/requests/" + id + ".json?api_key=" + h.Key).Body.String(); !strings.Contains(body, "灯不亮已经三天") {
		t.Errorf("its own program does not read it: %s", body)
	}
}

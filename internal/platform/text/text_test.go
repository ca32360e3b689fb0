package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/internal/platform/text"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"full-width digits", "２２５弄", "225弄"},
		{"full-width letters become small", "Ａ座 ABC", "a座 abc"},
		{"ideographic and repeated spaces", "　长宁路　 225弄 ", "长宁路 225弄"},
		{"invisible joiners", "\uFEFF长宁\u200B路", "长宁 路"},
		{"brackets and commas", "（二楼），【急】、《公约》。", "(二楼),[急],<公约>."},
		{"quotes", "“漏”‘水’「梯」", `"漏"'水'"梯"`},
		{"dashes", "6—402－1", "6-402-1"},
		{"name dots", "阿依·古丽•买", "阿依·古丽·买"},
		{"broken bytes", "楼\xff道", "楼\uFFFD道"},
		{"nothing", " 　", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := text.Fold(c.in); got != c.want {
				t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestFoldTwiceIsFoldOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		once := text.Fold(s)
		if twice := text.Fold(once); twice != once {
			t.Fatalf("%q folds to %q, then to %q", s, once, twice)
		}
	})
}

func TestBigrams(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"a run ends with its last character", "楼道堆物", []string{"楼道", "道堆", "堆物", "物"}},
		{"a lone character", "弄", []string{"弄"}},
		{"numbers stand whole", "长宁路225弄3号", []string{"长宁", "宁路", "路", "225", "弄", "3", "号"}},
		{"letters and digits together", "烟感SMK001响", []string{"烟感", "感", "smk001", "响"}},
		{"punctuation separates", "漏水，渗水", []string{"漏水", "水", "渗水", "水"}},
		{"zero as a Han numeral", "二〇二", []string{"二〇", "〇二", "二"}},
		{"nothing to find", "！？ ，", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, text.Bigrams(c.in)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestQuery(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []text.Term
		fts, ts  string
	}{
		{"two characters are one term", "楼道", []text.Term{{Token: "楼道"}}, `"楼道"`, `'楼道'`},
		{"one character is a prefix", "物", []text.Term{{Token: "物", Prefix: true}}, `"物" *`, `'物':*`},
		{"three characters are two terms", "电动车", []text.Term{{Token: "电动"}, {Token: "动车"}}, `"电动" AND "动车"`, `'电动' & '动车'`},
		{"several words", "6号 漏水", []text.Term{{Token: "6"}, {Token: "号", Prefix: true}, {Token: "漏水"}}, `"6" AND "号" * AND "漏水"`, `'6' & '号':* & '漏水'`},
		{"each term once", "哈哈哈哈", []text.Term{{Token: "哈哈"}}, `"哈哈"`, `'哈哈'`},
		{"operators are no words", `" OR '*` + "';", []text.Term{{Token: "or"}}, `"or"`, `'or'`},
		{"nothing", "…", nil, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := text.Query(c.in)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if s := text.FTS5(got); s != c.fts {
				t.Errorf("FTS5 = %s, want %s", s, c.fts)
			}
			if s := text.TSQuery(got); s != c.ts {
				t.Errorf("TSQuery = %s, want %s", s, c.ts)
			}
		})
	}
}

// found is the index in miniature: every term must be among the tokens.
func found(in, query string) bool {
	tokens := text.Bigrams(in)
	terms := text.Query(query)
	for _, term := range terms {
		if !slices.ContainsFunc(tokens, func(token string) bool {
			return token == term.Token || term.Prefix && strings.HasPrefix(token, term.Token)
		}) {
			return false
		}
	}
	return len(terms) > 0
}

func han() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.SampledFrom([]rune("楼道堆物长宁路弄号室水漏梯车电二〇")), 1, 12, -1)
}

func TestEveryHanSubstringIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := han().Draw(t, "word")
		before := rapid.String().Draw(t, "before")
		after := rapid.String().Draw(t, "after")
		runes := []rune(word)
		from := rapid.IntRange(0, len(runes)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(runes)).Draw(t, "to")
		query := string(runes[from:to])
		if !found(before+word+after, query) {
			t.Fatalf("%q is not found in %q", query, before+word+after)
		}
	})
}

func TestTwoCharacterQueriesFindNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := han().Draw(t, "word")
		query := rapid.StringOfN(rapid.SampledFrom([]rune("楼道堆物水漏")), 2, 2, -1).Draw(t, "query")
		if got, want := found(word, query), strings.Contains(word, query); got != want {
			t.Fatalf("%q in %q: found %v, contained %v", query, word, got, want)
		}
	})
}

func TestPinyin(t *testing.T) {
	for _, c := range []struct{ in, full, initials string }{
		{"静安桂花园", "jinganguihuayuan", "jaghy"},
		{"长宁路２２５弄", "changninglu225long", "cnl225l"},
		{"长白新村", "changbaixincun", "cbxc"}, {"西藏中路", "xizangzhonglu", "xzzl"}, {"番禺路", "panyulu", "pyl"}, {"六安路", "luanlu", "lal"},
		{"重庆南路", "chongqingnanlu", "cqnl"}, {"长寿路", "changshoulu", "csl"}, {"闵行区", "minhangqu", "mhq"}, {"都江堰路", "dujiangyanlu", "djyl"}, {"厦门路", "xiamenlu", "xml"},
		{"万航渡路", "wanhangdulu", "whdl"},
		{"弄堂会议", "longtanghuiyi", "lthy"},
		{"长 A座", "zhangazuo", "zaz"},
		{"长寿路银行大厦", "changshouluyinhangdasha", "cslyhds"},
		{"，。", "", ""},
	} {
		if full, initials := text.Pinyin(c.in); full != c.full || initials != c.initials {
			t.Errorf("Pinyin(%q) = %q, %q; want %q, %q", c.in, full, initials, c.full, c.initials)
		}
	}
}

func TestNamePinyin(t *testing.T) {
	for _, c := range []struct{ in, full, initials string }{
		{"曾小暑", "zengxiaoshu", "zxs"},
		{"卜小满", "buxiaoman", "bxm"}, {"阚谷雨", "kanguyu", "kgy"}, {"都小暑", "duxiaoshu", "dxs"},
		{"单立春", "shanlichun", "slc"},
		{"解霜降", "xieshuangjiang", "xsj"},
		{"仇秋分", "qiuqiufen", "qqf"},
		{"查处暑", "zhachushu", "zcs"},
		{"区大寒", "oudahan", "odh"},
		{"任谷雨", "renguyu", "rgy"},
		{"朴白露", "piaobailu", "pbl"},
		{"尉迟小满", "yuchixiaoman", "ycxm"},
		{"长孙立夏", "zhangsunlixia", "zslx"},
		{"单于夏至", "chanyuxiazhi", "cyxz"},
		{"吕清明", "lvqingming", "lqm"},
		{"阿依·古丽", "ayiguli", "aygl"},
		{"Anna Li", "annali", "annali"},
		{"单", "dan", "d"},
	} {
		if full, initials := text.NamePinyin(c.in); full != c.full || initials != c.initials {
			t.Errorf("NamePinyin(%q) = %q, %q; want %q, %q", c.in, full, initials, c.full, c.initials)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "楼道堆物", "２２５弄", "a\xff楼", "単\u0301 楼 ' \" *", "\uFEFF"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, token := range text.Bigrams(s) {
			if token == "" || strings.ContainsAny(token, " '\"*\x00") || !utf8.ValidString(token) {
				t.Errorf("token %q of %q is not safe in an index", token, s)
			}
		}
		for _, term := range text.Query(s) {
			if !found(s, term.Token) && !term.Prefix {
				t.Errorf("term %q of %q does not find its own text", term.Token, s)
			}
		}
		full, initials := text.NamePinyin(s)
		if len(initials) > len(full) {
			t.Errorf("initials %q longer than %q", initials, full)
		}
		text.Pinyin(s)
	})
}

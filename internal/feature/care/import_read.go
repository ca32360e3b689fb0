package care

import (
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/words"
)

// elderSpec are the columns of the file, with the headers offices use.
func elderSpec() sheet.Spec {
	spec := sheet.Spec{Private: true, Columns: []sheet.Column{
		{Name: "household_id", Aliases: []string{"房屋编号", "住户编号"}, Required: true, Filled: true},
		{Name: "name", Aliases: []string{"姓名", "老人姓名"}, Required: true, Filled: true},
		{Name: "ground", Aliases: []string{"依据"}, Required: true, Filled: true},
		{Name: "grade", Aliases: []string{"走访等级", "多久去看一次"}, Required: true, Filled: true},
		{Name: "responsible", Aliases: []string{"责任人", "居委会责任人"}, Required: true, Filled: true},
		{Name: "born", Aliases: []string{"出生年份"}}, {Name: "consent_day", Aliases: []string{"同意日期"}},
		{Name: "consent_way", Aliases: []string{"同意方式"}}, {Name: "consent_by", Aliases: []string{"同意的家人"}},
		{Name: "key", Aliases: []string{"备用钥匙"}}, {Name: "hints", Aliases: []string{"健康提示", "上门要知道的"}},
		{Name: "volunteers", Aliases: []string{"结对志愿者", "志愿者"}}, {Name: "first_visit", Aliases: []string{"第一次看望"}},
	}}
	for i := 1; i <= mostContacts; i++ {
		n := strconv.Itoa(i)
		for column, header := range map[string]string{"name": "姓名", "relation": "关系", "phone": "电话"} {
			spec.Columns = append(spec.Columns, sheet.Column{Name: "contact" + n + "_" + column, Aliases: []string{"联系人" + n + header}})
		}
	}
	return spec
}

// elderRows reads the file as CSV or XLSX; none has no rows.
func elderRows(dir fs.FS) ([]*sheet.Row, []sheet.Problem) {
	name := "elders.csv"
	f, err := dir.Open(name)
	if err != nil {
		name = "elders.xlsx"
		f, err = dir.Open(name)
	}
	if err != nil {
		return nil, nil
	}
	defer func() { _ = f.Close() }()
	read, problems := sheet.Read(name, f, elderSpec())
	if sheet.Failed(problems) {
		return nil, problems
	}
	return read.Rows, problems
}

// readElder reads what a line says by itself.
func readElder(r *sheet.Row, rules Rules) Entry {
	e := Entry{
		Ground: r.Enum("ground", ruleWords(rules.Grounds, func(g Ground) Rule { return g.Rule })),
		Grade:  r.Enum("grade", ruleWords(rules.Grades, func(g Grade) Rule { return g.Rule })),
		Key:    r.Text("key"), Hints: r.Text("hints"),
		Consent: Consent{By: r.Text("consent_by"), Day: dayOf(r.Date("consent_day"))},
	}
	e.Consent.Way = Way(r.Enum("consent_way", map[string]string{
		"书面": string(OnPaper), "书面签字": string(OnPaper), "paper": string(OnPaper),
		"当面": string(InPerson), "口头": string(InPerson), "当面口头": string(InPerson), "in_person": string(InPerson),
	}))
	if r.Has("born") {
		e.Born = int(r.Int("born"))
	}
	for i := 1; i <= mostContacts; i++ {
		n := "contact" + strconv.Itoa(i)
		c := Contact{Name: r.Name(n + "_name"), Relation: r.Text(n + "_relation"), Phone: strings.ReplaceAll(r.Code(n+"_phone"), " ", "")}
		if c.Name != "" || c.Phone != "" {
			e.Contacts = append(e.Contacts, c)
		}
	}
	if day := dayOf(r.Date("first_visit")); day != "" {
		e.First, _ = time.ParseInLocation(time.DateOnly, day, shanghai()) // just written so
	}
	return e
}

func dayOf(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

// ruleWords are the words for rows of versioned data: their ids and their names,
// whole and without what stands in brackets.
func ruleWords[T any](list []T, rule func(T) Rule) map[string]string {
	out := map[string]string{}
	for _, x := range list {
		r := rule(x)
		zh, en := r.NameIn(words.Chinese), r.NameIn(words.English)
		short, _, _ := strings.Cut(zh, "（")
		for _, word := range []string{r.ID, zh, en, short} {
			out[word] = r.ID
		}
	}
	return out
}

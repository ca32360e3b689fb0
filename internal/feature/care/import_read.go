package care

import (
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/sheet"
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

// readElder reads what a line says by itself.
func readElder(r *sheet.Row, rules Rules) Entry {
	e := Entry{
		Ground: r.Enum("ground", ruleWords(rules.grounds())),
		Grade:  r.Enum("grade", ruleWords(rules.grades())),
		Key:    r.Text("key"), Hints: r.Text("hints"),
		Consent: Consent{By: r.Text("consent_by"), Day: day(r.Date("consent_day"))},
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
	e.First = dayIn(day(r.Date("first_visit")))
	return e
}

// ruleWords are the words for the rules of a topic.
func ruleWords(list []Rule) map[string]string {
	out := map[string]string{}
	for _, r := range list {
		for _, word := range r.Words() {
			out[word] = r.ID
		}
	}
	return out
}

// day is a day of a file as a form has it.
func day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.DateOnly)
}

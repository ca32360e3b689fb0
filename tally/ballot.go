package tally

import (
	"strconv"
	"unicode/utf8"
)

// Choice is an answer to one question 表决意见.
type Choice uint8

// The answers. Blank means that the sheet came back with this question left
// open: that owner does not take part in it. Abstain is an answer: it takes
// part and weighs against. Invalid is an answer that cannot be read or was
// given twice.
const (
	Blank Choice = iota
	Yes
	No
	Abstain
	Invalid
	choices // how many there are
)

// String writes blank, yes, no, abstain or invalid.
func (c Choice) String() string {
	words := [choices]string{"blank", "yes", "no", "abstain", "invalid"}
	if c >= choices {
		return "choice " + strconv.Itoa(int(c))
	}
	return words[c]
}

// ParseChoice reads what String writes; anything else is FaultUnknown.
func ParseChoice(word string) (Choice, error) {
	for c := range choices {
		if c.String() == word {
			return c, nil
		}
	}
	return Blank, refuse(FaultUnknown, "choice", strconv.Quote(word))
}

// MarshalText writes the word.
func (c Choice) MarshalText() ([]byte, error) {
	if c >= choices {
		return nil, refuse(FaultUnknown, "choice", c.String())
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads the word.
func (c *Choice) UnmarshalText(text []byte) error {
	parsed, err := ParseChoice(string(text))
	*c = parsed
	return err
}

// Question is one matter put to the vote; Item is its number in the rule, which
// decides its majority.
type Question struct {
	ID   string `json:"id"`
	Item int    `json:"item"`
}

// Sheet is the ballot paper 表决票: one or several questions put to one roll
// at once. Each is counted by itself, with its own quorum.
type Sheet struct {
	Vote      string     `json:"vote"`
	Questions []Question `json:"questions"`
}

// Mandate is a written authority 委托书. It states the owner's opinion on each
// question (Shanghai rules art. 18): Yes, No or Abstain, in the order of the
// sheet; Blank where the owner states none, and there the agent may not answer.
type Mandate struct {
	Agent   string
	Answers []Choice
}

// Ballot is one voter's sheet. Voter is the id on the roll, Answers stand in the
// order of the sheet's questions. Mandate is set when an agent brings it.
type Ballot struct {
	Voter   string
	Answers []Choice
	Mandate *Mandate
}

// check refuses a sheet without questions, a question twice, an item the rule
// does not have, or names that are not UTF-8, which a log could not repeat.
func (s Sheet) check(rule Rule) error {
	if s.Vote == "" {
		return refuse(FaultMissing, "sheet.vote", "")
	}
	if !utf8.ValidString(s.Vote) {
		return refuse(FaultForm, "sheet.vote", "")
	}
	if len(s.Questions) == 0 {
		return refuse(FaultMissing, "sheet.questions", "")
	}
	seen := make(map[string]bool, len(s.Questions))
	for i, q := range s.Questions {
		if q.ID == "" {
			return refuse(FaultMissing, at("sheet.questions", i, "id"), "")
		}
		if !utf8.ValidString(q.ID) {
			return refuse(FaultForm, at("sheet.questions", i, "id"), "")
		}
		if seen[q.ID] {
			return refuse(FaultTwice, at("sheet.questions", i, "id"), q.ID)
		}
		seen[q.ID] = true
		if _, ok := rule.Item(q.Item); !ok {
			return refuse(FaultUnknown, at("sheet.questions", i, "item"), strconv.Itoa(q.Item))
		}
	}
	return nil
}

// check refuses a ballot whose answers do not fit the sheet or its mandate.
func (b *Ballot) check(questions int) error {
	if len(b.Answers) != questions {
		return refuse(FaultAnswers, "answers", strconv.Itoa(len(b.Answers)))
	}
	for i, c := range b.Answers {
		if c >= choices {
			return refuse(FaultUnknown, at("answers", i, ""), c.String())
		}
	}
	if b.Mandate == nil {
		return nil
	}
	return b.Mandate.binds(b)
}

// binds refuses an agent who says anything but what the mandate states. A
// question blank in both stays blank; a mandate blank throughout is none.
func (m *Mandate) binds(b *Ballot) error {
	if m.Agent == "" {
		return refuse(FaultMissing, "mandate.agent", "")
	}
	if m.Agent == b.Voter {
		return refuse(FaultAgent, "mandate.agent", m.Agent)
	}
	if len(m.Answers) != len(b.Answers) {
		return refuse(FaultAnswers, "mandate.answers", strconv.Itoa(len(m.Answers)))
	}
	stated := false
	for i, opinion := range m.Answers {
		switch {
		case opinion >= Invalid:
			return refuse(FaultUnknown, at("mandate.answers", i, ""), opinion.String())
		case opinion == Blank && b.Answers[i] != Blank:
			return refuse(FaultMandateBlank, at("mandate.answers", i, ""), "")
		case opinion != b.Answers[i]:
			return refuse(FaultMandateDiffers, at("answers", i, ""), b.Answers[i].String())
		}
		stated = stated || opinion != Blank
	}
	if !stated {
		return refuse(FaultMandateBlank, "mandate.answers", "")
	}
	return nil
}

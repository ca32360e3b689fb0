package alarm

import (
	"slices"

	"github.com/linli/linli/internal/platform/words"
)

// mine is what the reader has said of themselves, with its second: so that they
// see that it was taken, who is still called, and how to change it. Empty if
// they said nothing, and once it is closed.
func (t teller) mine(p incidentPage) string {
	at := slices.IndexFunc(p.View.Responders, func(r Responder) bool { return r.Person == t.me })
	if at < 0 || p.View.Phase.Closed() {
		return ""
	}
	r := p.View.Responders[at]
	switch {
	case p.There:
		return t.text("alarm.mine.door", "at", words.Seconds(r.DoorAt))
	case p.Going:
		return t.text("alarm.mine.going", "at", words.Seconds(r.AnsweredAt))
	case p.Cannot:
		return t.text("alarm.mine.cannot", "at", words.Seconds(r.AnsweredAt), "rest", t.rest(p.View))
	}
	return ""
}

// rest is who else there is: how many go or are there, and how many are still
// called; or that nobody is left and the subdistrict is called.
func (t teller) rest(v View) string {
	var come, wait int
	for _, r := range v.Responders {
		switch {
		case r.Audience == familyParty:
		case r.Answer == going:
			come++
		case r.Answer == "":
			wait++
		}
	}
	switch {
	case come > 0:
		return t.text("alarm.mine.rest_come", "n", come)
	case wait > 0:
		return t.text("alarm.mine.rest_called", "n", wait)
	}
	return t.text("alarm.mine.rest_none")
}

package ui

import "strings"

// span is a run of text, bold or not.
type span struct {
	text string
	bold bool
}

// spans splits a translated sentence at <b> and </b>, the only mark-up texts
// may carry: word order differs between languages, so the words say what is
// bold. Everything else is shown as it is written.
func spans(text string) []span {
	var out []span
	bold := false
	for text != "" {
		mark := "<b>"
		if bold {
			mark = "</b>"
		}
		before, after, _ := strings.Cut(text, mark)
		if before != "" {
			out = append(out, span{before, bold})
		}
		text, bold = after, !bold
	}
	return out
}

// plateSpans marks the figures of an address, which an enamel plate shows in
// its own type: 静安桂花园 2 号 1103.
func plateSpans(address string) []span {
	var out []span
	start, was := 0, false
	for i, r := range address {
		is := r >= '0' && r <= '9' || was && r == '-'
		if i > 0 && is != was {
			out = appendSpan(out, address[start:i], was)
			start = i
		}
		was = is
	}
	return appendSpan(out, address[start:], was)
}

func appendSpan(out []span, text string, bold bool) []span {
	text = strings.TrimSpace(text)
	if text == "" {
		return out
	}
	return append(out, span{text, bold})
}

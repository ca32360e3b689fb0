package main

import (
	"bytes"
	"strings"
	"testing"
)

// What is wrong with a command line is said in a sentence, and nothing is run.
func TestACommandLineThatIsWrongIsToldWhatIsWrong(t *testing.T) {
	t.Setenv("LINLI_DATA", "")
	missing := t.TempDir() + "/none"
	for line, want := range map[string]string{
		"":                                "Commands:",
		"solve":                           "projects",
		"sell":                            "sell",
		"verify":                          "--data is required",
		"verify --data x --lang fr":       `"fr" is none of zh, en`,
		"restore --data x " + missing:     "no such file",
		"import --data x " + missing:      "no such file",
		"bench --senders a":               `"a" is no whole number`,
		"serve --data x --listen":         "--listen",
		"verify --data x more":            "more",
		"solve projects --rule mood file": "mood",
	} {
		var out, errs bytes.Buffer
		if code := run(strings.Fields(line), streams{nil, &out, &errs}); code != 2 || !strings.Contains(errs.String(), want) || out.Len() > 0 {
			t.Errorf("%q: exit %d: %s%s", line, code, errs.String(), out.String())
		}
	}
}

// Help goes to standard output, with what a command explains itself.
func TestHelpExplainsACommand(t *testing.T) {
	for line, want := range map[string]string{
		"--help":             "serve",
		"solve --help":       "tally",
		"solve check --help": "cat instances.json results.json",
		"serve --help":       "[default: 127.0.0.1:1883]",
	} {
		var out, errs bytes.Buffer
		if code := run(strings.Fields(line), streams{nil, &out, &errs}); code != 0 || !strings.Contains(out.String(), want) || errs.Len() > 0 {
			t.Errorf("%q: exit %d: %s%s", line, code, errs.String(), out.String())
		}
	}
}

// An option may be given as empty: no MQTT door is opened.
func TestAnOptionMayBeEmpty(t *testing.T) {
	if got := strings.Join(apart([]string{"serve", "--mqtt=", "--data=/x", "a=", "--public=https://x/?a="}), "|"); got != "serve|--mqtt||--data=/x|a=|--public=https://x/?a=" {
		t.Error(got)
	}
}

// A switch in a file of settings is written in several ways, or left empty: an
// installation that started before starts after an upgrade.
func TestASwitchInTheEnvironmentIsReadAsPeopleWriteIt(t *testing.T) {
	for value, want := range map[string]bool{"": false, "1": true, "true": true, "yes": true, "Yes": true, "no": false, "0": false, "false": false} {
		c := serveCmd{folder: folder{Data: "x"}, OpenWordsBy: value}
		if err := c.missing(); err != nil || c.OpenWords != want {
			t.Errorf("%q: %v, %v", value, c.OpenWords, err)
		}
	}
	t.Setenv("LINLI_OPEN311_WORDS", "perhaps")
	var out, errs bytes.Buffer
	if code := run([]string{"serve", "--data", "x"}, streams{nil, &out, &errs}); code != 2 || !strings.Contains(errs.String(), "LINLI_OPEN311_WORDS") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
	c := serveCmd{folder: folder{Data: "x"}, OpenWords: true, OpenWordsBy: "no"}
	if err := c.missing(); err != nil || !c.OpenWords {
		t.Error("what the command line says counts")
	}
}

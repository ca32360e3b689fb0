package ui

import (
	"embed"
	"encoding/json"
	"io/fs"
	"strings"
)

//go:embed words/*.toml
var wordFiles embed.FS

// WordFiles holds zh.toml (the source) and en.toml, the texts of the shells
// themselves, to be read into the house's catalogue.
func WordFiles() fs.FS {
	folder, err := fs.Sub(wordFiles, "words")
	if err != nil {
		return wordFiles // the folder is embedded: cannot be
	}
	return folder
}

// Words are the translated texts the shells and the script need on their own.
// {n} and {time} are filled in by the script or by the component.
type Words struct {
	Skip         string
	MainNav      string
	Back         string
	Close        string
	Menu         string
	LargeType    string
	StandardType string
	Messages     string
	Unread       string
	OfflineTitle string
	OfflineBody  string
	SendLater    string
	DraftSaved   string
	DraftWaiting string
	DraftSent    string
	DraftFailed  string
	Sending      string
	NotSent      string
	SignInAgain  string
	Stale        string
	Photo        string
	AddPhoto     string
	MostPhotos   string
	Paint        string
	PaintTitle   string
	PaintHelp    string
	Undo         string
	Done         string
	Cancel       string
	Remove       string
	KeysTitle    string
	KeyDown      string
	KeyUp        string
	KeyOpen      string
	KeyHelp      string
	ErrorTitle   string
	Optional     string
	StepDone     string
	StepNow      string
	StepTodo     string
}

// WordsFrom looks up each text under its key, "ui.skip" and so on.
func WordsFrom(text func(key string) string) Words {
	return Words{
		Skip:         text("ui.skip"),
		MainNav:      text("ui.main_nav"),
		Back:         text("ui.back"),
		Close:        text("ui.close"),
		Menu:         text("ui.menu"),
		LargeType:    text("ui.large_type"),
		StandardType: text("ui.standard_type"),
		Messages:     text("ui.messages"),
		Unread:       text("ui.unread"),
		OfflineTitle: text("ui.offline_title"),
		OfflineBody:  text("ui.offline_body"),
		SendLater:    text("ui.send_later"),
		DraftSaved:   text("ui.draft_saved"),
		DraftWaiting: text("ui.draft_waiting"),
		DraftSent:    text("ui.draft_sent"),
		DraftFailed:  text("ui.draft_failed"),
		Sending:      text("ui.sending"),
		NotSent:      text("ui.not_sent"),
		SignInAgain:  text("ui.sign_in_again"),
		Stale:        text("ui.stale"),
		Photo:        text("ui.photo"),
		AddPhoto:     text("ui.add_photo"),
		MostPhotos:   text("ui.most_photos"),
		Paint:        text("ui.paint"),
		PaintTitle:   text("ui.paint_title"),
		PaintHelp:    text("ui.paint_help"),
		Undo:         text("ui.undo"),
		Done:         text("ui.done"),
		Cancel:       text("ui.cancel"),
		Remove:       text("ui.remove"),
		KeysTitle:    text("ui.keys_title"),
		KeyDown:      text("ui.key_down"),
		KeyUp:        text("ui.key_up"),
		KeyOpen:      text("ui.key_open"),
		KeyHelp:      text("ui.key_help"),
		ErrorTitle:   text("ui.error_title"),
		Optional:     text("ui.optional"),
		StepDone:     text("ui.step_done"),
		StepNow:      text("ui.step_now"),
		StepTodo:     text("ui.step_todo"),
	}
}

// script is the part the browser's script speaks, as JSON for data-words.
func (w Words) script() string {
	b, err := json.Marshal(map[string]string{
		"send_later":    w.SendLater,
		"draft_saved":   w.DraftSaved,
		"draft_waiting": w.DraftWaiting,
		"draft_sent":    w.DraftSent,
		"draft_failed":  w.DraftFailed,
		"sending":       w.Sending,
		"not_sent":      w.NotSent,
		"sign_in_again": w.SignInAgain,
		"stale":         w.Stale,
		"photo":         w.Photo,
	})
	if err != nil {
		return "{}" // a map of strings always encodes
	}
	return string(b)
}

// fill puts value in the place of {name}.
func fill(text, name, value string) string {
	return strings.ReplaceAll(text, "{"+name+"}", value)
}

package ui

import "github.com/a-h/templ"

// HomePart is what a room gives to a resident's home page.
type HomePart struct {
	Todos []Todo
	Body  templ.Component // their own matters; nil: none
}

// WorkPart is what a room gives to the page of the day.
type WorkPart struct {
	Stats   []Stat
	Body    templ.Component // below what waits
	Live    templ.SafeURL   // the stream that keeps it up to date
	Actions templ.Component // in the head of the page; nil: none
}

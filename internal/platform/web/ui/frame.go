package ui

import (
	"net/http"

	"github.com/a-h/templ"
)

// Frame puts the house's own shells around a room's page: who is signed in,
// what they may go to, what waits for them. The program hands one to each
// room; a room fills in title and content.
type Frame interface {
	// Phone is a resident's inner page with a way back.
	Phone(r *http.Request, title string, back templ.SafeURL) PhoneShell
	// Home is a resident's page with the tabs; at names the current tab.
	Home(r *http.Request, title, at string) PhoneShell
	// Desk is a staff page; at names the current item of the rail.
	Desk(r *http.Request, at string, head Head) DeskShell
	// Bare is a page outside the house: sign-in, set-up, errors.
	Bare(r *http.Request, title string) BareShell
}

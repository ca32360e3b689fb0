// Package ui is the look of linli: the shells, parts and states of which every
// page is put together, with the style sheet, the icons and the small script
// that make them work on a bad evening.
//
// A resident meets a phone page: a door-plate on top, one thing below the
// other, five tabs at the bottom with the camera raised in the middle. Staff
// meet a desk: a side rail, a list, and the opened thing beside it.
//
//	Doc ─┬─ Phone  top, main, tabs or foot          residents
//	     ├─ Desk   rail, head, main, tabs on phones  staff
//	     └─ Bare   roofline, card                    sign-in, errors
//
// The package knows nothing of neighbourhood life. Text arrives translated,
// addresses arrive as text, links as templ.SafeURL; what comes in is plain data
// and what goes out is HTML that works without JavaScript. The script adds:
// photos shrunk on the phone, a draft that survives the basement and is sent
// once when the network returns, keys for lists, the large-type switch.
//
// There is no inline script and no style attribute anywhere, so pages run under
// the house's policy of script-src and style-src 'self'. Colours are tokens of static/linli.css; light, dark and
// large type restyle the same page.
//
// Static serves the files, and Saved answers a form in the way the script and a
// bare browser both understand. The switch of large type posts to /look.
package ui

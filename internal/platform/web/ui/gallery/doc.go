// Package gallery shows every part of the design system on sample pages, for
// the tests that read their HTML and the stories that look at them in a
// browser. The program itself never imports it.
package gallery

package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// tidyAddress replaces in a query what no database keeps, broken UTF-8 and the
// zero byte, by U+FFFD, so that no room need think of it: a filter that holds such
// still filters, and matches nothing. A path that holds such is nobody's.
func tidyAddress(r *http.Request) error {
	if store.Clean(r.URL.Path) != r.URL.Path {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err == nil && tidy(query, whole) {
		u := *r.URL
		u.RawQuery, r.URL = query.Encode(), &u
	}
	return nil // what is no query is for the form's reader to say
}

// whole is a text that a database keeps, with U+FFFD for what it would not.
func whole(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// tidy cleans values in place, and reports whether any of them changed.
func tidy(values url.Values, clean func(string) string) (changed bool) {
	for _, list := range values {
		for i, v := range list {
			list[i] = clean(v)
			changed = changed || list[i] != v
		}
	}
	return changed
}

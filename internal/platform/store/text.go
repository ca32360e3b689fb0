package store

import "strings"

// Clean drops from a text what no database keeps: broken UTF-8 and the zero
// byte.
func Clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

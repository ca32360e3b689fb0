package ui

import (
	"context"

	problem "github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/words"
)

// Read looks up the texts of the shells and of forms in the reader's language.
func Read(ctx context.Context) Words {
	return WordsFrom(func(key string) string { return words.T(ctx, key) })
}

// Errors are the wrong fields of a form, for the summary above it; nil: none. A
// fault that no field can mend, as a full disk, is its own sentence.
func Errors(ctx context.Context, f *problem.Error) []FormError {
	if f == nil {
		return nil
	}
	var out []FormError
	for _, x := range f.Fields {
		out = append(out, FormError{ID: x.Name, Text: words.T(ctx, x.Key, x.Args...)})
	}
	if len(out) == 0 {
		out = append(out, FormError{Text: words.T(ctx, f.Key, f.Args...)})
	}
	return out
}

// ErrorOf is what is wrong with one field; empty: nothing.
func ErrorOf(ctx context.Context, f *problem.Error, field string) string {
	for _, x := range Errors(ctx, f) {
		if x.ID == field {
			return x.Text
		}
	}
	return ""
}

package words

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Lang is a language linli speaks.
type Lang string

// The languages. Chinese is the source.
const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// Langs are all languages, the source first.
func Langs() []Lang { return []Lang{Chinese, English} }

// Tag is the BCP 47 tag for an HTML lang attribute.
func (l Lang) Tag() string {
	if l == English {
		return "en"
	}
	return "zh-CN"
}

// Parse reads a language name; anything unknown is Chinese.
func Parse(s string) Lang {
	if Lang(s) == English {
		return English
	}
	return Chinese
}

// FromHeader chooses from an Accept-Language header: English only where it is
// named and Chinese is not.
func FromHeader(accept string) Lang {
	a := strings.ToLower(accept)
	if strings.Contains(a, "en") && !strings.Contains(a, "zh") {
		return English
	}
	return Chinese
}

// Catalog is every sentence of every room.
type Catalog struct {
	byLang map[Lang]map[string]string
}

// Load reads zh.toml and en.toml of each folder. A key written twice is an
// error.
func Load(rooms ...fs.FS) (*Catalog, error) {
	c := &Catalog{byLang: map[Lang]map[string]string{}}
	for _, lang := range Langs() {
		c.byLang[lang] = map[string]string{}
		for _, room := range rooms {
			if err := c.read(lang, room); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func (c *Catalog) read(lang Lang, room fs.FS) error {
	name := string(lang) + ".toml"
	b, err := fs.ReadFile(room, name)
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(b, &tree); err != nil {
		return fmt.Errorf("words: %s: %w", name, err)
	}
	return flatten(c.byLang[lang], "", tree)
}

func flatten(into map[string]string, prefix string, tree map[string]any) error {
	for k, v := range tree {
		key := prefix + k
		switch v := v.(type) {
		case string:
			if _, twice := into[key]; twice {
				return fmt.Errorf("words: %s is written twice", key)
			}
			into[key] = v
		case map[string]any:
			if err := flatten(into, key+".", v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("words: %s is no sentence", key)
		}
	}
	return nil
}

// Keys are all keys of a language, sorted.
func (c *Catalog) Keys(lang Lang) []string {
	return slices.Sorted(maps.Keys(c.byLang[lang]))
}

// Has reports whether the key is written in the language.
func (c *Catalog) Has(lang Lang, key string) bool {
	_, ok := c.byLang[lang][key]
	return ok
}

// T is the sentence with its arguments (alternating names and values) put in.
// An unknown key comes back in brackets, so that it is seen.
func (c *Catalog) T(lang Lang, key string, args ...any) string {
	s, ok := c.byLang[lang][key]
	if !ok {
		return "[" + key + "]"
	}
	if len(args) == 0 {
		return s
	}
	values := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		values[fmt.Sprint(args[i])] = fmt.Sprint(args[i+1])
	}
	if one, ok := c.byLang[lang][key+".one"]; ok && values["n"] == "1" {
		s = one
	}
	return filled(s, values)
}

// filled puts each value where its name stands in braces; other braces stay.
func filled(s string, values map[string]string) string {
	var out strings.Builder
	for {
		open := strings.IndexByte(s, '{')
		end := strings.IndexByte(s[open+1:], '}') + open + 1
		if open < 0 || end <= open {
			out.WriteString(s)
			return out.String()
		}
		value, known := values[s[open+1:end]]
		if !known {
			end, value = open, "{"
		}
		out.WriteString(s[:open])
		out.WriteString(value)
		s = s[end+1:]
	}
}

type ctxKey struct{}

type speaker struct {
	catalog *Catalog
	lang    Lang
}

// With says in which language this request is answered.
func With(ctx context.Context, c *Catalog, lang Lang) context.Context {
	return context.WithValue(ctx, ctxKey{}, speaker{c, lang})
}

// T is the sentence in the language of the context. Without a language it is
// the key in brackets.
func T(ctx context.Context, key string, args ...any) string {
	s, ok := ctx.Value(ctxKey{}).(speaker)
	if !ok {
		return "[" + key + "]"
	}
	return s.catalog.T(s.lang, key, args...)
}

// Of is the language of the context, Chinese if none was set.
func Of(ctx context.Context) Lang {
	if s, ok := ctx.Value(ctxKey{}).(speaker); ok {
		return s.lang
	}
	return Chinese
}

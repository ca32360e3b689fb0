package people

import (
	"slices"
	"strings"
)

// Posts are the actor's posts by which the table lets them use an access, in the
// order they hold them.
func (Access) Posts(a Actor, access string) []Held {
	resource, field, _ := strings.Cut(access, ".")
	row := accessTable()[Cell{resource, field}]
	var posts []Held
	for _, p := range a.Posts {
		if slices.ContainsFunc(row[p.Role.Group()], func(rule string) bool {
			return slices.Contains([]string{ruleYes, ruleServed, ruleLogged, ruleShared}, rule)
		}) {
			posts = append(posts, p)
		}
	}
	return posts
}

// As are the groups as which the table lets the actor use an access at a place by
// a post, in the order of the table. The empty path is anywhere they serve.
func (x Access) As(a Actor, access, path string) []Group {
	posts := x.Posts(a, access)
	return slices.DeleteFunc(Groups(), func(g Group) bool {
		return !slices.ContainsFunc(posts, func(p Held) bool {
			return p.Role.Group() == g && (path == "" || a.Serves(g, path))
		})
	})
}

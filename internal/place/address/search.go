package address

import (
	"slices"
	"strings"

	"github.com/linli/linli/internal/platform/text"
)

// Why says what makes a place a hit, so that a page can tell an answer from a
// suggestion.
type Why string

// What makes a place a hit, the surest first.
const (
	Exact  Why = "exact"  // it is what was typed, in another spelling at most
	Prefix Why = "prefix" // its name begins with what was typed
	Pinyin Why = "pinyin" // its pinyin or its initials are or begin with it
	Part   Why = "part"   // its name holds it, or it holds the room that is unknown
	Near   Why = "near"   // one sign is wrong, missing, too many or swapped: ask first
)

// Hit is one place found.
type Hit struct {
	ID    string
	Score int // 1000 exact, 900 prefix, 800 pinyin, 600 part, 500 near, 400 the door of a near one
	Why   Why
}

// most bounds the spellings looked at in one step of a search.
const most = 2048

// query is what was typed, read once.
type query struct {
	text string  // tight, canonical
	full Address // as parsed
	head string  // the tight compound part; the whole text where there is no tail
	tail bool    // a door or room is named
	pin  string  // letters and digits in lower case, "" when it cannot be pinyin
}

// Search returns at most limit places for what a person typed, best first;
// equal scores in the natural order of the tree, so the same query always
// gives the same answer. Suggestions that are only near come when nothing is
// exact; doors and rooms are never guessed. An empty query finds nothing.
func (x *Index) Search(typed string, limit int) []Hit {
	q := read(typed)
	if q.text == "" || limit <= 0 {
		return nil
	}
	found := collector{index: x, limit: limit, seen: map[int32]bool{}}
	found.add(Exact, 1000, x.exact(q, limit))
	exact := len(found.hits) > 0
	found.add(Prefix, 900, x.places(q, x.beginning(q), limit))
	found.add(Pinyin, 800, x.places(q, x.spelled(q), limit))
	found.add(Part, 600, x.places(q, x.holding(q, limit), limit))
	found.add(Part, 600, x.digits(typed, limit))
	if exact {
		return found.hits
	}
	found.add(Part, 600, x.containers(q, limit))
	found.add(Near, 500, x.places(q, x.mistaken(q), limit))
	if len(found.hits) == 0 && q.tail && q.full.Room != "" {
		q.full.Room, q.full.Floor = "", 0
		found.add(Near, 400, x.places(q, x.mistaken(q), limit))
	}
	return found.hits
}

func read(typed string) query {
	a, left := Parse(typed)
	q := query{text: tight(Normalize(typed)), full: a, head: tight(head(a).Format())}
	q.tail = left == "" && (a.Door != "" || a.Room != "" || a.Floor != 0)
	if !q.tail {
		q.head = q.text
	}
	if spelled := strings.ToLower(q.head); latin(spelled) {
		q.pin = spelled
	}
	return q
}

// latin reports whether s can be pinyin: two or more letters or digits, the
// first one a letter.
func latin(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return false
		}
	}
	return len(s) >= 2 && s[0] >= 'a'
}

// collector keeps hits in order, each place once.
type collector struct {
	index *Index
	limit int
	seen  map[int32]bool
	hits  []Hit
}

func (c *collector) add(why Why, score int, nodes []int32) {
	for _, n := range nodes {
		if len(c.hits) >= c.limit {
			return
		}
		if !c.seen[n] {
			c.seen[n] = true
			c.hits = append(c.hits, Hit{ID: c.index.nodes[n].id, Score: score, Why: why})
		}
	}
}

// exact finds the whole text as a spelling, and a door or room inside a
// compound that is spelled exactly, or inside any where none was named.
func (x *Index) exact(q query, limit int) []int32 {
	var whole []int32
	if at, ok := x.byText[q.text]; ok {
		whole = x.forms[at].nodes
	}
	if !q.tail {
		return whole
	}
	if q.head == "" {
		return union(whole, x.within(nil, q.full))
	}
	at, ok := x.byText[q.head]
	if !ok {
		return whole
	}
	return union(whole, x.places(q, []int32{at}, limit))
}

// places turns spellings into the places they name; when the query names a
// door or room, into that door or room inside them.
func (x *Index) places(q query, forms []int32, limit int) []int32 {
	var out, heads []int32
	for _, at := range forms {
		f := x.forms[at]
		if !q.tail {
			out = append(out, f.nodes[:min(len(f.nodes), limit)]...)
			continue
		}
		heads = append(heads, f.nodes...)
		a := q.full
		a.Road, a.Lane, a.Name = f.addr.Road, f.addr.Lane, f.addr.Name
		if whole, ok := x.byText[tight(a.Format())]; ok {
			out = append(out, x.forms[whole].nodes...)
		}
	}
	if len(heads) > 0 {
		out = append(out, x.within(heads, q.full)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// containers finds, for a room or floor that is not in the register, the door
// it must be behind.
func (x *Index) containers(q query, limit int) []int32 {
	if !q.tail || q.full.Door == "" || q.full.Room == "" && q.full.Floor == 0 {
		return nil
	}
	q.full.Room, q.full.Floor, q.full.Unit = "", 0, ""
	q.text = tight(q.full.Format())
	return x.exact(q, limit)
}

// within finds the door and room of a below heads; nil heads means anywhere.
func (x *Index) within(heads []int32, a Address) []int32 {
	if a.Room == "" && a.Floor != 0 {
		return nil
	}
	here := heads
	if a.Door != "" {
		here = x.below(here, x.doors[a.Door])
		if len(here) == 0 {
			return nil
		}
	}
	if a.Unit != "" {
		if unit, ok := x.byText[a.Unit]; ok {
			here = x.below(here, x.forms[unit].nodes)
		}
	}
	if a.Room != "" {
		here = x.below(here, x.rooms[a.Room])
	}
	return here
}

// below keeps the nodes that lie in one of heads, however deep.
func (x *Index) below(heads, nodes []int32) []int32 {
	if heads == nil {
		return nodes
	}
	in := make(map[int32]bool, len(heads))
	for _, h := range heads {
		in[h] = true
	}
	var out []int32
	for _, n := range nodes {
		at := x.nodes[n].parent
		for depth := 0; at >= 0 && depth <= deepest; depth++ {
			if in[at] {
				out = append(out, n)
				break
			}
			at = x.nodes[at].parent
		}
	}
	return out
}

// beginning finds the spellings that begin with what was typed.
func (x *Index) beginning(q query) []int32 {
	return x.kept(q, startingWith(x.sorted, q.head))
}

// spelled finds the heads whose pinyin begins with what was typed.
func (x *Index) spelled(q query) []int32 {
	if q.pin == "" {
		return nil
	}
	return x.kept(q, startingWith(x.pinyin, q.pin))
}

func startingWith(list []spelling, s string) []int32 {
	if s == "" {
		return nil
	}
	from, _ := slices.BinarySearchFunc(list, s, func(p spelling, s string) int { return strings.Compare(p.text, s) })
	var out []int32
	for ; from < len(list) && len(out) < most && strings.HasPrefix(list[from].text, s); from++ {
		out = append(out, list[from].form)
	}
	return out
}

// kept drops the spellings that are no heads when a door or room follows.
func (x *Index) kept(q query, forms []int32) []int32 {
	return slices.DeleteFunc(forms, func(at int32) bool { return q.tail && !x.forms[at].head })
}

// holding finds the spellings that hold what was typed anywhere.
func (x *Index) holding(q query, limit int) []int32 {
	var rarest []int32
	for i, pair := range pairsOf(q.head) {
		if list := x.pairs[pair]; i == 0 || len(list) < len(rarest) {
			rarest = list
		}
	}
	var out []int32
	for _, at := range rarest {
		f := &x.forms[at]
		if q.tail && !f.head || !strings.Contains(f.text, q.head) {
			continue
		}
		if out = append(out, at); len(out) >= max(limit*4, 64) {
			break
		}
	}
	return out
}

// digits finds the spellings that hold a number typed alone, which may be
// half a lane as well as a room.
func (x *Index) digits(typed string, limit int) []int32 {
	number := tight(plain(typed))
	if strings.Trim(number, "0123456789") != "" {
		return nil
	}
	q := query{text: number, head: number}
	return x.places(q, x.holding(q, limit), limit)
}

// mistaken finds the heads that are one mistake away, in signs or in pinyin.
func (x *Index) mistaken(q query) []int32 {
	var out []int32
	for _, at := range neighbours(x.near, q.head, most) {
		if oneMistake(q.head, x.forms[at].text) {
			out = append(out, at)
		}
	}
	if len(q.pin) <= nearShortest {
		return out
	}
	for _, at := range neighbours(x.nearPin, q.pin, most) {
		full, initials := text.Pinyin(x.forms[at].text)
		if oneMistake(q.pin, full) || oneMistake(q.pin, initials) {
			out = append(out, at)
		}
	}
	return out
}

// union merges two ascending lists.
func union(a, b []int32) []int32 {
	if len(a) == 0 {
		return b
	}
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

package address

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/linli/linli/internal/platform/text"
)

// Entry is one place of the tree, from compound to dwelling.
type Entry struct {
	ID     string   // unique
	Names  []string // as people write it: 长宁路225弄, 桂花园, 6号楼, 502; the first one sorts
	Parent string   // ID of the place it lies in; empty or unknown for the top
}

// Index finds places by what people type. It is made by Build, never changes
// and may be used by many at once.
type Index struct {
	nodes   []node           // in the order that hits of one score are given
	forms   []form           // every spelling, in the order of its first node
	byText  map[string]int32 // spelling → forms
	doors   map[string][]int32
	rooms   map[string][]int32
	sorted  []spelling         // every form by its text
	pinyin  []spelling         // heads by their pinyin and its initials
	near    []neighbour        // heads by themselves less one rune
	nearPin []neighbour        // the same for their pinyin
	pairs   map[uint64][]int32 // two adjacent runes → forms
}

type node struct {
	id     string
	parent int32 // -1 at the top
}

// form is one spelling. A head is a road, lane or name without door and room.
type form struct {
	text  string
	head  bool
	addr  Address
	nodes []int32 // ascending
}

type spelling struct {
	text string
	form int32
}

// Build makes the index. The order of entries does not matter. An entry whose
// Parent is missing or leads in a circle stands at the top.
func Build(entries []Entry) *Index {
	x := &Index{
		byText: map[string]int32{},
		doors:  map[string][]int32{},
		rooms:  map[string][]int32{},
		pairs:  map[uint64][]int32{},
	}
	ordered := x.order(entries)
	for i, e := range ordered {
		for _, name := range e.Names {
			x.addName(int32(i), name)
		}
	}
	x.finish()
	return x
}

// order sorts the entries so that a place comes before what lies in it and
// its neighbours stand in natural order, and fills the nodes.
func (x *Index) order(entries []Entry) []Entry {
	byID := make(map[string]int, len(entries))
	for i, e := range entries {
		byID[e.ID] = i
	}
	paths := make([]string, len(entries))
	order := make([]int, len(entries))
	for i := range entries {
		order[i] = i
		path(entries, byID, paths, i, 0)
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(paths[a], paths[b]), strings.Compare(entries[a].ID, entries[b].ID))
	})
	at := make([]int32, len(entries))
	for rank, i := range order {
		at[i] = int32(rank)
	}
	sorted := make([]Entry, len(entries))
	x.nodes = make([]node, len(entries))
	for rank, i := range order {
		sorted[rank] = entries[i]
		x.nodes[rank] = node{id: entries[i].ID, parent: -1}
		if parent, ok := byID[entries[i].Parent]; ok && parent != i {
			x.nodes[rank].parent = at[parent]
		}
	}
	return sorted
}

// deepest bounds the walk to the top, so that a circle of parents ends.
const deepest = 12

func path(entries []Entry, byID map[string]int, paths []string, i, depth int) string {
	if paths[i] != "" {
		return paths[i]
	}
	own := "\x01"
	if len(entries[i].Names) > 0 {
		own += SortKey(entries[i].Names[0])
	}
	if parent, ok := byID[entries[i].Parent]; ok && parent != i && depth < deepest {
		own = path(entries, byID, paths, parent, depth+1) + own
	}
	paths[i] = own
	return own
}

// addName stores the spellings of one name: as it is, without its road, and
// the compound's name alone.
func (x *Index) addName(at int32, name string) {
	a, left := Parse(name)
	if left != "" {
		a = Address{Name: tight(Normalize(name))}
	}
	x.addForm(at, a)
	if a.Road != "" && a.Lane+a.Name+a.Door != "" {
		b := a
		b.Road = ""
		x.addForm(at, b)
		if a.Lane != "" && a.Name != "" {
			b.Lane = ""
			x.addForm(at, b)
		}
	}
	if a.Door != "" && a.Room == "" {
		x.doors[a.Door] = append(x.doors[a.Door], at)
	}
	if a.Room != "" {
		x.rooms[a.Room] = append(x.rooms[a.Room], at)
	}
	if h := head(a); h != (Address{}) && h != a {
		x.addForm(-1, h)
	}
}

// addForm stores one spelling of the place at; -1 stores the spelling only.
func (x *Index) addForm(at int32, a Address) {
	key := tight(a.Format())
	if key == "" {
		return
	}
	i, ok := x.byText[key]
	if !ok {
		i = int32(len(x.forms))
		x.byText[key] = i
		x.forms = append(x.forms, form{text: key, addr: a, head: head(a) == a})
	}
	f := &x.forms[i]
	if at >= 0 && (len(f.nodes) == 0 || f.nodes[len(f.nodes)-1] != at) {
		f.nodes = append(f.nodes, at)
	}
}

// finish fills what is looked up by something else than the whole spelling.
func (x *Index) finish() {
	for i, f := range x.forms {
		at := int32(i)
		x.sorted = append(x.sorted, spelling{f.text, at})
		x.addPairs(at, f.text)
		if !f.head {
			continue
		}
		x.near = addNeighbours(x.near, f.text, at)
		full, initials := text.Pinyin(f.text)
		x.addPinyin(full, at)
		x.addPinyin(initials, at)
		if strings.ContainsRune(f.text, '弄') {
			x.addPinyin(strings.ReplaceAll(full, "long", "nong"), at)
		}
	}
	bySpelling := func(a, b spelling) int {
		return cmp.Or(strings.Compare(a.text, b.text), cmp.Compare(a.form, b.form))
	}
	slices.SortFunc(x.sorted, bySpelling)
	slices.SortFunc(x.pinyin, bySpelling)
	sortNeighbours(x.near)
	sortNeighbours(x.nearPin)
}

func (x *Index) addPinyin(spelled string, at int32) {
	if len(spelled) < 2 {
		return
	}
	x.pinyin = append(x.pinyin, spelling{spelled, at})
	x.nearPin = addNeighbours(x.nearPin, spelled, at)
}

func (x *Index) addPairs(at int32, s string) {
	for _, pair := range pairsOf(s) {
		list := x.pairs[pair]
		if len(list) == 0 || list[len(list)-1] != at {
			x.pairs[pair] = append(list, at)
		}
	}
}

func pairsOf(s string) []uint64 {
	var out []uint64
	var before rune = -1
	for _, r := range s {
		if before >= 0 {
			out = append(out, uint64(before)<<32|uint64(r))
		}
		before = r
	}
	return out
}

// head is the part of a that names the compound.
func head(a Address) Address { return Address{Road: a.Road, Lane: a.Lane, Name: a.Name} }

// tight is s without spaces, which people put where they like.
func tight(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

package open311

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/text"
)

// neighbours are the names and flats of a neighbourhood's register, which the
// public does not read in a neighbour's words.
type neighbours struct {
	names map[rune][]string // by their first sign, without blanks
	rooms map[string]bool   // 402, 1203
}

// neighboursKept is how long a register is not read again: anybody may ask as
// often as they like.
const neighboursKept = time.Minute

// registerCache remembers the neighbours of each neighbourhood for a while.
type registerCache struct {
	mu   sync.Mutex
	kept map[store.Tenant]keptNeighbours
}

type keptNeighbours struct {
	*neighbours
	at time.Time
}

// neighbours reads the register of a neighbourhood.
func (o *API) neighbours(ctx context.Context, tenant store.Tenant) (*neighbours, error) {
	o.known.mu.Lock()
	defer o.known.mu.Unlock()
	now := o.reports.Store.Now()
	if k, ok := o.known.kept[tenant]; ok && now.Sub(k.at) < neighboursKept && !now.Before(k.at) {
		return k.neighbours, nil
	}
	names, err := o.reports.Register.Names(ctx, tenant)
	if err != nil {
		return nil, err
	}
	tree, err := place.ReadTree(ctx, o.reports.Store.Reader(), tenant)
	if err != nil {
		return nil, err
	}
	n := &neighbours{names: map[rune][]string{}, rooms: map[string]bool{}}
	for _, name := range names {
		n.add(name, 2)
	}
	for _, home := range tree.InUse(place.Dwelling) {
		if number := strings.TrimSuffix(home.Name, "室"); strings.Trim(number, "0123456789") == "" {
			n.rooms[number] = true
		} else {
			n.add(home.Name, 3)
		}
	}
	if o.known.kept == nil {
		o.known.kept = map[store.Tenant]keptNeighbours{}
	}
	o.known.kept[tenant] = keptNeighbours{n, now}
	return n, nil
}

// add takes a name of at least so many Han characters, or of four letters.
func (n *neighbours) add(name string, least int) {
	f := foldName([]rune(name))
	letters := []rune(f.text)
	if len(letters) >= least && (unicode.Is(unicode.Han, letters[0]) || len(letters) >= 4) {
		n.names[letters[0]] = append(n.names[letters[0]], f.text)
	}
}

// foldName is a folded text whose numerals are left as they are: 王一.
func foldName(original []rune) folded {
	var signs []sign
	for i, r := range original {
		if r = unicode.ToUpper(text.HalfWidth(r)); unicode.IsLetter(r) || unicode.IsDigit(r) {
			signs = append(signs, sign{r, i})
		}
	}
	return joined(signs)
}

// roomsBeside finds flats by what stands beside them, whatever the register says:
// 302室, 6号402, 3单元501.
var roomsBeside = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([0-9]{2,4})(?:室|房间)|(?:号楼?|幢|栋|座|单元|门)([0-9]{3,4})`)
})

// mark notes the names and flats in a text.
func (n *neighbours) mark(out []bool, original []rune, plain folded) {
	for _, at := range roomsBeside().FindAllStringSubmatchIndex(plain.text, -1) {
		from, to := at[2], at[3]
		if from < 0 {
			from, to = at[4], at[5]
		}
		if at[2] >= 0 || !measured(plain.text[to:]) {
			plain.mark(out, original, [][]int{{from, to}})
		}
	}
	n.markRooms(out, original)
	names := foldName(original)
	for at, r := range names.text {
		for _, name := range n.names[r] {
			if strings.HasPrefix(names.text[at:], name) {
				names.mark(out, original, [][]int{{at, at + len(name)}})
			}
		}
	}
}

// markRooms notes figures that are flats of the neighbourhood: 402漏水, 6-402.
func (n *neighbours) markRooms(out []bool, original []rune) {
	for i := 0; i < len(original); {
		number, end := "", i
		for end < len(original) && unicode.IsDigit(text.HalfWidth(original[end])) {
			number += string(text.HalfWidth(original[end]))
			end++
		}
		if end == i {
			i++
			continue
		}
		if n.rooms[number] && !measured(fold(original[end:min(len(original), end+8)], false).text) {
			for j := i; j < end; j++ {
				out[j] = true
			}
		}
		i = end
	}
}

// measured reports whether what follows a figure makes it an amount, a year, a
// lane or a bus.
func measured(after string) bool {
	for _, unit := range []string{"元", "块", "弄", "路", "年", "月", "米", "个", "人", "次", "度", "岁", "斤", "公里", "瓦", "伏", "条", "平", "M2", "分钟", "秒", "小时", "天", "辆", "只", "盏", "台", "号", "页", "吨", "升", "KG", "KM", "线"} {
		if strings.HasPrefix(after, unit) {
			return true
		}
	}
	return false
}

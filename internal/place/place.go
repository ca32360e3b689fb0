package place

import (
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// Kind is what sort of place a node of the tree is.
type Kind string

// The kinds, from the widest to the narrowest.
const (
	Subdistrict   Kind = "subdistrict"   // 街道
	Neighbourhood Kind = "neighbourhood" // 居民区
	Grid          Kind = "grid"          // 网格
	Compound      Kind = "compound"      // 小区
	Building      Kind = "building"      // 楼
	Entrance      Kind = "entrance"      // 楼组
	Dwelling      Kind = "dwelling"      // 房屋
)

// Tenant is a neighbourhood or the subdistrict office: who its data belongs to.
type Tenant struct {
	ID       store.Tenant
	Parent   store.Tenant // the subdistrict's tenant, for a neighbourhood
	Kind     Kind         // Subdistrict or Neighbourhood
	Ref      string
	Name     string
	Short    string // leads household codes and public numbers, such as XW
	District string
	City     string
	Phone    string // of the committee's office, for everybody; may be empty
	Root     string // id of its node
}

// Node is a place: a row of the tree. Building numbers are labels, never
// 1 to n.
type Node struct {
	Tenant  store.Tenant
	ID      string
	Parent  string
	Kind    Kind
	Ref     string // the register's own key
	Name    string // as on the door-plate: 静安桂花园, 6号, 二层亭子间
	Alias   string // other names, separated by ;
	Road    string
	Lane    string
	Path    string // /id/…/id/ from the root to the place itself
	Floor   int
	Floors  int
	Area    int64 // 0.01 m²
	Built   int   // year
	Facts   map[string]string
	Retired time.Time
}

// Ancestors are the ids from the root to the place itself.
func (n Node) Ancestors() []string {
	return strings.FieldsFunc(n.Path, func(r rune) bool { return r == '/' })
}

// Covers reports whether other lies in n or is n.
func (n Node) Covers(other Node) bool {
	return n.Tenant == other.Tenant && strings.HasPrefix(other.Path, n.Path)
}

package report

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// Name is the category in the language of the context.
func (c Category) Name(ctx context.Context) string {
	if words.Of(ctx) == words.English {
		return c.En
	}
	return c.Zh
}

// Group is the name of the category's group in the language of the context.
func (c Category) Group(ctx context.Context) string {
	if words.Of(ctx) == words.English {
		return c.GroupEn
	}
	return c.GroupZh
}

// Catalogue is the subdistrict's table of categories. It is read once and
// again after a change.
type Catalogue struct {
	store *store.Store
	owner func(context.Context) (store.Tenant, error)

	mu     sync.RWMutex
	list   []Category
	byCode map[string]Category
}

// NewCatalogue reads the categories of the tenant that owner names: the
// subdistrict office.
func NewCatalogue(s *store.Store, owner func(context.Context) (store.Tenant, error)) *Catalogue {
	return &Catalogue{store: s, owner: owner}
}

// All are the categories in the order of the table, retired ones too.
func (c *Catalogue) All(ctx context.Context) ([]Category, error) {
	list, _, err := c.read(ctx)
	return list, err
}

// ByCode is one category.
func (c *Catalogue) ByCode(ctx context.Context, code string) (Category, bool, error) {
	_, byCode, err := c.read(ctx)
	cat, ok := byCode[code]
	return cat, ok, err
}

func (c *Catalogue) read(ctx context.Context) ([]Category, map[string]Category, error) {
	c.mu.RLock()
	list, byCode := c.list, c.byCode
	c.mu.RUnlock()
	if len(list) > 0 {
		return list, byCode, nil
	}
	owner, err := c.owner(ctx)
	if err != nil {
		return nil, nil, err
	}
	rows, err := New(c.store.Reader()).Categories(ctx, owner)
	if err != nil {
		return nil, nil, fmt.Errorf("categories: %w", err)
	}
	byCode = map[string]Category{}
	for _, r := range rows {
		cat := Category{
			Code: r.Code, GroupCode: r.GroupCode, GroupZh: r.GroupZh, GroupEn: r.GroupEn, Zh: r.Zh, En: r.En, Handler: r.Handler,
			Accept: time.Duration(r.AcceptMin) * time.Minute, Mend: time.Duration(r.ResolveH) * time.Hour,
			EscalateTo: r.EscalateTo, Priority: r.Priority, Law: r.Law, Retired: r.RetiredAt != 0,
		}
		list, byCode[cat.Code] = append(list, cat), cat
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list, c.byCode = list, byCode
	return list, byCode, nil
}

// Put makes these the categories: listed ones are new or changed, others are
// retired, so that past reports keep their names.
func (c *Catalogue) Put(ctx context.Context, tx *store.Tx, owner store.Tenant, list []Category) error {
	q := New(tx)
	before, err := q.Categories(ctx, owner)
	if err != nil {
		return fmt.Errorf("categories: %w", err)
	}
	kept := map[string]bool{}
	for i, cat := range list {
		kept[cat.Code] = true
		err := q.PutCategory(ctx, PutCategoryParams{
			TenantID: owner, Code: cat.Code, Sort: int64(i), GroupCode: cat.GroupCode, GroupZh: cat.GroupZh, GroupEn: cat.GroupEn,
			Zh: cat.Zh, En: cat.En, Handler: cat.Handler, AcceptMin: int64(cat.Accept / time.Minute),
			ResolveH: int64(cat.Mend / time.Hour), EscalateTo: cat.EscalateTo, Priority: cat.Priority, Law: cat.Law,
		})
		if err != nil {
			return fmt.Errorf("category %s: %w", cat.Code, err)
		}
	}
	for _, old := range before {
		if !kept[old.Code] {
			if err := q.RetireCategory(ctx, owner, old.Code, store.Ms(tx.Now())); err != nil {
				return fmt.Errorf("category %s: %w", old.Code, err)
			}
		}
	}
	tx.AfterCommit(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.list, c.byCode = nil, nil
	})
	return nil
}

package report

import (
	"context"
	"fmt"

	"github.com/linli/linli/internal/platform/store"
)

// photoPage is how many photographs are named at a time.
const photoPage = 500

// PhotosOf calls fn with the hash of every photograph of a tenant's reports,
// the large one and the small one, until fn returns an error.
func PhotosOf(ctx context.Context, db store.DB, tenant store.Tenant, fn func(hash string) error) error {
	p := PhotosAfterParams{TenantID: tenant, Most: photoPage}
	for {
		rows, err := New(db).PhotosAfter(ctx, p)
		if err != nil {
			return fmt.Errorf("photographs: %w", err)
		}
		for _, r := range rows {
			for _, hash := range []string{r.Hash, r.Thumb} {
				if err := fn(hash); err != nil {
					return err
				}
			}
			p.AfterMatter, p.AfterSeq, p.AfterPlace = r.MatterID, r.Seq, r.Place
		}
		if len(rows) < photoPage {
			return nil
		}
	}
}

package operations

import (
	"context"
	"errors"
	"slices"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/blob"
	"github.com/linli/linli/internal/platform/store"
)

// Verdict is what was looked at and what of it does not hold.
type Verdict struct {
	Tenants  int
	Entries  int // of matters' timelines whose chain holds
	Audit    int // entries of the audit trail that hold
	Photos   int // photographs present and unchanged
	Findings []Finding
}

// Sound reports that everything holds.
func (v Verdict) Sound() bool { return len(v.Findings) == 0 }

func (v *Verdict) find(key string, args ...any) {
	v.Findings = append(v.Findings, Finding{key, args})
}

// Verify proves an installation, also while it is served. What it finds wrong
// is in the verdict; an error means that it could not look.
func Verify(ctx context.Context, o Options) (Verdict, error) {
	h, err := lookCurrent(ctx, o)
	if err != nil {
		return Verdict{}, err
	}
	v, err := h.verify(ctx)
	return v, errors.Join(err, h.store.Close())
}

func (h *house) verify(ctx context.Context) (v Verdict, err error) {
	wrong, err := h.store.Check(ctx, app.Rooms())
	if err != nil {
		v.find("verify.unreadable", "what", err.Error())
		return v, nil // a database that cannot be read through is a finding; nothing more can be asked of it
	}
	for _, line := range wrong {
		v.find("verify.database", "what", line)
	}
	photos := map[string]bool{}
	err = h.store.Frozen(ctx, func(ctx context.Context, db store.DB) error {
		return v.chains(ctx, db, photos)
	})
	if err != nil {
		return v, err
	}
	return v, h.verifyPhotos(ctx, photos, &v)
}

// chains checks every tenant's matters and audit trail, and gathers the
// photographs its reports name.
func (v *Verdict) chains(ctx context.Context, db store.DB, photos map[string]bool) error {
	tenants, err := ids(ctx, db)
	if err != nil {
		return err
	}
	v.Tenants = len(tenants)
	for _, t := range tenants {
		held, err := matter.Verify(ctx, db, t, func(b matter.Breach) {
			v.find("verify.matter_"+b.What, "number", b.Number, "entry", b.Seq)
		})
		if err != nil {
			return err
		}
		v.Entries += held
		if err := v.audit(ctx, db, t); err != nil {
			return err
		}
		err = picture.FilesOf(ctx, db, t, func(hash string) error {
			photos[hash] = true
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *Verdict) audit(ctx context.Context, db store.DB, t store.Tenant) error {
	n, err := people.VerifyAudit(ctx, db, t)
	v.Audit += int(n)
	var b *people.AuditBreak
	if errors.As(err, &b) {
		v.find("verify.audit_"+b.Why, "tenant", b.Tenant, "entry", b.Seq)
		return nil
	}
	return err
}

// verifyPhotos reads every photograph on disk and misses those that are named
// and not there. One that nothing names is left alone: a report may be on its
// way to it.
func (h *house) verifyPhotos(ctx context.Context, named map[string]bool, v *Verdict) error {
	blobs, err := h.blobs()
	if err != nil {
		return err
	}
	if blobs != nil {
		err = blobs.Verify(ctx, func(hash blob.Hash, bad error) {
			switch {
			case !named[string(hash)]:
				return
			case bad == nil:
				v.Photos++
			default:
				v.find("verify.photo_changed", "hash", hash)
			}
			delete(named, string(hash))
		})
		if err != nil {
			return err
		}
	}
	missing := make([]string, 0, len(named))
	for hash := range named {
		missing = append(missing, hash)
	}
	slices.Sort(missing)
	for _, hash := range missing {
		v.find("verify.photo_missing", "hash", hash)
	}
	return nil
}

package device

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// newStandard is from when on stand-alone smoke alarms (独立式感烟报警器) that are
// bought follow GB 20517-2025, which replaces GB 20517-2006 and is in force since
// 2026-06-01.
func newStandard() time.Time { return time.Date(2026, 6, 1, 0, 0, 0, 0, words.Shanghai()) }

// Standards are how many bound smoke detectors were installed under which
// standard. When one was installed is known from the register only; what a make
// itself follows stands with the make, where a source states it. The single
// devices of Before are those of the view Older.
type Standards struct {
	Since   int // installed on 2026-06-01 or later
	Before  int // installed before
	Unknown int // nobody wrote down when
}

// Standards counts the smoke detectors that the actor may read.
func (s *Service) Standards(ctx context.Context, a people.Actor, tenant store.Tenant) (n Standards, err error) {
	b, err := s.scoped(ctx, a, tenant)
	if err != nil {
		return n, err
	}
	b.and("u.claimed_at > 0")
	b.and("(' ' || u.kinds || ' ') LIKE '% smoke %'")
	from := store.Ms(newStandard())
	since, before := b.numbered("u.installed >= ?", from), b.numbered("u.installed > 0 AND u.installed < ?", from)
	count := func(when string) string { return "COALESCE(SUM(CASE WHEN " + when + " THEN 1 ELSE 0 END), 0)" }
	row := s.store.Reader().QueryRowContext(ctx, "SELECT "+count(since)+", "+count(before)+", "+count("u.installed = 0")+unitFrom+b.where.String(), b.args...)
	if err := row.Scan(&n.Since, &n.Before, &n.Unknown); err != nil {
		return n, fmt.Errorf("standards of devices: %w", err)
	}
	return n, nil
}

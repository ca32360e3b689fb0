package report

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Outside is what a program outside said of a report beside its words: a
// position and a link to media. We fetch nothing from there; whoever works on
// the report may look.
type Outside struct {
	Placed   bool // a position was given
	Position place.Position
	Media    string // a web address
}

// maxMedia is how long a link to media may be, in bytes.
const maxMedia = 2000

// outsideIn reads position and link of a form.
func outsideIn(f url.Values) (Outside, error) {
	lat, long, link := strings.TrimSpace(f.Get("lat")), strings.TrimSpace(f.Get("long")), strings.TrimSpace(f.Get("media_url"))
	o := Outside{Media: link}
	if lat != "" || long != "" {
		p, err := place.ParsePosition(lat, long)
		if err != nil {
			return o, err
		}
		o.Placed, o.Position = true, p
	}
	if link == "" {
		return o, nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || len(link) > maxMedia || clean(link) != link {
		return o, fault.New(fault.Invalid, "report.open311.media")
	}
	return o, nil
}

// keep writes it beside its report. An empty one leaves nothing.
func (o Outside) keep(ctx context.Context, tx *store.Tx, r Report) error {
	if o == (Outside{}) {
		return nil
	}
	err := New(tx).InsertOutside(ctx, InsertOutsideParams{
		TenantID: r.Tenant, MatterID: r.ID, Placed: flag(o.Placed), Lat: o.Position.Lat, Long: o.Position.Long, MediaUrl: o.Media,
	})
	if err != nil {
		return fmt.Errorf("outside: %w", err)
	}
	return nil
}

// outsideOf is what was said of a report; nothing for most.
func (s *Service) outsideOf(ctx context.Context, r Report) (Outside, error) {
	if r.Detail.Source != FromOpen311 {
		return Outside{}, nil
	}
	row, err := New(s.Store.Reader()).OutsideOf(ctx, r.Tenant, r.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return Outside{}, nil
	}
	if err != nil {
		return Outside{}, fmt.Errorf("outside: %w", err)
	}
	return Outside{Placed: row.Placed != 0, Position: place.Position{Lat: row.Lat, Long: row.Long}, Media: row.MediaUrl}, nil
}

package open311

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/linli/linli/internal/feature/report"
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
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || len(link) > maxMedia || store.Clean(link) != link {
		return o, fault.New(fault.Invalid, "open311.media")
	}
	return o, nil
}

// keep writes it beside its report. An empty one leaves nothing.
func (o Outside) keep(ctx context.Context, tx *store.Tx, r report.Report) error {
	if o == (Outside{}) {
		return nil
	}
	row := InsertOutsideParams{TenantID: r.Tenant, MatterID: r.ID, Lat: o.Position.Lat, Long: o.Position.Long, MediaUrl: o.Media}
	if o.Placed {
		row.Placed = 1
	}
	if err := New(tx).InsertOutside(ctx, row); err != nil {
		return fmt.Errorf("outside: %w", err)
	}
	return nil
}

// outsideOf is what was said of a report; nothing for most.
func (o *API) outsideOf(ctx context.Context, r report.Report) (Outside, error) {
	if r.Detail.Source != report.FromOpen311 {
		return Outside{}, nil
	}
	row, err := New(o.reports.Store.Reader()).OutsideOf(ctx, r.Tenant, r.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return Outside{}, nil
	}
	if err != nil {
		return Outside{}, fmt.Errorf("outside: %w", err)
	}
	return Outside{Placed: row.Placed != 0, Position: place.Position{Lat: row.Lat, Long: row.Long}, Media: row.MediaUrl}, nil
}

// outsidesOf is what was said of many reports of a neighbourhood, by their ids.
func (o *API) outsidesOf(ctx context.Context, tenant store.Tenant, rows []report.Row) (map[string]Outside, error) {
	args, marks := []any{tenant}, []string{}
	for _, r := range rows {
		if r.Detail.Source == report.FromOpen311 {
			args = append(args, r.ID)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
	}
	if len(marks) == 0 {
		return nil, nil
	}
	found, err := o.reports.Store.Reader().QueryContext(ctx,
		"SELECT matter_id, placed, lat, long, media_url FROM report_outside WHERE tenant_id = $1 AND matter_id IN ("+strings.Join(marks, ", ")+")", args...)
	if err != nil {
		return nil, fmt.Errorf("outside: %w", err)
	}
	defer found.Close()
	said := map[string]Outside{}
	for found.Next() {
		var id string
		var placed int64
		var x Outside
		if err := found.Scan(&id, &placed, &x.Position.Lat, &x.Position.Long, &x.Media); err != nil {
			return nil, fmt.Errorf("outside: %w", err)
		}
		x.Placed = placed != 0
		said[id] = x
	}
	return said, found.Err()
}

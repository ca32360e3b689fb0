package people

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/skip2/go-qrcode"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// codesPage chooses a building, then asks once more before its older codes
// end.
type codesPage struct {
	Desk
	At     string // chosen place id, empty while choosing
	Where  string
	Groups []buildingGroup
}

// buildingGroup is the buildings of one compound.
type buildingGroup struct {
	Name  string
	Items []ui.Segment
}

func (p *Pages) codes(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	v := codesPage{Desk: d, At: r.FormValue("at")}
	if v.At != "" {
		at, err := p.placeAt(ctx, d, v.At, "code.issue")
		if err != nil {
			return err
		}
		label, err := p.Places.Label(ctx, d.Tenant.ID, at.ID)
		if err != nil {
			return err
		}
		v.Where = label.Door
	} else if v.Groups, err = p.buildings(ctx, d); err != nil {
		return err
	}
	s := p.Frame.Desk(r, "codes", d.head(say(ctx, "desk.codes"), say(ctx, "desk.codes_sub")))
	return web.Render(w, r, http.StatusOK, codesView(s, v))
}

func (p *Pages) buildings(ctx context.Context, d Desk) ([]buildingGroup, error) {
	nodes, err := p.Places.Subtree(ctx, d.Tenant.ID, d.Root.ID, "")
	if err != nil {
		return nil, err
	}
	var groups []buildingGroup
	for _, n := range nodes {
		switch n.Kind {
		case place.Compound:
			groups = append(groups, buildingGroup{Name: n.Name})
		case place.Building:
			if len(groups) > 0 && n.Retired.IsZero() && d.may("code.issue", n.Path) == nil {
				last := &groups[len(groups)-1]
				last.Items = append(last.Items, ui.Segment{Href: templ.SafeURL(d.To("/admin/codes", "at", n.ID)), Text: n.Name})
			}
		}
	}
	return groups, nil
}

// slip is what one household gets on paper.
type slip struct {
	Label, Code string
	QR          string // empty where no public address is known
}

// sheetPage is the printed sheet. It is shown once: the house keeps digests
// only.
type sheetPage struct {
	Where, Until, Address string
	Slips                 []slip
}

func (p *Pages) codesIssued(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	at, err := p.placeAt(ctx, d, r.PostFormValue("at"), "code.issue")
	if err != nil {
		return err
	}
	label, err := p.Places.Label(ctx, d.Tenant.ID, at.ID)
	if err != nil {
		return err
	}
	sheet, err := p.Door.IssueCodes(ctx, d.Actor, at.ID)
	if err != nil {
		return err
	}
	v := sheetPage{Where: label.Door, Until: words.Day(ctx, sheet.Expires, p.Door.store.Now()), Address: strings.TrimSuffix(p.Public, "/")}
	for _, line := range sheet.Lines {
		one := slip{Label: label.Door + " " + line.Label, Code: line.Code}
		if v.Address != "" {
			png, err := qrcode.Encode(v.Address+line.Path, qrcode.Medium, 240)
			if err != nil {
				return err
			}
			one.QR = inline(png)
		}
		v.Slips = append(v.Slips, one)
	}
	s := p.Frame.Desk(r, "codes", d.head(say(ctx, "desk.sheet", "where", v.Where), ""))
	return web.Render(w, r, http.StatusOK, sheetView(s, v))
}

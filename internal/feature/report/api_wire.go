package report

import (
	"context"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/words"
)

// The forms of the JSON interface. They are named Wire… in Go and without it
// in the description, which their comments in doc tags fill.

// WireDraft is a report to be made.
type WireDraft struct {
	Place      string     `json:"place" maxLength:"64" doc:"Id of a building, compound or dwelling"`
	Category   string     `json:"category" maxLength:"64" doc:"Code of a kind of trouble"`
	Spot       string     `json:"spot,omitempty" doc:"Where exactly, at most 60 characters"`
	Words      string     `json:"words,omitempty" doc:"At most 2000 characters; needed if there is no photograph"`
	Anonymous  bool       `json:"anonymous,omitempty" doc:"Neighbours and property do not read the name"`
	HappenedAt *time.Time `json:"happened_at,omitempty" doc:"When it was seen; now if left out"`
	OnBehalf   string     `json:"on_behalf,omitempty" maxLength:"64" doc:"Id of the person it is written down for; staff only"`
	Key        string     `json:"key,omitempty" maxLength:"100" doc:"As the header Idempotency-Key"`
	Photos     [][]byte   `json:"photos,omitempty" maxItems:"6" doc:"Photographs in base64"`
}

func (w WireDraft) draft(key string, photos []picture.Picture) Draft {
	d := Draft{
		Place: w.Place, Category: w.Category, Spot: w.Spot, Words: w.Words, Anonymous: w.Anonymous, Source: FromAPI,
		OnBehalf: w.OnBehalf, Key: w.Key, Photos: photos,
	}
	if d.Key == "" {
		d.Key = key
	}
	if w.HappenedAt != nil {
		d.HappenedAt = *w.HappenedAt
	}
	return d
}

// WireAct is what somebody does to a report.
type WireAct struct {
	Version int      `json:"version,omitempty" minimum:"0" doc:"What the caller saw; the act is refused if it has changed since. 0: the latest will do"`
	Key     string   `json:"key,omitempty" maxLength:"100" doc:"As the header Idempotency-Key"`
	Words   string   `json:"words,omitempty" doc:"Note, or the reason for declining or reopening"`
	Inside  bool     `json:"inside,omitempty" doc:"A note for staff only"`
	Rating  int      `json:"rating,omitempty" minimum:"0" maximum:"5" doc:"With confirm"`
	Photos  [][]byte `json:"photos,omitempty" maxItems:"6" doc:"Photographs in base64; finish needs one"`
}

func (w WireAct) act(id string, verb matter.Verb, key string, photos []picture.Picture) Act {
	if w.Key != "" {
		key = w.Key
	}
	return Act{ID: id, Verb: verb, Version: w.Version, Key: key, Words: w.Words, Inside: w.Inside, Rating: w.Rating, Photos: photos}
}

// WireReport is a report's head and detail.
type WireReport struct {
	ID         string     `json:"id"`
	Number     string     `json:"number" doc:"What people quote; unique in its neighbourhood"`
	Tenant     string     `json:"neighbourhood" doc:"Id of the neighbourhood"`
	Place      string     `json:"place" doc:"Id of the building, else of the compound"`
	Door       string     `json:"door,omitempty" doc:"Place as on the door-plate; in lists and single reports"`
	Category   string     `json:"category"`
	Name       string     `json:"category_name,omitempty"`
	Spot       string     `json:"spot,omitempty"`
	Words      string     `json:"words,omitempty"`
	Anonymous  bool       `json:"anonymous"`
	Source     string     `json:"source" enum:"app,desk,open311,api,register"`
	Phase      string     `json:"phase"`
	Holder     string     `json:"holder,omitempty" doc:"Group that owes the next act"`
	Due        *time.Time `json:"due,omitempty" doc:"By when"`
	Version    int        `json:"version"`
	RaisedAt   time.Time  `json:"raised_at"`
	ChangedAt  time.Time  `json:"changed_at"`
	HappenedAt time.Time  `json:"happened_at"`
	AcceptBy   time.Time  `json:"accept_by"`
	MendBy     time.Time  `json:"mend_by"`
	TakenAt    *time.Time `json:"taken_at,omitempty"`
	FinishedAt *time.Time `json:"finished_at,omitempty"`
	ClosedAt   *time.Time `json:"closed_at,omitempty"`
	Level      int        `json:"level" doc:"How far a missed deadline has climbed: 0 to 2"`
	Rating     int        `json:"rating,omitempty"`
	Thumb      string     `json:"thumb,omitempty" doc:"Hash of the first picture, small; in lists"`
}

func wireReport(r Report) WireReport {
	d := r.Detail
	at := d.Building
	if at == "" {
		at = d.Compound
	}
	return WireReport{
		ID: r.ID, Number: r.Number, Tenant: string(r.Tenant), Place: at, Category: d.Category, Spot: d.Spot, Words: d.Words,
		Anonymous: d.Anonymous, Source: string(d.Source), Phase: string(r.Phase), Holder: string(r.Holder.Group), Due: instant(r.Due),
		Version: r.Version, RaisedAt: local(r.RaisedAt), ChangedAt: local(r.ChangedAt), HappenedAt: local(d.HappenedAt),
		AcceptBy: local(d.AcceptBy), MendBy: local(d.MendBy), TakenAt: instant(d.TakenAt), FinishedAt: instant(d.FinishedAt),
		ClosedAt: instant(d.ClosedAt), Level: r.Level, Rating: d.Rating,
	}
}

func wireRow(ctx context.Context, r Row) WireReport {
	w := wireReport(r.Report)
	w.Door, w.Name, w.Thumb = r.Door, r.Category.Name(ctx), r.Detail.Thumb
	return w
}

// local is an instant as people here read it; it is the same instant.
func local(t time.Time) time.Time { return t.In(words.Shanghai()) }

// instant leaves out what has not happened.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = local(t)
	return &t
}

// WireReportPage is a page of a list.
type WireReportPage struct {
	Reports []WireReport `json:"reports"`
	Next    string       `json:"next" doc:"Cursor of the next page; empty: this was the last"`
}

// WireView is a report as the caller may see it.
type WireView struct {
	WireReport
	Can      []string    `json:"can" doc:"What the caller may do now"`
	Photos   []WirePhoto `json:"photos"`
	Timeline []WireEntry `json:"timeline"`
}

// WirePhoto is one picture of a report.
type WirePhoto struct {
	Seq    int    `json:"seq" doc:"Entry of the timeline it came with"`
	Hash   string `json:"hash"`
	Thumb  string `json:"thumb" doc:"Hash of the small form"`
	Width  int    `json:"width" doc:"Pixels"`
	Height int    `json:"height" doc:"Pixels"`
}

// WireEntry is one line of a timeline.
type WireEntry struct {
	Seq   int       `json:"seq"`
	At    time.Time `json:"at"`
	Verb  string    `json:"verb"`
	Group string    `json:"group" doc:"As what they acted"`
	Who   string    `json:"who,omitempty" doc:"Empty: not for the caller to know, or the clock"`
	Me    bool      `json:"me,omitempty"`
	Words string    `json:"words,omitempty"`
}

func wireView(ctx context.Context, v View) WireView {
	w := WireView{WireReport: wireReport(v.Case), Can: []string{}, Photos: []WirePhoto{}, Timeline: []WireEntry{}}
	w.Door, w.Name = v.Door, v.Category.Name(ctx)
	for _, verb := range v.Can {
		w.Can = append(w.Can, string(verb))
	}
	for _, p := range v.Photos {
		w.Photos = append(w.Photos, WirePhoto(p))
	}
	for _, e := range v.Timeline {
		who := v.Names[e.Actor]
		w.Timeline = append(w.Timeline, WireEntry{
			Seq: e.Seq, At: local(e.At), Verb: string(e.Verb), Group: string(e.Group), Who: who.Name, Me: who.Me, Words: e.Args["words"],
		})
	}
	return w
}

// WireCategory is a kind of trouble.
type WireCategory struct {
	Code          string `json:"code"`
	Zh            string `json:"zh"`
	En            string `json:"en"`
	GroupZh       string `json:"group_zh"`
	GroupEn       string `json:"group_en"`
	Holder        string `json:"holder" doc:"Group that owes the work"`
	AcceptMinutes int    `json:"accept_minutes"`
	MendHours     int    `json:"mend_hours"`
	Priority      string `json:"priority" doc:"P0 danger to P4"`
	Private       bool   `json:"private" doc:"Concerns people: only the parties read it"`
	Law           string `json:"law,omitempty" doc:"Source of the duty"`
	Retired       bool   `json:"retired,omitempty"`
}

func wireCategory(c Category) WireCategory {
	return WireCategory{
		Code: c.Code, Zh: c.Zh, En: c.En, GroupZh: c.GroupZh, GroupEn: c.GroupEn, Holder: string(c.Holder()),
		AcceptMinutes: int(c.Accept / time.Minute), MendHours: int(c.Mend / time.Hour), Priority: c.Priority, Private: c.Private(),
		Law: c.Law, Retired: c.Retired,
	}
}

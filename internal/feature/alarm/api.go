package alarm

import (
	"context"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web/openapi"
)

// API is alarms for programs that speak JSON, under /api/v1. A program signs
// in as a person does and then may what that person may.
type API struct{ alarms *Service }

// NewAPI makes the interface.
func NewAPI(s *Service) *API { return &API{s} }

// AddTo adds the operations to the book.
func (a *API) AddTo(b *openapi.Book) {
	const base = "/api/v1/alarms"
	openapi.Add(b, openapi.Door{Method: "GET", Path: base, Access: "alarm.read", ID: "alarm-list",
		Summary: "Open or closed incidents that the caller serves, with when each party was called"}, a.list)
	openapi.Add(b, openapi.Door{Method: "POST", Path: base + "/{id}/{verb}", Access: "alarm.answer", ID: "alarm-act",
		Summary: "Say that one goes or cannot, is at the door, what it is, close with a cause, or tell everybody in the building at once"}, a.act)
}

type apiListIn struct {
	State string `query:"state" enum:"open,closed" default:"open"`
}

type apiListOut struct {
	Body WireIncidentList
}

// apiMost is how many closed incidents one answer holds.
const apiMost = 100

// apiOpen is how many open ones: a program that counts them after a storm must
// see them all.
const apiOpen = 10000

func (a *API) list(ctx context.Context, in *apiListIn) (*apiListOut, error) {
	who, err := people.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	var rows []Row
	if in.State == "closed" {
		rows, err = a.alarms.Past(ctx, who, a.alarms.Store.Now().Add(time.Second), apiMost)
	} else {
		rows, _, err = a.alarms.open(ctx, who, apiOpen, apiOpen)
		slices.SortStableFunc(rows, func(x, y Row) int { return x.RaisedAt.Compare(y.RaisedAt) })
	}
	if err != nil {
		return nil, err
	}
	out := &apiListOut{WireIncidentList{Alarms: []WireIncident{}}}
	for _, r := range rows {
		w, err := a.wire(ctx, r.Incident)
		if err != nil {
			return nil, err
		}
		w.Door = r.Door
		out.Body.Alarms = append(out.Body.Alarms, w)
	}
	return out, nil
}

type apiActIn struct {
	ID   string `path:"id" maxLength:"64"`
	Verb string `path:"verb" enum:"go,cannot,at_door,outcome,shut,note,building"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"The same key again changes nothing"`
	Body WireAlarmAct
}

type apiActOut struct {
	Body WireIncident
}

func (a *API) act(ctx context.Context, in *apiActIn) (*apiActOut, error) {
	who, err := people.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	x := Act{ID: in.ID, Verb: matter.Verb(in.Verb), Key: in.Key, Words: in.Body.Words, Away: in.Body.Minutes, IsFire: in.Body.Fire, Cause: Cause(in.Body.Cause)}
	if in.Body.Key != "" {
		x.Key = in.Body.Key
	}
	i, err := a.alarms.Do(ctx, who, x)
	if err != nil {
		return nil, err
	}
	w, err := a.wire(ctx, i)
	if err != nil {
		return nil, err
	}
	return &apiActOut{w}, nil
}

// wire is an incident with who was called, and what became of the messages.
func (a *API) wire(ctx context.Context, i Incident) (WireIncident, error) {
	called, err := a.alarms.responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return WireIncident{}, err
	}
	list, err := a.alarms.receipts(ctx, i)
	return wireIncident(i, called, list), err
}

// WireIncidentList is the incidents, open ones oldest first, closed ones
// newest first.
type WireIncidentList struct {
	Alarms []WireIncident `json:"alarms"`
}

// WireIncident is an incident.
type WireIncident struct {
	ID       string       `json:"id"`
	Number   string       `json:"number"`
	Kind     string       `json:"kind" enum:"smoke,gas,co,water_leak,sos,heat,entrapment"`
	Place    string       `json:"place" doc:"Id of the dwelling, or of where the device hangs"`
	Door     string       `json:"door,omitempty" doc:"Place as on the door-plate; in lists"`
	Device   string       `json:"device"`
	RaisedAt time.Time    `json:"raised_at"`
	Stage    string       `json:"stage" enum:"raised,acknowledged,on_scene,all_clear,confirmed,closed"`
	Drill    bool         `json:"drill"`
	Late     bool         `json:"late" doc:"The device's message came ten minutes late or more"`
	AckedAt  *time.Time   `json:"acked_at,omitempty"`
	DoorAt   *time.Time   `json:"door_at,omitempty"`
	ClosedAt *time.Time   `json:"closed_at,omitempty"`
	Building *time.Time   `json:"building_told_at,omitempty" doc:"When everybody in the building was told"`
	Cause    string       `json:"cause,omitempty"`
	Called   []WireCalled `json:"called" doc:"Each party that was called"`
}

// WireCalled is when one party was called and answered; each the earliest of
// its people.
type WireCalled struct {
	Audience string     `json:"audience" enum:"property,committee,volunteer,family,subdistrict"`
	HandedAt *time.Time `json:"handed_at,omitempty" doc:"When a channel first took it: a page, push, message or call; missing until one did"`
	Waiting  int        `json:"waiting" doc:"Messages that no channel has taken yet"`
	AckedAt  *time.Time `json:"acked_at,omitempty" doc:"When the first of them said that they go"`
	DueAt    *time.Time `json:"due_at,omitempty" doc:"When the first of them on the way said to be there; missing where nobody said"`
	DoorAt   *time.Time `json:"door_at,omitempty"`
	People   int        `json:"people"`
}

// WireAlarmAct is what somebody does about an incident.
type WireAlarmAct struct {
	Key     string `json:"key,omitempty" maxLength:"100" doc:"As the header Idempotency-Key"`
	Words   string `json:"words,omitempty" maxLength:"2000"`
	Minutes int    `json:"minutes,omitempty" enum:"0,1,3,5,10" doc:"With go: how far away one says to be; may be left out"`
	Fire    bool   `json:"fire,omitempty" doc:"With outcome: it burns"`
	Cause   string `json:"cause,omitempty" enum:"stove_left_on,fire,cooking,steam,dust,insects,test,device_fault,gas_leak,released,unknown,got_out,burner,spray,fell,ill,help_given,by_mistake,burst_pipe,tap_left_on,appliance,from_above,splash" doc:"With shut: one that fits the kind"`
}

func wireIncident(i Incident, rs []Responder, list []notify.Message) WireIncident {
	w := WireIncident{
		ID: i.ID, Number: i.Number, Kind: string(i.Signal), Place: i.Place, Device: i.Device, RaisedAt: i.RaisedAt, Stage: stage(i), Drill: i.Drill, Late: i.Late > 0,
		AckedAt: instant(i.AckedAt), DoorAt: instant(i.DoorAt), ClosedAt: instant(i.ClosedAt), Building: instant(i.Evacuated), Cause: string(i.Cause), Called: []WireCalled{},
	}
	for _, p := range parties() {
		if c := calledOf(p.name, rs, list); c.People > 0 {
			w.Called = append(w.Called, c)
		}
	}
	return w
}

// calledOf sums up the people of one party.
func calledOf(party string, rs []Responder, list []notify.Message) WireCalled {
	c := WireCalled{Audience: party}
	for _, r := range rs {
		if r.Audience != party {
			continue
		}
		c.People++
		if r.Answer == going {
			c.AckedAt, c.DueAt = earlier(c.AckedAt, r.AnsweredAt), earlier(c.DueAt, r.DueAt)
		}
		c.DoorAt = earlier(c.DoorAt, r.DoorAt)
		for _, m := range list {
			switch {
			case m.To != r.Person:
			case m.Handed.IsZero():
				c.Waiting++
			default:
				c.HandedAt = earlier(c.HandedAt, m.Handed)
			}
		}
	}
	return c
}

func earlier(first *time.Time, t time.Time) *time.Time {
	if t.IsZero() || first != nil && first.Before(t) {
		return first
	}
	return &t
}

func instant(t time.Time) *time.Time { return earlier(nil, t) }

package desk

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// doorsPage is who may send, and whom we follow.
type doorsPage struct {
	top
	Made    *madeKey
	Keys    []keyLine
	Links   []linkLine
	Form    keyForm
	Formats []ui.Choice
	Brokers []string
}

// madeKey is a credential that was just made: its password is shown this once.
type madeKey struct {
	Facts []ui.Fact
	Hint  string
}

// keyLine is a credential.
type keyLine struct {
	ID, Name, Format, What, Since string
	Notice                        string // what the door did not take of it, and what to do
	Ended                         bool
	Action, Unpin                 templ.SafeURL // Unpin: empty if there is nothing to take away
}

// linkLine is a broker that we follow.
type linkLine struct {
	ID, Server, What, State string
	Tone                    ui.Tone
	Action                  templ.SafeURL
}

// keyForm is what was typed and refused.
type keyForm struct {
	Format, Topic, ClientID, Product, Station, Peers string
	Server, Username                                 string
	Link                                             bool
}

func (p *Pages) doors(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	return p.showDoors(w, r, d, http.StatusOK, doorsPage{Form: keyForm{Format: string(decode.Zigbee), Topic: "zigbee2mqtt"}})
}

func (p *Pages) showDoors(w http.ResponseWriter, r *http.Request, d people.Desk, status int, v doorsPage) error {
	ctx := r.Context()
	problems := v.Problem
	v.top = topOf(ctx, d, "doors", "/devices/doors")
	v.Problem, v.Brokers = problems, p.Brokers
	for _, f := range decode.Formats() {
		v.Formats = append(v.Formats, ui.Choice{Value: string(f), Text: say(ctx, "format."+string(f)), Checked: string(f) == v.Form.Format})
	}
	followed := map[string]bool{}
	links, err := p.Devices.Links(ctx, d.Tenant.ID)
	if err != nil {
		return err
	}
	for _, l := range links {
		followed[l.Credential] = true
		v.Links = append(v.Links, p.linkLine(ctx, l))
	}
	keys, err := p.Devices.Credentials(ctx, d.Actor, d.Tenant.ID)
	if err != nil {
		return err
	}
	for i := len(keys) - 1; i >= 0; i-- {
		if !followed[keys[i].Username] {
			v.Keys = append(v.Keys, p.keyLine(ctx, keys[i]))
		}
	}
	return web.Render(w, r, status, doorsView(p.shell(r, d, say(ctx, "doors"), say(ctx, "doors_sub")), v))
}

func (p *Pages) keyLine(ctx context.Context, c device.Credential) keyLine {
	l := keyLine{ID: c.ID, Name: c.Username, Format: say(ctx, "format."+string(c.Format)), Ended: !c.Ended.IsZero(), Action: templ.SafeURL("/devices/doors/" + url.PathEscape(c.ID) + "/end")}
	l.Since = say(ctx, "key.since", "at", words.At(ctx, c.Since, p.Now()))
	if l.Ended {
		l.Since = say(ctx, "key.ended", "at", words.At(ctx, c.Ended, p.Now()))
	}
	if c.Pins && c.ClientID != "" && !l.Ended {
		l.Unpin = templ.SafeURL("/devices/doors/" + url.PathEscape(c.ID) + "/unpin")
	}
	var what []string
	for _, x := range [][2]string{{say(ctx, "key.topic"), c.Topic}, {say(ctx, "key.client"), c.ClientID}, {say(ctx, "key.station"), c.Station}, {say(ctx, "key.peers"), c.Peers}} {
		if x[1] != "" {
			what = append(what, x[0]+" "+x[1])
		}
	}
	l.What = strings.Join(what, " · ")
	if n, ok := p.Noticed(c.Tenant, c.Username); ok && !l.Ended {
		l.Notice = say(ctx, "key.notice."+string(n.Why), "at", words.At(ctx, n.At, p.Now()), "topic", n.Topic, "own", c.Topic, "unpin", say(ctx, "key.unpin"))
	}
	return l
}

func (p *Pages) linkLine(ctx context.Context, l device.Link) linkLine {
	x := linkLine{ID: l.ID, Server: l.Server, What: l.Filter, Tone: ui.Warn, Action: templ.SafeURL("/devices/doors/" + url.PathEscape(l.ID) + "/end")}
	switch {
	case !l.Up.IsZero():
		x.Tone, x.State = ui.OK, say(ctx, "link.up", "at", words.At(ctx, l.Up, p.Now()))
	case l.Trouble != "":
		x.State = words.T(ctx, l.Trouble)
	default:
		x.Tone, x.State = ui.Neutral, say(ctx, "link.waiting")
	}
	return x
}

// grant makes a credential, or a link to a broker of somebody else.
func (p *Pages) grant(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	ctx, v := r.Context(), doorsPage{}
	get := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	v.Form = keyForm{
		Format: get("format"), Topic: get("topic"), ClientID: get("client"), Product: get("product"), Station: get("station"), Peers: get("peers"),
		Server: get("server"), Username: get("username"), Link: get("do") == "link",
	}
	if v.Form.Link {
		return p.link(w, r, d, v)
	}
	c, password, err := p.Devices.Issue(ctx, d.Actor, d.Tenant.ID, v.Form.granting())
	if err != nil {
		if v.Problem, err = problem(ctx, err, "topic"); err != nil {
			return err
		}
		return p.showDoors(w, r, d, http.StatusUnprocessableEntity, v)
	}
	v.Made, v.Form = made(ctx, c, password), keyForm{Format: v.Form.Format}
	w.Header().Set("Cache-Control", "no-store")
	return p.showDoors(w, r, d, http.StatusOK, v)
}

func (f keyForm) granting() device.Granting {
	return device.Granting{Format: decode.Format(f.Format), Topic: f.Topic, ClientID: f.ClientID, Product: f.Product, Station: f.Station, Peers: f.Peers}
}

// made is what to type into the device or its platform.
func made(ctx context.Context, c device.Credential, password string) *madeKey {
	add := func(m *madeKey, term, value string) {
		if value != "" {
			m.Facts = append(m.Facts, ui.Fact{Term: term, Value: value})
		}
	}
	m := &madeKey{}
	if c.Format == decode.GB26875 {
		add(m, say(ctx, "key.station"), c.Station)
		m.Hint = say(ctx, "hint.gb26875")
		return m
	}
	add(m, say(ctx, "key.name"), c.Username)
	add(m, say(ctx, "key.password"), password)
	add(m, say(ctx, "key.topic"), c.Topic)
	add(m, say(ctx, "key.client"), c.ClientID)
	push := map[decode.Format]string{decode.CTWing: "ctwing/", decode.OneNET: "onenet/", decode.TTS: "tts/", decode.ChirpStack: "", decode.JSON: "", decode.Lift: ""}
	if at, ok := push[c.Format]; ok {
		add(m, say(ctx, "key.push"), "/push/"+at+c.Username+"."+password)
	}
	if m.Hint = say(ctx, "hint.push"); c.Format == decode.Zigbee {
		m.Hint = say(ctx, "hint.zigbee2mqtt")
	}
	return m
}

func (p *Pages) link(w http.ResponseWriter, r *http.Request, d people.Desk, v doorsPage) error {
	ctx := r.Context()
	to := device.LinkTo{Server: v.Form.Server, Username: v.Form.Username, Password: r.PostFormValue("password"), Granting: v.Form.granting()}
	if _, err := p.Devices.AddLink(ctx, d.Actor, d.Tenant.ID, p.Seal, p.Brokers, to); err != nil {
		if v.Problem, err = problem(ctx, err, "server"); err != nil {
			return err
		}
		return p.showDoors(w, r, d, http.StatusUnprocessableEntity, v)
	}
	p.Linked()
	http.Redirect(w, r, d.To("/devices/doors"), http.StatusSeeOther)
	return nil
}

// end ends a credential or a link.
func (p *Pages) end(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	name, err := p.Devices.EndLink(ctx, d.Actor, d.Tenant.ID, id)
	switch {
	case err == nil:
		p.Linked()
	case fault.Is(err, fault.NotFound):
		if name, err = p.endKey(ctx, d, id); err != nil {
			return err
		}
	default:
		return err
	}
	p.Forget(name)
	http.Redirect(w, r, d.To("/devices/doors"), http.StatusSeeOther)
	return nil
}

// unpin lets a credential take another client id, as after a device was
// replaced.
func (p *Pages) unpin(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	name, err := p.Devices.Unpin(r.Context(), d.Actor, d.Tenant.ID, r.PathValue("id"))
	if err != nil {
		return err
	}
	p.Forget(name)
	http.Redirect(w, r, d.To("/devices/doors"), http.StatusSeeOther)
	return nil
}

func (p *Pages) endKey(ctx context.Context, d people.Desk, id string) (name string, err error) {
	keys, err := p.Devices.Credentials(ctx, d.Actor, d.Tenant.ID)
	if err != nil {
		return "", err
	}
	for _, c := range keys {
		if c.ID == id {
			name = c.Username
		}
	}
	return name, p.Devices.End(ctx, d.Actor, d.Tenant.ID, id)
}

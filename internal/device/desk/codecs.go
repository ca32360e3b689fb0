package desk

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

const (
	triedMost    = 10  // stored messages that a preview reads
	triedFrom    = 200 // of each credential, to find those of the product
	stoppedMost  = 2   // messages at which a script may be stopped before the preview gives up
	bodyShown    = 400 // bytes of a message
	troubleShown = 20
)

// codecsPage is what is installed, what nobody understands, and the form.
type codecsPage struct {
	top
	Installed []codecLine
	Unclear   []unclearLine
	Waiting   int64
	Form      codecForm
	Formats   []ui.Choice
	Digest    string
	Tried     []triedLine
	Ran       bool
}

// codecLine is an installed codec.
type codecLine struct {
	Title, Name, Digest, Since string
	Edit                       templ.SafeURL
	Format, Product            string
}

// unclearLine is a stored message that was not understood.
type unclearLine struct {
	At, From, Why, Body string
	Write               templ.SafeURL
}

// codecForm is what is being written.
type codecForm struct{ Format, Product, Name, Script, Mapping string }

// triedLine is what a stored message would mean.
type triedLine struct {
	At, Device, Body string
	Said             []string
	Why              string
	Ignored          string // fields that the mapping says call nobody
	OK               bool
}

func (p *Pages) codecs(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	v := codecsPage{Form: codecForm{Format: r.FormValue("format"), Product: r.FormValue("product")}}
	if n := r.FormValue("again"); n != "" {
		v.Done = say(r.Context(), "replayed", "n", n)
	}
	return p.showCodecs(w, r, d, http.StatusOK, v)
}

func (p *Pages) showCodecs(w http.ResponseWriter, r *http.Request, d people.Desk, status int, v codecsPage) error {
	ctx := r.Context()
	done, problems := v.Done, v.Problem
	v.top = topOf(ctx, d, "codecs", "/devices/codecs")
	v.Done, v.Problem = done, problems
	installed, err := p.Devices.Codecs(ctx, d.Tenant.ID)
	if err != nil {
		return err
	}
	for _, c := range installed {
		if v.Form.Format == string(c.Format) && v.Form.Product == c.Product && v.Form.Script == "" && v.Form.Mapping == "" && r.Method == http.MethodGet {
			v.Form = formOf(c)
		}
		v.Installed = append(v.Installed, p.codecLine(ctx, d, c))
	}
	for _, f := range decode.Formats() {
		v.Formats = append(v.Formats, ui.Choice{Value: string(f), Text: say(ctx, "format."+string(f)), Checked: string(f) == v.Form.Format})
	}
	if err := p.unclear(ctx, d, &v); err != nil {
		return err
	}
	return web.Render(w, r, status, codecsView(p.shell(r, d, say(ctx, "codecs"), say(ctx, "codecs_sub")), v))
}

func formOf(c device.Codec) codecForm {
	f := codecForm{Format: string(c.Format), Product: c.Product, Name: c.Name, Script: c.Script}
	if c.Mapping != nil {
		b, err := json.MarshalIndent(c.Mapping, "", "  ")
		if err == nil {
			f.Mapping = string(b)
		}
	}
	return f
}

func (p *Pages) codecLine(ctx context.Context, d people.Desk, c device.Codec) codecLine {
	return codecLine{
		Title: say(ctx, "format."+string(c.Format)) + " " + orElse(c.Product, say(ctx, "any_product")), Name: c.Name, Digest: c.Digest,
		Since:  say(ctx, "codec.since", "at", words.At(ctx, c.Since, p.Now())),
		Edit:   templ.SafeURL(d.To("/devices/codecs", some("format", string(c.Format), "product", c.Product)...)),
		Format: string(c.Format), Product: c.Product,
	}
}

// unclear lists the messages that stay in the inbox with their trouble.
func (p *Pages) unclear(ctx context.Context, d people.Desk, v *codecsPage) error {
	backlog, err := p.Inbox.Backlog(ctx, d.Tenant.ID)
	if err != nil {
		return err
	}
	v.Waiting = backlog.Troubled
	list, err := p.Inbox.Troubled(ctx, d.Tenant.ID, inbox.Page{Limit: troubleShown})
	if err != nil {
		return err
	}
	for _, m := range list {
		line := unclearLine{At: words.At(ctx, m.ReceivedAt, p.Now()), From: m.Device, Why: m.Trouble, Body: shown(m.Body)}
		if c, err := p.Devices.Named(ctx, d.Tenant.ID, m.Device); err == nil {
			product, err := p.Devices.ProductOf(ctx, d.Tenant.ID, c.Frame(m.Topic, m.Body))
			if err != nil {
				return err
			}
			line.From = say(ctx, "format."+string(c.Format)) + " " + product
			line.Write = templ.SafeURL(d.To("/devices/codecs", some("format", string(c.Format), "product", product)...) + "#write")
		}
		v.Unclear = append(v.Unclear, line)
	}
	return nil
}

// shown is the beginning of a message as text; bytes that are none, as figures.
func shown(body []byte) string {
	cut := body[:min(len(body), bodyShown)]
	for len(cut) > 0 && len(cut) < len(body) && !utf8.RuneStart(body[len(cut)]) {
		cut = cut[:len(cut)-1]
	}
	if !utf8.Valid(cut) {
		return strconv.QuoteToASCII(string(cut))
	}
	return string(cut)
}

// codec previews or installs what was written.
func (p *Pages) codec(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	get := func(name string) string {
		return strings.ReplaceAll(strings.TrimSpace(r.PostFormValue(name)), "\r\n", "\n")
	}
	v := codecsPage{Form: codecForm{Format: get("format"), Product: get("product"), Name: get("name"), Script: get("script"), Mapping: get("mapping")}}
	c, err := device.Checked(decode.Format(v.Form.Format), v.Form.Product, v.Form.Name, v.Form.Script, v.Form.Mapping)
	if err != nil {
		if v.Problem, err = codecProblem(ctx, err); err != nil {
			return err
		}
		return p.showCodecs(w, r, d, http.StatusUnprocessableEntity, v)
	}
	v.Digest = c.Digest
	if r.PostFormValue("do") == "install" {
		if c, err = p.Devices.Install(ctx, d.Actor, d.Tenant.ID, c); err != nil {
			return err
		}
		v.Done = say(ctx, "installed", "digest", c.Digest[:12])
		return p.showCodecs(w, r, d, http.StatusOK, v)
	}
	v.Ran = true
	if v.Tried, err = p.try(ctx, d, c); err != nil {
		return err
	}
	return p.showCodecs(w, r, d, http.StatusOK, v)
}

// codecProblem adds what the mapping's reader said: it names the rule.
func codecProblem(ctx context.Context, err error) ([]ui.FormError, error) {
	cause := err
	list, err := problem(ctx, err, "mapping")
	if len(list) > 0 {
		if _, why, ok := strings.Cut(cause.Error(), "decode: mapping: "); ok {
			list[0].Text += " (" + why + ")"
		}
	}
	return list, err
}

// try reads stored messages of the product with the codec.
func (p *Pages) try(ctx context.Context, d people.Desk, c device.Codec) ([]triedLine, error) {
	frames, err := p.stored(ctx, d, c.Format)
	if err != nil {
		return nil, err
	}
	var list []triedLine
	stopped := 0
	for _, f := range frames {
		trials, err := p.Devices.Try(ctx, d.Tenant.ID, c, f.frame)
		if err != nil {
			return nil, err
		}
		for _, t := range trials {
			line := triedLine{At: words.At(ctx, f.ReceivedAt, p.Now()), Device: t.Device, Body: shown(f.Body), OK: t.Understood()}
			line.Said, line.Why = spoken(ctx, t)
			line.Ignored = strings.Join(t.Ignored, ", ")
			list = append(list, line)
			if slices.ContainsFunc(t.Said, func(o decode.Observation) bool { return o.Stopped }) {
				stopped++
			}
		}
		if len(list) >= triedMost || stopped >= stoppedMost {
			break
		}
	}
	return list, nil
}

// storedFrame is a message of the inbox as it is read.
type storedFrame struct {
	inbox.Message
	frame decode.Frame
}

// stored are the newest messages in a format, of all credentials.
func (p *Pages) stored(ctx context.Context, d people.Desk, f decode.Format) ([]storedFrame, error) {
	keys, err := p.Devices.Credentials(ctx, d.Actor, d.Tenant.ID)
	if err != nil {
		return nil, err
	}
	var list []storedFrame
	for _, c := range keys {
		if c.Format != f {
			continue
		}
		messages, err := p.Inbox.Recent(ctx, d.Tenant.ID, c.Username, inbox.Page{Limit: triedFrom})
		if err != nil {
			return nil, err
		}
		for _, m := range messages {
			list = append(list, storedFrame{m, c.Frame(m.Topic, m.Body)})
		}
	}
	slices.SortFunc(list, func(a, b storedFrame) int { return strings.Compare(b.ID, a.ID) })
	return list, nil
}

// spoken is what a trial says, and what it did not understand.
func spoken(ctx context.Context, t device.Trial) (said []string, why string) {
	if t.Broken != nil {
		return nil, t.Broken.Error()
	}
	for _, o := range t.Said {
		switch o.Kind {
		case decode.Online:
		case decode.Unclear:
			for _, k := range slices.Sorted(maps.Keys(o.Extra)) {
				why += k + "=" + o.Extra[k] + " "
			}
		default:
			what := say(ctx, "kind."+string(o.Kind)) + ": " + value(ctx, o.Kind, o.Value, o.Unit)
			if o.Test && o.Kind != decode.Test {
				what += " (" + say(ctx, "note.test") + ")"
			}
			said = append(said, what)
		}
	}
	return said, why
}

// replay has the messages that nobody understood read again.
func (p *Pages) replay(w http.ResponseWriter, r *http.Request) error {
	d, err := p.codecDesk(w, r)
	if err != nil {
		return err
	}
	n, err := p.Inbox.Replay(r.Context(), inbox.Filter{Tenant: d.Tenant.ID})
	if err != nil {
		return err
	}
	http.Redirect(w, r, d.To("/devices/codecs", "again", strconv.Itoa(n)), http.StatusSeeOther)
	return nil
}

// codecDesk is the desk of whoever may install codecs at it.
func (p *Pages) codecDesk(w http.ResponseWriter, r *http.Request) (people.Desk, error) {
	if err := web.ParseForm(w, r); err != nil {
		return people.Desk{}, err
	}
	d, err := p.Desk(r)
	if err != nil {
		return d, err
	}
	return d, p.Devices.May(r.Context(), d.Actor, "device.codec", device.Unit{Tenant: d.Tenant.ID})
}

func (p *Pages) remove(w http.ResponseWriter, r *http.Request) error {
	d, err := p.codecDesk(w, r)
	if err != nil {
		return err
	}
	if err := p.Devices.Remove(r.Context(), d.Actor, d.Tenant.ID, decode.Format(r.PostFormValue("format")), r.PostFormValue("product")); err != nil {
		return err
	}
	http.Redirect(w, r, d.To("/devices/codecs"), http.StatusSeeOther)
	return nil
}

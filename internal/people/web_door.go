package people

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
)

// codePage is the page with the one field for the paper code.
type codePage struct {
	Code, Back string
	refusal
}

func (p *Pages) codeForm(w http.ResponseWriter, r *http.Request) error {
	return p.showCode(w, r, codePage{Back: back(r)})
}

func (p *Pages) showCode(w http.ResponseWriter, r *http.Request, c codePage) error {
	if c.Status == 0 {
		c.Status = http.StatusOK
	}
	return web.Render(w, r, c.Status, codeView(p.Frame.Bare(r, say(r.Context(), "door.title")), c))
}

// codeGiven takes the code, and with a person chosen signs in.
func (p *Pages) codeGiven(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	code, person := r.PostFormValue("code"), r.PostFormValue("person")
	if person == "" {
		return p.chooseMember(w, r, code)
	}
	pass, err := p.Door.SignInByCode(r.Context(), code, person, p.Door.ClientOf(r))
	if err != nil {
		return p.codeRefused(w, r, code, err)
	}
	p.Door.SetCookie(w, r, pass)
	return see(w, r, templ.SafeURL(back(r)))
}

// codeScanned is where the QR code on the paper leads. It signs nobody in by
// itself: a link may be opened ahead by a chat program.
func (p *Pages) codeScanned(w http.ResponseWriter, r *http.Request) error {
	return p.chooseMember(w, r, r.PathValue("code"))
}

func (p *Pages) chooseMember(w http.ResponseWriter, r *http.Request, code string) error {
	members, err := p.Door.Members(r.Context(), code, p.Door.ClientOf(r))
	if err != nil {
		return p.codeRefused(w, r, code, err)
	}
	ctx := r.Context()
	g := ui.Group{Name: "person", Legend: say(ctx, "door.who"), Help: say(ctx, "door.who_help"), Required: true}
	unnamed := 0
	for _, m := range members {
		c := ui.Choice{Value: m.Person, Text: m.Name, Icon: "user-round", Checked: len(members) == 1}
		if m.Name == "" {
			unnamed++
			c.Text = say(ctx, "door.family", "n", unnamed)
		}
		g.Choices = append(g.Choices, c)
	}
	return web.Render(w, r, http.StatusOK, memberView(p.Frame.Bare(r, say(ctx, "door.who")), code, back(r), g))
}

func (p *Pages) codeRefused(w http.ResponseWriter, r *http.Request, code string, err error) error {
	x, err := refused(w, r, err)
	if err != nil {
		return err
	}
	return p.showCode(w, r, codePage{Code: code, Back: back(r), refusal: x})
}

// demoLink signs in with one click where the door was opened for it.
func (p *Pages) demoLink(w http.ResponseWriter, r *http.Request) error {
	pass, err := p.Door.SignInByDemo(r.Context(), r.PathValue("token"), p.Door.ClientOf(r))
	if err != nil {
		return err
	}
	p.Door.SetCookie(w, r, pass)
	return see(w, r, "/")
}

// passwordPage is the staff's first page.
type passwordPage struct {
	Login, Back string
	refusal
}

func (p *Pages) passwordForm(w http.ResponseWriter, r *http.Request) error {
	return p.showPassword(w, r, passwordPage{Back: back(r)})
}

func (p *Pages) showPassword(w http.ResponseWriter, r *http.Request, c passwordPage) error {
	if c.Status == 0 {
		c.Status = http.StatusOK
	}
	return web.Render(w, r, c.Status, passwordView(p.Frame.Bare(r, say(r.Context(), "door.staff_title")), c))
}

func (p *Pages) passwordGiven(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	login := r.PostFormValue("login")
	pass, err := p.Door.SignIn(r.Context(), login, r.PostFormValue("password"), p.Door.ClientOf(r))
	if err != nil {
		x, err := refused(w, r, err)
		if err != nil {
			return err
		}
		return p.showPassword(w, r, passwordPage{Login: login, Back: back(r), refusal: x})
	}
	p.Door.SetCookie(w, r, pass)
	return see(w, r, link("/sign-in/staff/code", "back", back(r)))
}

// secondPage is the staff's second page: the code of the authenticator.
type secondPage struct {
	Back string
	refusal
}

func (p *Pages) secondForm(w http.ResponseWriter, r *http.Request) error {
	if _, err := HalfPass(r); err != nil {
		return see(w, r, link("/sign-in/staff", "back", back(r)))
	}
	return p.showSecond(w, r, secondPage{Back: back(r), refusal: refusal{Status: http.StatusOK}})
}

func (p *Pages) showSecond(w http.ResponseWriter, r *http.Request, c secondPage) error {
	return web.Render(w, r, c.Status, secondView(p.Frame.Bare(r, say(r.Context(), "door.second_title")), c))
}

func (p *Pages) secondGiven(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	half, err := HalfPass(r)
	if err != nil {
		return see(w, r, link("/sign-in/staff", "back", back(r)))
	}
	pass, err := p.Door.SecondFactor(r.Context(), half, r.PostFormValue("code"), p.Door.ClientOf(r))
	if err != nil {
		return p.secondRefused(w, r, err)
	}
	p.Door.SetCookie(w, r, pass)
	return see(w, r, templ.SafeURL(back(r)))
}

// secondRefused asks again, or from the start when the half session is over.
func (p *Pages) secondRefused(w http.ResponseWriter, r *http.Request, err error) error {
	x, err := refused(w, r, err)
	if err != nil {
		return err
	}
	if x.Status == http.StatusUnauthorized {
		return p.showPassword(w, r, passwordPage{Back: back(r), refusal: x})
	}
	return p.showSecond(w, r, secondPage{Back: back(r), refusal: x})
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	a, err := ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := p.Door.SignOut(r.Context(), a); err != nil {
		return err
	}
	p.Door.ClearCookie(w, r)
	return see(w, r, "/sign-in")
}

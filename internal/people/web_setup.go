package people

import (
	"encoding/base64"
	"net/http"

	"github.com/linli/linli/internal/platform/web"
)

// choosePage is the first page of a set-up link: login and password.
type choosePage struct {
	Token, Name, Login string
	refusal
}

func (p *Pages) setUpForm(w http.ResponseWriter, r *http.Request) error {
	return p.showChoose(w, r, choosePage{refusal: refusal{Status: http.StatusOK}})
}

// showChoose reads the link again: one that is used or over is gone.
func (p *Pages) showChoose(w http.ResponseWriter, r *http.Request, c choosePage) error {
	c.Token = r.PathValue("token")
	s, err := p.Door.SetUp(r.Context(), c.Token)
	if err != nil {
		return err
	}
	c.Name = s.Name
	if c.Login == "" {
		c.Login = s.Login
	}
	return web.Render(w, r, c.Status, chooseView(p.Frame.Bare(r, say(r.Context(), "setup.title")), c))
}

// enrolPage shows the secret of the second factor and asks for its first
// code. After a wrong code the secret is not shown again: it is in the app.
type enrolPage struct {
	Token, Key, QR string
	refusal
}

func (p *Pages) setUpChosen(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	token, login := r.PathValue("token"), r.PostFormValue("login")
	secret, err := p.Door.Choose(r.Context(), token, login, r.PostFormValue("password"))
	if err != nil {
		x, err := refused(w, r, err)
		if err != nil {
			return err
		}
		return p.showChoose(w, r, choosePage{Login: login, refusal: x})
	}
	return p.showEnrol(w, r, enrolPage{Token: token, Key: spaced(secret.Key), QR: inline(secret.QR), refusal: refusal{Status: http.StatusOK}})
}

func (p *Pages) showEnrol(w http.ResponseWriter, r *http.Request, c enrolPage) error {
	return web.Render(w, r, c.Status, enrolView(p.Frame.Bare(r, say(r.Context(), "setup.second_title")), c))
}

// setUpConfirmed finishes the set-up and shows the recovery codes, once.
func (p *Pages) setUpConfirmed(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	token := r.PathValue("token")
	done, err := p.Door.Enrol(r.Context(), token, r.PostFormValue("code"), p.Door.ClientOf(r))
	if err != nil {
		x, err := refused(w, r, err)
		if err != nil {
			return err
		}
		return p.showEnrol(w, r, enrolPage{Token: token, refusal: x})
	}
	p.Door.SetCookie(w, r, done.Pass)
	return web.Render(w, r, http.StatusOK, recoveryView(p.Frame.Bare(r, say(r.Context(), "setup.done_title")), done.Recovery))
}

// inline is a PNG as an address for an img.
func inline(png []byte) string {
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
}

// spaced writes a key in groups of four, to be typed by hand.
func spaced(key string) string {
	var b []byte
	for i := range len(key) {
		if i > 0 && i%4 == 0 {
			b = append(b, ' ')
		}
		b = append(b, key[i])
	}
	return string(b)
}

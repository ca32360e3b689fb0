package people

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/skip2/go-qrcode"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

const (
	linkLife      = 24 * time.Hour
	recoveryCount = 8
	adminRef      = "admin" // the first administrator in the office's register
	totpIssuer    = "linli"
)

// SetUpLink is the path of a one-time link with which the first administrator
// sets up an account, or empty when there is one already. A new link replaces
// the one before; it holds for 24 hours. There is no default account.
func (d *Door) SetUpLink(ctx context.Context) (string, error) {
	n, err := d.read().AdminAccounts(ctx, d.opts.Office)
	if err != nil {
		return "", fmt.Errorf("set-up link: %w", err)
	}
	if n > 0 {
		return "", nil
	}
	return d.AdminLink(ctx)
}

// AdminLink is SetUpLink even when there is an administrator: the way back in
// for whoever sits at the machine, after password and phone are lost.
func (d *Door) AdminLink(ctx context.Context) (string, error) {
	var path string
	err := d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		person, err := d.firstAdministrator(ctx, tx)
		if err != nil {
			return err
		}
		path, err = d.makeLink(ctx, tx, identity{d.opts.Office, person}, Actor{})
		return err
	})
	if err != nil {
		return "", fmt.Errorf("set-up link: %w", err)
	}
	return path, nil
}

// firstAdministrator is the office's person with an administrator's post, made
// if it is not there. The office may have no tree yet on a first start.
func (d *Door) firstAdministrator(ctx context.Context, tx *store.Tx) (string, error) {
	q := New(tx)
	if err := tx.Alone(ctx, "administrator"); err != nil { // nodes that start together make one
		return "", err
	}
	person, err := q.StaffByRef(ctx, d.opts.Office, adminRef)
	if err == nil {
		return person, q.ReopenPosts(ctx, d.opts.Office, person, string(Administrator))
	}
	if !errors.Is(err, errNoRows) {
		return "", err
	}
	root, err := q.RootOf(ctx, d.opts.Office)
	if err != nil && !errors.Is(err, errNoRows) {
		return "", err
	}
	person, now := store.NewID(), store.Ms(tx.Now())
	if err := q.AddStaff(ctx, AddStaffParams{d.opts.Office, person, adminRef, now}); err != nil {
		return "", err
	}
	return person, q.AddPost(ctx, AddPostParams{d.opts.Office, store.NewID(), person, string(Administrator), root, now})
}

// Invite is the path of a one-time link with which a person of any tenant sets
// up an account or, after losing password or phone, sets it up anew. It holds
// for 24 hours and replaces an earlier one. It needs account.invite; an
// administrator of the office invites into every tenant, another only into
// the own one.
func (d *Door) Invite(ctx context.Context, a Actor, tenant store.Tenant, person string) (string, error) {
	if err := d.mayInvite(a, tenant); err != nil {
		return "", err
	}
	var path string
	err := d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		err := mayEnter(ctx, New(tx), identity{tenant, person})
		if err != nil {
			return err
		}
		path, err = d.makeLink(ctx, tx, identity{tenant, person}, a)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("invite: %w", err)
	}
	return path, nil
}

// mayEnter is a not_found fault unless the person is on the register and old
// enough.
func mayEnter(ctx context.Context, q *Queries, who identity) error {
	band, err := q.PersonKnown(ctx, who.tenant, who.person)
	if err != nil {
		return store.NoRows(err)
	}
	if band == childBand {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return nil
}

func (d *Door) makeLink(ctx context.Context, tx *store.Tx, who identity, by Actor) (string, error) {
	q, token := New(tx), newToken()
	if err := q.DropLinks(ctx, who.tenant, who.person); err != nil {
		return "", err
	}
	err := q.AddLink(ctx, AddLinkParams{who.tenant, d.tokenDigest("link", who.tenant, token), who.person, store.Ms(tx.Now().Add(linkLife))})
	if err != nil {
		return "", err
	}
	return "/setup/" + string(who.tenant) + "." + token, auditIn(ctx, tx, who.tenant, by, "account.invite", "person", who.person)
}

// SetUp is what a set-up link opens.
type SetUp struct {
	Name  string // of the person; may be empty for the first administrator
	Login string // as chosen so far
	who   identity
	link  LinkOfRow
	hash  string
}

// SetUp reads a set-up link's token. One that is unknown, used or older than
// 24 hours is a gone fault.
func (d *Door) SetUp(ctx context.Context, token string) (SetUp, error) {
	tenant, secret, ok := ParseToken(token)
	if !ok {
		return SetUp{}, fault.New(fault.Gone, "signin.link_gone")
	}
	hash := d.tokenDigest("link", tenant, secret)
	row, err := d.read().LinkOf(ctx, tenant, hash)
	if err != nil && !errors.Is(err, errNoRows) {
		return SetUp{}, fmt.Errorf("set up: %w", err)
	}
	if err != nil || row.UsedAt != 0 || row.ExpiresAt <= store.Ms(d.store.Now()) {
		return SetUp{}, fault.New(fault.Gone, "signin.link_gone")
	}
	return SetUp{Name: row.Name, Login: row.Login, who: identity{tenant, row.PersonID}, link: row, hash: hash}, nil
}

// Secret is what an authenticator app is given.
type Secret struct {
	Key string // base 32, to type by hand
	URL string // otpauth://…
	QR  []byte // the URL as a PNG, 280 px
}

// Choose takes login and password and hands out the secret of the second
// factor. A login somebody else has is a conflict fault; bad choices are
// fields of an invalid one. It may be repeated until [Door.Enrol].
func (d *Door) Choose(ctx context.Context, token, login, password string) (Secret, error) {
	s, err := d.SetUp(ctx, token)
	if err != nil {
		return Secret{}, err
	}
	login = plainLogin(login)
	if err := checkChoice(login, password); err != nil {
		return Secret{}, err
	}
	hash, err := d.hash(ctx, password)
	if err != nil {
		return Secret{}, err
	}
	secret, err := newSecret(login)
	if err != nil {
		return Secret{}, err
	}
	sealed, err := d.seal.Seal(s.who.tenant, s.who.person, "totp", secret.Key)
	if err != nil {
		return Secret{}, err
	}
	// First the directory in the office, then the link at home: no transaction
	// crosses a tenant, and a claimed login without an account opens nothing.
	if err := d.claimLogin(ctx, login, s.who); err != nil {
		return Secret{}, err
	}
	err = d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return New(tx).ChooseOnLink(ctx, ChooseOnLinkParams{s.who.tenant, s.hash, login, hash, sealed})
	})
	if err != nil {
		return Secret{}, fmt.Errorf("choose: %w", err)
	}
	return secret, nil
}

func (d *Door) claimLogin(ctx context.Context, login string, who identity) error {
	return d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		q := New(tx)
		_, err := q.ClaimLogin(ctx, ClaimLoginParams{d.opts.Office, login, string(who.tenant), who.person, store.Ms(tx.Now())})
		if err != nil {
			return fmt.Errorf("claim login: %w", err)
		}
		holder, err := q.LoginOf(ctx, d.opts.Office, login)
		if err != nil {
			return fmt.Errorf("claim login: %w", err)
		}
		if holder.HomeTenant != string(who.tenant) || holder.PersonID != who.person {
			return fault.New(fault.Conflict, "signin.choice").WithField("login", "signin.login_taken")
		}
		return nil
	})
}

// newSecret is 160 random bits, as RFC 4226 recommends.
func newSecret(login string) (Secret, error) {
	b := make([]byte, 20)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	key := base32.StdEncoding.EncodeToString(b)
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + totpIssuer + ":" + login,
		RawQuery: url.Values{"secret": {key}, "issuer": {totpIssuer}}.Encode()}
	png, err := qrcode.Encode(u.String(), qrcode.Medium, 280)
	if err != nil {
		return Secret{}, fmt.Errorf("QR code: %w", err)
	}
	return Secret{Key: key, URL: u.String(), QR: png}, nil
}

// Enrolled is what a finished set-up gives: once, on paper.
type Enrolled struct {
	Recovery []string // eight one-time codes in place of the second factor
	Pass     Pass     // the first session
}

// Enrol finishes a set-up with a code from the authenticator. The link is used
// up, earlier sessions and recovery codes of the person end.
func (d *Door) Enrol(ctx context.Context, token, code string, c Client) (Enrolled, error) {
	s, err := d.SetUp(ctx, token)
	if err != nil {
		return Enrolled{}, err
	}
	secret, err := d.seal.Open(s.who.tenant, s.who.person, "totp", s.link.TotpSealed)
	if err != nil {
		return Enrolled{}, err
	}
	if secret == "" {
		return Enrolled{}, fault.New(fault.Conflict, "signin.choose_first")
	}
	step, right, err := totpStep(secret, plainDigits(code), d.store.Now())
	if err != nil {
		return Enrolled{}, err
	}
	if !right {
		return Enrolled{}, fault.New(fault.Invalid, "signin.second_wrong")
	}
	var e Enrolled
	err = d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		e, err = d.enrol(ctx, tx, s, step, c)
		return err
	})
	if err != nil {
		return Enrolled{}, fmt.Errorf("enrol: %w", err)
	}
	return e, d.dropOtherLogins(ctx, s.who, s.link.Login)
}

func (d *Door) enrol(ctx context.Context, tx *store.Tx, s SetUp, step int64, c Client) (Enrolled, error) {
	q, now := New(tx), store.Ms(tx.Now())
	n, err := q.SpendLink(ctx, s.who.tenant, s.hash, now)
	if err != nil {
		return Enrolled{}, err
	}
	if n == 0 {
		return Enrolled{}, fault.New(fault.Gone, "signin.link_gone")
	}
	err = q.PutAccount(ctx, PutAccountParams{s.who.tenant, s.who.person, s.link.Login, s.link.Password, s.link.TotpSealed, step, now})
	if err != nil {
		return Enrolled{}, err
	}
	if err := q.NameIfNone(ctx, s.who.tenant, s.who.person, s.link.Login); err != nil {
		return Enrolled{}, err
	}
	if err := d.endAll(ctx, tx, s.who); err != nil {
		return Enrolled{}, err
	}
	recovery, err := d.newRecovery(ctx, tx, s.who)
	if err != nil {
		return Enrolled{}, err
	}
	self := Actor{Tenant: s.who.tenant, Person: s.who.person}
	if err := Audit(ctx, tx, self, "account.enrol", "account", s.who.person); err != nil {
		return Enrolled{}, err
	}
	p, err := d.beginIn(ctx, tx, s.who, staffSession, c)
	p.Known = d.know(s.link.Login, c)
	return Enrolled{recovery, p}, err
}

// newRecovery replaces the person's recovery codes: 50 bits each.
func (d *Door) newRecovery(ctx context.Context, tx *store.Tx, who identity) ([]string, error) {
	q := New(tx)
	if err := q.DropRecovery(ctx, who.tenant, who.person); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCount)
	for i := range codes {
		signs := randomCode(10)
		codes[i] = signs[:5] + "-" + signs[5:]
		if err := q.AddRecovery(ctx, who.tenant, d.recoveryDigest(who, codes[i]), who.person); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// dropOtherLogins gives up logins the person chose before.
func (d *Door) dropOtherLogins(ctx context.Context, who identity, keep string) error {
	return d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return New(tx).DropLogins(ctx, DropLoginsParams{d.opts.Office, string(who.tenant), who.person, keep})
	})
}

package people

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// SignIn checks login and password of a staff account (工作人员账号) and opens a
// half session that owes the second factor. Unknown login and wrong password
// take the same time and get the same words. After five failures the login is
// locked for ten minutes, but for a browser that signed in to it before: that has
// tries of its own.
func (d *Door) SignIn(ctx context.Context, login, password string, c Client) (Pass, error) {
	login = plainLogin(login)
	address, account := d.byOffice(c), d.byLogin(login, c)
	if d.knownAs(login, c) != "" {
		address = account // an office shares its address with strangers
	}
	if err := d.refuseBlocked(ctx, address); err != nil {
		return Pass{}, err
	}
	if err := d.claim(ctx, account); err != nil {
		return Pass{}, err
	}
	who, hash, err := d.accountFor(ctx, login)
	if err != nil {
		return Pass{}, err
	}
	right, err := d.checkPassword(ctx, hash, password)
	if err != nil {
		return Pass{}, err
	}
	if !right {
		return Pass{}, d.wrongPassword(ctx, address, account)
	}
	if err := d.forgive(ctx, account); err != nil {
		return Pass{}, err
	}
	return d.begin(ctx, who, halfSession, c)
}

// wrongPassword counts the failure of the address too, if it counts apart, and says
// how long to wait, if at all. The account's was counted before.
func (d *Door) wrongPassword(ctx context.Context, address, account watch) error {
	if address != account {
		if err := d.claim(ctx, address); err != nil {
			return err
		}
	}
	if err := d.refuseBlocked(ctx, account, address); err != nil {
		return err
	}
	return fault.New(fault.Invalid, "signin.password_wrong")
}

// accountFor is the account of a login and its password's hash, both empty if
// there is none. The directory is read in the office, the account at home.
func (d *Door) accountFor(ctx context.Context, login string) (identity, string, error) {
	entry, err := d.read().LoginOf(ctx, d.opts.Office, login)
	if err != nil && !errors.Is(err, errNoRows) {
		return identity{}, "", fmt.Errorf("sign in: %w", err)
	}
	who := identity{store.Tenant(entry.HomeTenant), entry.PersonID}
	row, err := d.read().AccountOf(ctx, who.tenant, who.person) // asked also for nobody: it takes as long
	if err != nil && !errors.Is(err, errNoRows) {
		return identity{}, "", fmt.Errorf("sign in: %w", err)
	}
	if err != nil || row.Login != login {
		return identity{}, "", nil
	}
	return who, row.Password, nil
}

// SecondFactor turns a half session into a whole one with the code the
// authenticator shows now, or with one of the recovery codes. A code opens
// once. After five failures the account is locked for ten minutes, but for a browser
// that signed in to it before.
func (d *Door) SecondFactor(ctx context.Context, halfCookie, code string, c Client) (Pass, error) {
	half, err := d.halfSession(ctx, halfCookie)
	if err != nil {
		return Pass{}, err
	}
	who := identity{half.actor.Tenant, half.actor.Person}
	account, err := d.read().AccountOf(ctx, who.tenant, who.person)
	if err != nil {
		return Pass{}, fmt.Errorf("second factor: %w", store.NoRows(err))
	}
	w := d.bySecond(who, account.Login, c)
	if err := d.claim(ctx, w); err != nil {
		return Pass{}, err
	}
	var p Pass
	right := false
	err = d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if right, err = d.spendSecond(ctx, tx, who, code); err != nil || !right {
			return err
		}
		if p, err = d.wholeSession(ctx, tx, half, c); err != nil {
			return err
		}
		p.Known = d.know(account.Login, c)
		return New(tx).ForgiveThrottle(ctx, who.tenant, w.subject)
	})
	if err != nil {
		return Pass{}, fmt.Errorf("second factor: %w", err)
	}
	if right {
		return p, nil
	}
	if err := d.refuseBlocked(ctx, w); err != nil {
		return Pass{}, err
	}
	return Pass{}, fault.New(fault.Invalid, "signin.second_wrong")
}

// halfSession is the session of a cookie whose owner gave the password.
func (d *Door) halfSession(ctx context.Context, cookie string) (found, error) {
	tenant, token, ok := ParseToken(cookie)
	if !ok {
		return found{}, fault.New(fault.Unsigned, "signin.half_gone")
	}
	f, ok, err := d.find(ctx, tenant, d.tokenDigest("session", tenant, token))
	if err != nil {
		return found{}, err
	}
	if !ok || f.kind != halfSession {
		return found{}, fault.New(fault.Unsigned, "signin.half_gone")
	}
	return f, nil
}

// wholeSession replaces the half session by a whole one with a new token.
func (d *Door) wholeSession(ctx context.Context, tx *store.Tx, half found, c Client) (Pass, error) {
	who := identity{half.actor.Tenant, half.actor.Person}
	q := New(tx)
	n, err := q.FinishSession(ctx, FinishSessionParams{who.tenant, who.person, half.actor.Session, store.Ms(tx.Now())})
	if err != nil {
		return Pass{}, err
	}
	if n == 0 {
		return Pass{}, fault.New(fault.Unsigned, "signin.half_gone")
	}
	d.forgetAfter(tx, who)
	return d.beginIn(ctx, tx, who, staffSession, c)
}

// spendSecond uses up a one-time code or a recovery code.
func (d *Door) spendSecond(ctx context.Context, tx *store.Tx, who identity, code string) (bool, error) {
	code = plainDigits(code)
	if len(code) != totpDigits {
		return d.spendRecovery(ctx, tx, who, code)
	}
	row, err := New(tx).AccountOf(ctx, who.tenant, who.person)
	if err != nil {
		return false, store.NoRows(err)
	}
	secret, err := d.seal.Open(who.tenant, who.person, "totp", row.TotpSealed)
	if err != nil {
		return false, err
	}
	step, ok, err := totpStep(secret, code, tx.Now())
	if err != nil || !ok {
		return false, err
	}
	n, err := New(tx).SpendStep(ctx, who.tenant, who.person, step)
	return n == 1, err
}

func (d *Door) spendRecovery(ctx context.Context, tx *store.Tx, who identity, code string) (bool, error) {
	n, err := New(tx).SpendRecovery(ctx, SpendRecoveryParams{
		TenantID: who.tenant, Digest: d.recoveryDigest(who, code), PersonID: who.person, UsedAt: store.Ms(tx.Now()),
	})
	if err != nil || n == 0 {
		return false, err
	}
	return true, Audit(ctx, tx, Actor{Tenant: who.tenant, Person: who.person}, "account.recovery", "account", who.person)
}

func (d *Door) recoveryDigest(who identity, code string) string {
	return d.seal.Digest("recovery", string(who.tenant)+"|"+who.person+"|"+plainSigns(code))
}

const (
	totpPeriod = 30 * time.Second
	totpDigits = 6
)

// totpStep is the step of 30 s (RFC 6238) whose code this is: the present one
// or one beside it, because clocks differ.
func totpStep(secret, code string, now time.Time) (int64, bool, error) {
	at := now.Unix() / int64(totpPeriod/time.Second)
	for _, step := range []int64{at, at - 1, at + 1} {
		want, err := hotp.GenerateCode(secret, uint64(step))
		if err != nil {
			return 0, false, fmt.Errorf("one-time code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, true, nil
		}
	}
	return 0, false, nil
}

// plainLogin folds what input methods and keyboards make of a login.
func plainLogin(s string) string {
	return strings.ToLower(strings.TrimSpace(norm.NFKC.String(s)))
}

// plainDigits takes a one-time code as people type it: full width, with gaps.
func plainDigits(s string) string {
	return strings.Join(strings.Fields(width.Fold.String(s)), "")
}

package people

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/width"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

const (
	// codeAlphabet is Crockford's base 32: no I, L, O, U, so nothing looks
	// like something else and no words arise. Source: crockford.com/base32.html.
	codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLen      = 8 // × 5 bits = 40 bits
	codeLife     = 180 * 24 * time.Hour
	// childBand is the age band that does not sign in: under 14 a child has no
	// account (PIPL art. 31).
	childBand = "0-13"
)

// CodeLine is one household on a sheet of codes.
type CodeLine struct {
	Household string // id
	Label     string // as on the doors below the place of the sheet
	Code      string // such as WH-7K2M-9QPD
	Path      string // where its QR code leads: /in/WH-7K2M-9QPD
}

// CodeSheet is what is printed for a building. The codes are nowhere else: the
// house keeps their digests only.
type CodeSheet struct {
	Place   string // name of the building
	Expires time.Time
	Lines   []CodeLine
}

// IssueCodes makes new codes for all households at a place, usually a
// building, and ends their older ones. It needs code.issue there.
func (d *Door) IssueCodes(ctx context.Context, a Actor, placeID string) (CodeSheet, error) {
	head, err := d.placeHead(ctx, a.Tenant, placeID)
	if err != nil {
		return CodeSheet{}, err
	}
	if err := (Access{}).May(a, "code.issue", Subject{Path: head.Path}); err != nil {
		return CodeSheet{}, err
	}
	var sheet CodeSheet
	err = d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		sheet = CodeSheet{Place: head.Name, Expires: tx.Now().Add(codeLife)}
		rows, err := New(tx).HouseholdsUnder(ctx, a.Tenant, head.Path)
		if err != nil {
			return err
		}
		for _, r := range rows {
			code, err := d.issue(ctx, tx, a, r.ID, head.Short)
			if err != nil {
				return err
			}
			sheet.Lines = append(sheet.Lines, CodeLine{r.ID, labelBelow(placeID, r), code, "/in/" + code})
		}
		return Audit(ctx, tx, a, "code.issue", "place", placeID)
	})
	if err != nil {
		return CodeSheet{}, fmt.Errorf("issue codes: %w", err)
	}
	return sheet, nil
}

// labelBelow names a dwelling below the place of the sheet.
func labelBelow(placeID string, r HouseholdsUnderRow) string {
	if r.ParentID == placeID {
		return r.Name
	}
	return r.ParentName + " " + r.Name
}

func (d *Door) issue(ctx context.Context, tx *store.Tx, a Actor, household, short string) (string, error) {
	q := New(tx)
	if _, err := q.EndCodes(ctx, a.Tenant, household, store.Ms(tx.Now())); err != nil {
		return "", err
	}
	secret := randomCode(codeLen)
	err := q.AddCode(ctx, AddCodeParams{
		TenantID: a.Tenant, ID: store.NewID(), HouseholdID: household, Digest: d.codeDigest(a.Tenant, secret),
		IssuedBy: a.Person, IssuedAt: store.Ms(tx.Now()), ExpiresAt: store.Ms(tx.Now().Add(codeLife)),
	})
	return short + "-" + secret[:4] + "-" + secret[4:], err
}

// randomCode draws n signs of the alphabet. 256 is a multiple of 32, so every
// sign is equally likely.
func randomCode(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	for i := range b {
		b[i] = codeAlphabet[b[i]%32]
	}
	return string(b)
}

func (d *Door) codeDigest(tenant store.Tenant, secret string) string {
	return d.seal.Digest("code", string(tenant)+"|"+secret)
}

// RevokeCode ends a household's code, as when the paper was lost. With
// signOut everybody of the household is signed out too. It needs code.issue
// where the household lives.
func (d *Door) RevokeCode(ctx context.Context, a Actor, household string, signOut bool) error {
	path, err := d.read().HouseholdPath(ctx, a.Tenant, household)
	if err != nil {
		return fmt.Errorf("revoke code: %w", store.NoRows(err))
	}
	if err := (Access{}).May(a, "code.issue", Subject{Path: path}); err != nil {
		return err
	}
	return d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := New(tx).EndCodes(ctx, a.Tenant, household, store.Ms(tx.Now())); err != nil {
			return fmt.Errorf("revoke code: %w", err)
		}
		if signOut {
			if err := d.endHousehold(ctx, tx, a.Tenant, household); err != nil {
				return fmt.Errorf("revoke code: %w", err)
			}
		}
		return Audit(ctx, tx, a, "code.revoke", "household", household)
	})
}

func (d *Door) endHousehold(ctx context.Context, tx *store.Tx, tenant store.Tenant, household string) error {
	members, err := New(tx).MembersOf(ctx, tenant, household)
	if err != nil {
		return err
	}
	for _, m := range members {
		if err := d.endAll(ctx, tx, identity{tenant, m.ID}); err != nil {
			return err
		}
	}
	return nil
}

// Member is somebody of a household who may sign in with its code.
type Member struct {
	Person string // id
	Name   string // empty: shown as 家人, words key signin.family
}

// Members are those whom a household code lets in, to choose from. Children
// under 14 are not among them. A wrong, ended or expired code is a not_found
// fault, counted against the caller; a code of the wrong shape is an invalid
// fault and not counted.
func (d *Door) Members(ctx context.Context, code string, c Client) ([]Member, error) {
	_, members, err := d.tryCode(ctx, code, c)
	return members, err
}

// SignInByCode opens a session for one of the members the code lets in. The
// code stays valid for the others.
func (d *Door) SignInByCode(ctx context.Context, code, person string, c Client) (Pass, error) {
	tenant, members, err := d.tryCode(ctx, code, c)
	if err != nil {
		return Pass{}, err
	}
	for _, m := range members {
		if m.Person == person {
			return d.begin(ctx, identity{tenant, person}, residentSession, c)
		}
	}
	return Pass{}, fault.New(fault.NotFound, "signin.not_member")
}

// tryCode finds the household of a code. Unknown, ended and expired codes take
// the same road to the same words.
func (d *Door) tryCode(ctx context.Context, code string, c Client) (store.Tenant, []Member, error) {
	short, secret, ok := ParseCode(code)
	if !ok {
		return "", nil, fault.New(fault.Invalid, "signin.code_shape")
	}
	tenant, err := d.tenantOf(ctx, short)
	if err != nil {
		return "", nil, err
	}
	household, err := d.openWith(ctx, tenant, secret, []watch{d.byAddress(tenant, c), byTenant(tenant)})
	if err != nil {
		return "", nil, err
	}
	members, err := d.members(ctx, tenant, household)
	return tenant, members, err
}

// openWith is the household a secret opens. Look-up and count are one
// transaction behind the locked counts, so that many tries at once get no
// further than one after the other.
func (d *Door) openWith(ctx context.Context, tenant store.Tenant, secret string, watches []watch) (string, error) {
	if err := d.refuseBlocked(ctx, watches...); err != nil {
		return "", err
	}
	var household string
	err := d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		counts := make([]tries, len(watches))
		var err error
		for i, w := range watches {
			if counts[i], err = lockTries(ctx, tx, w); err != nil {
				return err
			}
		}
		if household, err = d.householdOf(ctx, tx, tenant, secret); err != nil || household != "" {
			return err
		}
		for i, w := range watches {
			if err := countFailure(ctx, tx, w, counts[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || household != "" {
		return household, err
	}
	if err := d.refuseBlocked(ctx, watches...); err != nil {
		return "", err // this failure began a wait: say how long
	}
	return "", fault.New(fault.NotFound, "signin.code_wrong")
}

// tenantOf is the tenant with these letters; unknown letters are looked up in
// the office, where no code is, so that they cost the same.
func (d *Door) tenantOf(ctx context.Context, short string) (store.Tenant, error) {
	rows, err := d.read().TenantShorts(ctx)
	if err != nil {
		return "", fmt.Errorf("household code: %w", err)
	}
	for _, r := range rows {
		if plainSigns(r.Short) == short {
			return r.TenantID, nil
		}
	}
	return d.opts.Office, nil
}

// householdOf is the household a secret opens, empty if none.
func (d *Door) householdOf(ctx context.Context, tx *store.Tx, tenant store.Tenant, secret string) (string, error) {
	r, err := New(tx).CodeByDigest(ctx, tenant, d.codeDigest(tenant, secret))
	if errors.Is(err, errNoRows) || err == nil && (r.EndedAt != 0 || r.ExpiresAt <= store.Ms(tx.Now())) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("household code: %w", err)
	}
	return r.HouseholdID, nil
}

func (d *Door) members(ctx context.Context, tenant store.Tenant, household string) ([]Member, error) {
	rows, err := d.read().MembersOf(ctx, tenant, household)
	if err != nil {
		return nil, fmt.Errorf("household: %w", err)
	}
	var members []Member
	for _, r := range rows {
		if r.AgeBand != childBand {
			members = append(members, Member{r.ID, r.Name})
		}
	}
	return members, nil
}

// ParseCode reads a household code as people type it: in lower case, full
// width, with or without signs between, with O for 0 and I or L for 1. It
// returns the tenant's letters and the secret, both in the code alphabet.
func ParseCode(s string) (short, secret string, ok bool) {
	if len(s) > 100 {
		return "", "", false
	}
	signs := plainSigns(s)
	if len(signs) <= codeLen || len(signs) > codeLen+8 {
		return "", "", false
	}
	short, secret = signs[:len(signs)-codeLen], signs[len(signs)-codeLen:]
	return short, secret, strings.Trim(secret, codeAlphabet) == ""
}

// plainSigns folds width and case, mends look-alikes and leaves letters and
// digits only. Anything else becomes a sign no code has.
func plainSigns(s string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(width.Fold.String(s)) {
		switch {
		case r == 'O':
			b.WriteByte('0')
		case r == 'I' || r == 'L':
			b.WriteByte('1')
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		case strings.ContainsRune(" \t\r\n-–—－_.·、　", r):
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

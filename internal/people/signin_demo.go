package people

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// DemoLink is the path of a link that signs in as a person of the sample
// subdistrict with one click, as often as one likes. It is a not_found fault
// unless the door was opened with OneClick.
func (d *Door) DemoLink(ctx context.Context, tenant store.Tenant, person string) (string, error) {
	if !d.opts.OneClick {
		return "", fault.New(fault.NotFound, "fault.not_found")
	}
	who := identity{tenant, person}
	if err := mayEnter(ctx, d.read(), who); err != nil {
		return "", fmt.Errorf("demo link: %w", err)
	}
	return "/in/demo/" + string(tenant) + "." + person + "." + d.demoMark(who), nil
}

func (d *Door) demoMark(who identity) string {
	return d.seal.Digest("demo", string(who.tenant)+"|"+who.person)
}

// SignInByDemo opens a session for a demo link's last part. Whoever has a
// staff post gets a staff session. Without OneClick it is a not_found fault.
func (d *Door) SignInByDemo(ctx context.Context, token string, c Client) (Pass, error) {
	missing := fault.New(fault.NotFound, "fault.not_found")
	parts := strings.Split(token, ".")
	if !d.opts.OneClick || len(parts) != 3 {
		return Pass{}, missing
	}
	who := identity{store.Tenant(parts[0]), parts[1]}
	if subtle.ConstantTimeCompare([]byte(d.demoMark(who)), []byte(parts[2])) != 1 {
		return Pass{}, missing
	}
	if err := mayEnter(ctx, d.read(), who); err != nil {
		return Pass{}, fmt.Errorf("demo link: %w", err)
	}
	posts, err := d.posts(ctx, who, staffSession)
	if err != nil {
		return Pass{}, err
	}
	kind := residentSession
	if slices.ContainsFunc(posts, func(h Held) bool { return h.Role.Group().staff() }) {
		kind = staffSession
	}
	return d.begin(ctx, who, kind, c)
}

package notify

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/notify/gateway"
	"github.com/linli/linli/internal/notify/robot"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Way is a gateway or a robot as an administrator sees it.
type Way struct {
	Tenant store.Tenant
	ID     string
	Kind   string // sms, voice, or a robot's make
	Host   string
	Since  time.Time
	Shared bool // the subdistrict's, and serves this neighbourhood too
}

// Gateway reports whether it carries messages or calls.
func (w Way) Gateway() bool { return w.Kind == string(SMS) || w.Kind == string(Voice) }

type wayList []NotifyWay

// gateway is the one for a channel: the neighbourhood's own, else the
// subdistrict's.
func (ws wayList) gateway(ch Channel) (NotifyWay, bool) {
	for _, w := range ws {
		if w.Kind == string(ch) {
			return w, true
		}
	}
	return NotifyWay{}, false
}

func (ws wayList) robots() []string {
	var ids []string
	for _, w := range ws {
		if w.Kind != string(SMS) && w.Kind != string(Voice) {
			ids = append(ids, w.ID)
		}
	}
	return ids
}

func (s *Service) ownWays(ctx context.Context, tenant store.Tenant) (wayList, error) {
	list, err := s.ways.Get(tenant, func() (wayList, error) { return New(s.store.Reader()).Ways(ctx, tenant) })
	return slices.Clone(list), err
}

// waysFor are a neighbourhood's ways, then the subdistrict's gateways.
func (s *Service) waysFor(ctx context.Context, tenant store.Tenant) (wayList, error) {
	own, err := s.ownWays(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("ways: %w", err)
	}
	if s.opts.Office == nil || s.opts.Office() == tenant {
		return own, nil
	}
	shared, err := s.ownWays(ctx, s.opts.Office())
	if err != nil {
		return nil, fmt.Errorf("ways: %w", err)
	}
	for _, w := range shared {
		if w.Kind == string(SMS) || w.Kind == string(Voice) {
			own = append(own, w)
		}
	}
	return own, nil
}

// Has are those of the channels by which a neighbourhood's people can be rung:
// messages, calls.
func (s *Service) Has(ctx context.Context, tenant store.Tenant) (sms, voice bool, err error) {
	ways, err := s.waysFor(ctx, tenant)
	if err != nil {
		return false, false, err
	}
	_, sms = ways.gateway(SMS)
	_, voice = ways.gateway(Voice)
	return sms, voice, nil
}

// Ways are the gateways and robots that serve a neighbourhood.
func (s *Service) Ways(ctx context.Context, tenant store.Tenant) ([]Way, error) {
	rows, err := s.waysFor(ctx, tenant)
	if err != nil {
		return nil, err
	}
	out := make([]Way, len(rows))
	for i, r := range rows {
		out[i] = Way{r.TenantID, r.ID, r.Kind, r.Host, store.Time(r.Since), r.TenantID != tenant}
	}
	return out, nil
}

// SetGateway takes a gateway for messages or calls into use, in place of the
// one before. It returns its id and the secret that its receipts must show,
// which is shown this once. Who did it is on the audit trail of the actor's
// tenant, which the gateway serves.
func (s *Service) SetGateway(ctx context.Context, a people.Actor, ch Channel, c gateway.Config) (id, token string, err error) {
	f := fault.New(fault.Invalid, "notify.way_invalid")
	if ch != SMS && ch != Voice {
		return "", "", f.WithField("kind", "notify.way_kind")
	}
	if s.allowed(c.URL) != nil {
		f.WithField("url", "notify.hook_not_allowed")
	}
	if bad := c.Check(); bad != "" {
		f.WithField(bad, "notify.way_"+bad)
	}
	if len(f.Fields) > 0 {
		return "", "", f
	}
	token = rand.Text()
	id, err = s.addWay(ctx, a, string(ch), c.URL, token, c)
	return id, token, err
}

// AddRobot takes a group's robot into use in the actor's tenant.
func (s *Service) AddRobot(ctx context.Context, a people.Actor, c robot.Config) error {
	f := fault.New(fault.Invalid, "notify.way_invalid")
	if s.allowed(c.URL) != nil {
		f.WithField("url", "notify.hook_not_allowed")
	}
	if !slices.Contains(robot.Makes(), c.Make) {
		f.WithField("make", "notify.way_make")
	}
	if len(f.Fields) > 0 {
		return f
	}
	_, err := s.addWay(ctx, a, string(c.Make), c.URL, "", c)
	return err
}

func (s *Service) addWay(ctx context.Context, a people.Actor, kind, address, token string, config any) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "notify.way_invalid")
	}
	body, err := json.Marshal(config)
	if err != nil {
		return "", fmt.Errorf("add way: %w", err)
	}
	id, tenant := store.NewID(), a.Tenant
	sealed, err := s.seal.Seal(tenant, id, "way", string(body))
	if err != nil {
		return "", fmt.Errorf("add way: %w", err)
	}
	return id, s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		q, now := New(tx), store.Ms(tx.Now())
		if token != "" { // one gateway for each channel
			if _, err := q.EndWaysOf(ctx, tenant, kind, now); err != nil {
				return fmt.Errorf("end gateway: %w", err)
			}
		}
		err := q.InsertWay(ctx, InsertWayParams{TenantID: tenant, ID: id, Kind: kind, Host: u.Host, Sealed: sealed, Token: tokenSum(token), Since: now})
		if err != nil {
			return fmt.Errorf("add way: %w", err)
		}
		return people.Audit(ctx, tx, a, "channel.set", "channel", id, kind)
	})
}

func tokenSum(token string) string {
	if token == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// EndWay takes a gateway or robot of the actor's tenant out of use.
func (s *Service) EndWay(ctx context.Context, a people.Actor, id string) error {
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).EndWay(ctx, a.Tenant, id, store.Ms(tx.Now()))
		if err == nil && n == 0 {
			return notFound()
		}
		if err != nil {
			return fmt.Errorf("end way: %w", err)
		}
		return people.Audit(ctx, tx, a, "channel.end", "channel", id)
	})
}

func (s *Service) configOf(way NotifyWay, into any) error {
	plain, err := s.seal.Open(way.TenantID, way.ID, "way", way.Sealed)
	if err != nil {
		return fmt.Errorf("way: %w", err)
	}
	if err := json.Unmarshal([]byte(plain), into); err != nil {
		return fmt.Errorf("way: %w", err)
	}
	return nil
}

func (s *Service) callGateway(ctx context.Context, client *http.Client, way NotifyWay, m gateway.Message) error {
	var c gateway.Config
	if err := s.configOf(way, &c); err != nil {
		return err
	}
	if s.allowed(c.URL) != nil {
		return fmt.Errorf("host not allowed: %w", errNever)
	}
	return gateway.Send(ctx, client, c, m)
}

// sayInGroup says several messages in a robot's group in one text.
func (s *Service) sayInGroup(ctx context.Context, l *lane, o order, rows []NotifyMessage) error {
	ctx, cancel := context.WithTimeout(ctx, o.Channel.timeout())
	defer cancel()
	way, err := New(s.store.Reader()).WayByID(ctx, o.Tenant, o.Robot)
	if fault.Is(store.NoRows(err), fault.NotFound) {
		return fmt.Errorf("robot ended: %w", errNever)
	}
	if err != nil {
		return fmt.Errorf("robot: %w", err)
	}
	var lines []string
	for _, row := range rows {
		x, err := s.sayOutside(row, "short")
		if err != nil {
			return err
		}
		lines = append(lines, x.text)
	}
	return s.callRobot(ctx, l.client, way, strings.Join(lines, "\n"))
}

func (s *Service) callRobot(ctx context.Context, client *http.Client, way NotifyWay, text string) error {
	var c robot.Config
	if err := s.configOf(way, &c); err != nil {
		return err
	}
	if s.allowed(c.URL) != nil {
		return fmt.Errorf("host not allowed: %w", errNever)
	}
	return robot.Send(ctx, client, c, text, s.store.Now())
}

// Tried is how a test of a way went.
type Tried struct {
	Took    time.Duration
	Trouble string // empty: taken
}

// Try sends a test by a way of the tenant's own: to a phone by a gateway, into
// the group by a robot. That it was tried is on the audit trail before it is
// sent; nothing else of it is kept.
func (s *Service) Try(ctx context.Context, a people.Actor, id, phone string) (Tried, error) {
	way, err := New(s.store.Reader()).WayByID(ctx, a.Tenant, id)
	if err != nil {
		return Tried{}, store.NoRows(err)
	}
	ch, text := Channel(way.Kind), s.opts.Say("notify.try_text")
	if ch == SMS || ch == Voice {
		if strings.TrimSpace(phone) == "" {
			return Tried{}, fault.New(fault.Invalid, "notify.way_invalid").WithField("phone", "notify.try_phone")
		}
	} else {
		ch = Robot
	}
	if err := s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return people.Audit(ctx, tx, a, "channel.try", "channel", id)
	}); err != nil {
		return Tried{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, ch.timeout())
	defer cancel()
	began := s.store.Now()
	if ch == Robot {
		err = s.callRobot(ctx, s.lanes[ch].client, way, text)
	} else {
		err = s.callGateway(ctx, s.lanes[ch].client, way, gateway.Message{ID: "test." + store.NewID(), Phone: strings.TrimSpace(phone), Text: text, What: text, Place: s.opts.Say("notify.try_place"), Number: "0"})
	}
	return Tried{s.store.Now().Sub(began), troubleOf(err)}, nil
}

// Receipt takes a gateway's receipts in. tenant and id name the gateway, token
// is the secret it was given.
func (s *Service) Receipt(ctx context.Context, tenant store.Tenant, id, token string, body []byte, contentType string) error {
	way, err := New(s.store.Reader()).WayByID(ctx, tenant, id)
	if err != nil || way.Token == "" || subtle.ConstantTimeCompare([]byte(way.Token), []byte(tokenSum(token))) != 1 {
		return fault.New(fault.Unsigned, "fault.unsigned") // who guesses learns nothing
	}
	var c gateway.Config
	if err := s.configOf(way, &c); err != nil {
		return err
	}
	list, err := c.Receipts(body, contentType)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "fault.bad_form")
	}
	office := s.opts.Office != nil && s.opts.Office() == tenant
	for _, r := range list {
		of, message, ok := strings.Cut(r.ID, ".")
		if !ok || !office && store.Tenant(of) != tenant {
			continue
		}
		if err := s.receive(ctx, store.Tenant(of), message, Channel(way.Kind), r); err != nil {
			return err
		}
	}
	return nil
}

// receive notes one receipt; what is not known or was noted before is passed
// over.
func (s *Service) receive(ctx context.Context, tenant store.Tenant, id string, ch Channel, r gateway.Receipt) error {
	row, err := New(s.store.Reader()).MessageByReceipt(ctx, tenant, id)
	if fault.Is(store.NoRows(err), fault.NotFound) || err == nil && Channel(row.Channel) != ch {
		return nil
	}
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		p := MarkReceiptParams{TenantID: tenant, ToID: row.ToID, Channel: row.Channel, ID: row.ID, Trouble: r.State}
		if r.Delivered {
			p.DeliveredAt, p.Trouble = store.Ms(tx.Now()), ""
		}
		tx.AfterCommit(func() { s.hub.Publish(ReceiptsTopic(tenant)) })
		_, err := New(tx).MarkReceipt(ctx, p)
		return err
	})
}

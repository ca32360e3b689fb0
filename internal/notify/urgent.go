package notify

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/linli/linli/internal/notify/gateway"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

const (
	netAfter  = 3 * time.Second // when the job looks whether the lane did it
	triesMost = 8
	clocksOff = time.Minute // how far the clocks of two nodes may differ
	never     = math.MaxInt64
)

// order is what is to be handed over: what one telling left for a channel, or
// all that waits for one robot, as a robot says several things in one text.
type order struct {
	Tenant  store.Tenant
	Channel Channel
	Matter  string `json:",omitempty"`
	Seq     int64  `json:",omitempty"`
	Robot   string `json:",omitempty"`
}

func (o order) name() string {
	if o.Robot != "" {
		return o.Robot
	}
	return fmt.Sprintf("%s/%d", o.Matter, o.Seq)
}

func (o order) kind() string { return "notify." + string(o.Channel) }

// queueOutside writes the outbox of the channels for danger. The job is the
// net under the lanes, which start at the commit.
func (s *Service) queueOutside(ctx context.Context, tx *store.Tx, t Telling) error {
	if len(t.Outside) == 0 {
		return nil
	}
	ways, err := s.waysFor(ctx, t.Tenant)
	if err != nil {
		return err
	}
	for _, ch := range Urgent() {
		to, wanted := t.Outside[ch]
		if !wanted {
			continue
		}
		orders, err := s.queueOn(ctx, tx, t, ch, to, ways)
		if err != nil {
			return err
		}
		for _, o := range orders {
			if err := job.Add(ctx, tx, o.Tenant, o.kind(), o.name(), tx.Now().Add(netAfter), o); err != nil {
				return err
			}
			tx.AfterCommit(func() { s.lanes[ch].kick(o) })
		}
	}
	return nil
}

// queueOn writes one channel's rows for those it can reach at all.
func (s *Service) queueOn(ctx context.Context, tx *store.Tx, t Telling, ch Channel, to []string, ways wayList) ([]order, error) {
	o := order{Tenant: t.Tenant, Channel: ch, Matter: t.Matter, Seq: int64(t.Seq)}
	var orders []order
	switch ch {
	case Robot:
		to = ways.robots()
		for _, id := range to {
			orders = append(orders, order{Tenant: t.Tenant, Channel: Robot, Robot: id})
		}
	case Push:
		var err error
		if to, err = s.subscribed(ctx, t.Tenant, to); err != nil {
			return nil, err
		}
		orders = []order{o}
	default:
		if _, ok := ways.gateway(ch); !ok {
			return nil, nil
		}
		orders = []order{o}
	}
	if len(to) == 0 {
		return nil, nil
	}
	return orders, insert(ctx, tx, t, ch, time.Time{}, to, nil)
}

// deliver hands over what an order has left, and plans the next try for what
// was not taken. It may run twice at once: each row is leased to one of them.
func (s *Service) deliver(ctx context.Context, o order) error {
	ctx = context.WithoutCancel(ctx)
	rows, err := s.claim(ctx, o)
	if err != nil {
		return err
	}
	lane := s.lanes[o.Channel]
	if o.Robot != "" && len(rows) > 0 {
		s.markAll(ctx, rows, s.sayInGroup(ctx, lane, o, rows))
		return s.settle(ctx, o, rows)
	}
	done := make(chan struct{}, len(rows))
	for _, row := range rows {
		lane.slots <- struct{}{}
		go func() {
			defer func() { <-lane.slots; done <- struct{}{} }()
			if !s.stillMine(ctx, row) {
				return
			}
			via, err := s.handOver(ctx, lane, row)
			s.mark(ctx, row, via, err)
		}()
	}
	for range rows {
		<-done
	}
	return s.settle(ctx, o, rows)
}

func (s *Service) claim(ctx context.Context, o order) (rows []NotifyMessage, err error) {
	if o.Robot != "" && !s.lanes[o.Channel].mayCall(o.Robot, s.store.Now()) {
		return nil, nil // it hears no more this minute; what waits falls together
	}
	err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		now, until := store.Ms(tx.Now()), store.Ms(tx.Now().Add(2*o.Channel.timeout()))
		beyond := store.Ms(tx.Now().Add(2*o.Channel.timeout() + clocksOff)) // no lease reaches there: the clock went back
		if o.Robot != "" {
			rows, err = New(tx).ClaimOf(ctx, ClaimOfParams{LeasedUntil: until, TenantID: o.Tenant, ToID: o.Robot, Channel: string(o.Channel), LeasedUntil_2: now, LeasedUntil_3: beyond, LeasedUntil_4: never})
			return err
		}
		rows, err = New(tx).Claim(ctx, ClaimParams{LeasedUntil: until, TenantID: o.Tenant, MatterID: o.Matter, Seq: o.Seq, Channel: string(o.Channel), LeasedUntil_2: now, LeasedUntil_3: beyond, LeasedUntil_4: never})
		return err
	})
	if o.Robot != "" && len(rows) == 0 {
		s.lanes[o.Channel].notCalled(o.Robot)
	}
	if err != nil {
		return nil, fmt.Errorf("claim %s: %w", o.Channel, err)
	}
	return rows, nil
}

// stillMine says whether a row whose turn has come is still leased to whoever
// claimed it. As long as the lease outlasts the call, it is. One that waited for
// longer behind a gateway that hangs is leased again, unless another has it. What
// cannot be leased is left to the job.
func (s *Service) stillMine(ctx context.Context, row NotifyMessage) (mine bool) {
	call := Channel(row.Channel).timeout()
	if store.Ms(s.store.Now().Add(call)) <= row.LeasedUntil {
		return true
	}
	err := s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).Renew(ctx, RenewParams{
			LeasedUntil: store.Ms(tx.Now().Add(2 * call)), TenantID: row.TenantID, ToID: row.ToID, Channel: row.Channel, ID: row.ID,
			Attempts: row.Attempts, LeasedUntil_2: row.LeasedUntil,
		})
		mine = n > 0
		return err
	})
	if err != nil {
		s.log.Error("lease message", "channel", row.Channel, "message", row.ID, "cause", err)
	}
	return mine && err == nil
}

// errNever: trying again would not help.
var errNever = errors.New("cannot be reached this way")

// handOver sends one row by its channel. via is the id of the gateway that was
// given the number.
func (s *Service) handOver(ctx context.Context, l *lane, row NotifyMessage) (via string, err error) {
	ctx, cancel := context.WithTimeout(ctx, Channel(row.Channel).timeout())
	defer cancel()
	if Channel(row.Channel) == Push {
		return "", s.push(ctx, l, row)
	}
	ways, err := s.waysFor(ctx, row.TenantID)
	if err != nil {
		return "", err
	}
	way, ok := ways.gateway(Channel(row.Channel))
	if !ok {
		return "", fmt.Errorf("gateway ended: %w", errNever)
	}
	phone, err := s.opts.Phone(ctx, row.TenantID, row.ToID)
	if err != nil {
		return "", err
	}
	if phone == "" {
		return "", fmt.Errorf("no phone: %w", errNever)
	}
	if s.opts.Door != nil {
		link, err := s.opts.Door(ctx, row.TenantID, row.ToID, row.Link)
		if err != nil { // said without a door rather than not at all
			s.log.Error("link for outside", "message", row.ID, "cause", err)
			link = row.Link
		}
		row.Link = link
	}
	x, err := s.sayOutside(row, "place")
	if err != nil {
		return "", err
	}
	err = s.callGateway(ctx, l.client, way, gateway.Message{
		ID: outsideID(row), Phone: phone, Text: x.text, What: x.what, Place: x.place, Number: x.number, Link: x.link,
	})
	if errors.Is(err, errNever) {
		return "", err
	}
	return way.ID, err
}

// outsideID is a row's name for gateways: their receipts lead back by it.
func outsideID(row NotifyMessage) string { return string(row.TenantID) + "." + row.ID }

func (s *Service) markAll(ctx context.Context, rows []NotifyMessage, sendErr error) {
	for _, row := range rows {
		s.mark(ctx, row, "", sendErr)
	}
}

// mark writes down how it went, with its second and by which gateway.
func (s *Service) mark(ctx context.Context, row NotifyMessage, via string, sendErr error) {
	p := MarkHandedParams{TenantID: row.TenantID, ToID: row.ToID, Channel: row.Channel, ID: row.ID, Trouble: troubleOf(sendErr), Via: via}
	if sendErr != nil && (errors.Is(sendErr, errNever) || row.Attempts >= triesMost) {
		p.LeasedUntil = never
	}
	err := s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if sendErr == nil {
			p.HandedAt = store.Ms(tx.Now())
			if Channel(row.Channel) == Robot { // a group has no receipt of its own
				p.DeliveredAt = p.HandedAt
			}
		}
		tx.AfterCommit(func() { s.hub.Publish(ReceiptsTopic(row.TenantID)) })
		return New(tx).MarkHanded(ctx, p)
	})
	if err != nil {
		s.log.Error("mark message", "channel", row.Channel, "message", row.ID, "cause", err)
	}
	if sendErr != nil {
		s.log.Warn("message not taken", "channel", row.Channel, "message", row.ID, "attempt", row.Attempts, "cause", p.Trouble)
	}
}

// troubleOf is why a message was not taken, for people's eyes: never an
// address, a number or a secret.
func troubleOf(err error) string {
	if err == nil {
		return ""
	}
	if t, ok := errors.AsType[gateway.Trouble](err); ok {
		return string(t)
	}
	if errors.Is(err, errNever) {
		why, _, _ := strings.Cut(err.Error(), ":")
		return why
	}
	return "our fault"
}

// settle takes the net away once nothing is left, or stretches it again.
func (s *Service) settle(ctx context.Context, o order, rows []NotifyMessage) error {
	tries := 0
	for _, row := range rows {
		tries = max(tries, int(row.Attempts))
	}
	err := s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		left, err := s.left(ctx, tx, o)
		if err != nil {
			return err
		}
		if left == 0 {
			return job.Cancel(ctx, tx, o.Tenant, o.kind(), o.name())
		}
		return job.Add(ctx, tx, o.Tenant, o.kind(), o.name(), tx.Now().Add(retryAfter(tries)), o)
	})
	if err != nil {
		return fmt.Errorf("settle %s: %w", o.Channel, err)
	}
	return nil
}

func (s *Service) left(ctx context.Context, tx *store.Tx, o order) (int64, error) {
	if o.Robot != "" {
		return New(tx).UnhandedOf(ctx, UnhandedOfParams{o.Tenant, o.Robot, string(o.Channel), never})
	}
	return New(tx).Unhanded(ctx, UnhandedParams{o.Tenant, o.Matter, o.Seq, string(o.Channel), never})
}

// retryAfter doubles from one second; where another has it, it looks again in
// five.
func retryAfter(tries int) time.Duration {
	if tries == 0 {
		return 5 * time.Second
	}
	return min(time.Second<<(tries-1), time.Minute)
}

// netJob hands over what a lane has not.
func (s *Service) netJob(ctx context.Context, j job.Job) error {
	var o order
	if err := j.Into(&o); err != nil {
		return err
	}
	return s.deliver(ctx, o)
}

// Reached are the persons who have a receipt of delivery about a matter, on
// whatever channel.
func (s *Service) Reached(ctx context.Context, tx *store.Tx, tenant store.Tenant, matter string) ([]string, error) {
	list, err := New(tx).Reached(ctx, tenant, matter)
	if err != nil {
		return nil, fmt.Errorf("reached: %w", err)
	}
	return list, nil
}

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }

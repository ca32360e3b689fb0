package app

import (
	"context"
	"errors"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/intake"
	"github.com/linli/linli/internal/platform/inbox/follow"
	"github.com/linli/linli/internal/platform/store"
)

// linksEvery is how often the list of brokers that we follow is read anew; a
// node keeps what it holds for three times as long.
const linksEvery = 10 * time.Second

// links are the brokers of others that this node follows.
type links struct {
	app   *App
	node  string
	lines map[string]*follow.Line // by id of the link
}

// keepLinks follows the brokers that staff have named, until the house stops.
func (a *App) keepLinks(stop <-chan struct{}) {
	x := &links{app: a, node: store.NewID(), lines: map[string]*follow.Line{}}
	defer x.stop()
	ticker := time.NewTicker(linksEvery)
	defer ticker.Stop()
	for {
		x.refresh(context.Background())
		a.dropEnded(context.Background())
		select {
		case <-ticker.C:
		case <-a.linkNews:
		case <-stop:
			return
		}
	}
}

// dropEnded ends the connections here of credentials that were ended on
// another node.
func (a *App) dropEnded(ctx context.Context) {
	for _, in := range a.mqtt.Connected() {
		if c, err := a.Devices.Named(ctx, in.Tenant, in.Device); err == nil && !c.Ended.IsZero() {
			a.forgetCredential(in.Device)
		}
	}
}

// linksChanged has the list read anew at once.
func (a *App) linksChanged() {
	select {
	case a.linkNews <- struct{}{}:
	default:
	}
}

// refresh begins to follow what is new, and stops what has ended or is held by
// another node.
func (x *links) refresh(ctx context.Context) {
	keep := map[string]bool{}
	for _, tenant := range x.app.tend.list() {
		list, err := x.app.Devices.Links(ctx, tenant)
		if err != nil {
			x.app.Log.Error("links", "cause", err)
			return // keep what there is
		}
		for _, l := range list {
			held, err := x.app.Devices.HoldLink(ctx, l, x.node)
			if err != nil {
				x.app.Log.Error("links", "cause", err)
				keep[l.ID] = true
				continue
			}
			if keep[l.ID] = held; held && x.lines[l.ID] == nil {
				x.begin(ctx, l)
			}
		}
	}
	for id, line := range x.lines {
		if !keep[id] {
			line.Stop()
			delete(x.lines, id)
		}
	}
}

func (x *links) begin(ctx context.Context, l device.Link) {
	server, err := device.LinkServer(l.Server)
	var password string
	if err == nil {
		password, err = l.Password(x.app.Sealer)
	}
	var c device.Credential
	if err == nil {
		c, err = x.app.Devices.Named(ctx, l.Tenant, l.Credential)
	}
	if err != nil {
		x.app.Log.Error("links: cannot begin", "link", l.ID, "cause", err)
		return
	}
	x.lines[l.ID] = follow.Follow(follow.Options{
		Inbox: x.app.Inbox, Server: server, ClientID: "linli-" + l.ID, Username: l.Username, Password: password, Filter: l.Filter,
		Credential: intake.Keeper{Devices: x.app.Devices}.Pass(c), Log: x.app.Log, State: func(err error) { x.app.linkState(l, err) },
	})
}

// linkState keeps what a link is doing, for the page.
func (a *App) linkState(l device.Link, cause error) {
	trouble := ""
	switch {
	case errors.Is(cause, follow.ErrRefused):
		trouble = "device.link.refused"
	case cause != nil:
		trouble = "device.link.unreachable"
	}
	if err := a.Devices.LinkState(context.Background(), l, cause == nil, trouble); err != nil {
		a.Log.Warn("links: state not kept", "link", l.ID, "cause", err)
	}
}

func (x *links) stop() {
	for _, line := range x.lines {
		line.Stop()
	}
}

package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/simulate"
)

// deviceHouse is a furnished house with detectors in its homes.
type deviceHouse struct {
	house
	tenant         store.Tenant
	user, password string // of the bridge
	token          string // of the HTTP push
}

// login is how its bridge comes in.
func (h deviceHouse) login(p *process) simulate.Login {
	return simulate.Login{Addr: p.mqtt, User: h.user, Password: h.password}
}

// visitDevices furnishes a house with n detectors and serves it while do asks
// it. hook, if given, is the host of a webhook that is told of everything.
func (r *run) visitDevices(ctx context.Context, n int, hook string, do func(deviceHouse, *process) error) error {
	dir, err := r.folder()
	if err != nil {
		return err
	}
	h := deviceHouse{}
	if h.house, err = furnish(ctx, dir, 0); err != nil {
		return err
	}
	if err := h.hang(ctx, n, hook); err != nil {
		return fmt.Errorf("hang detectors: %w", err)
	}
	if err := settle(dir); err != nil {
		return err
	}
	var more []string
	if hook != "" {
		more = []string{"--webhook-host", hook}
	}
	p, err := serve(ctx, r.command(), dir, more...)
	if err != nil {
		return err
	}
	if err := answers(ctx, h.login(p)); err != nil {
		return errors.Join(err, p.stop())
	}
	return errors.Join(do(h, p), p.stop())
}

func (h *deviceHouse) hang(ctx context.Context, n int, hook string) (err error) {
	a, err := app.New(ctx, app.Options{Dir: h.dir, HookHosts: []string{hook}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Stop(ctx)) }()
	bridge, password, err := demo.Issue(ctx, a, device.Granting{Format: decode.Zigbee, Topic: "zigbee2mqtt", ClientID: device.AnyClient})
	if err != nil {
		return err
	}
	push, secret, err := demo.Issue(ctx, a, device.Granting{Format: decode.CTWing})
	if err != nil {
		return err
	}
	h.tenant, h.user, h.password, h.token = bridge.Tenant, bridge.Username, password, push.Username+"."+secret
	if err := demo.Hang(ctx, a, bridge, n); err != nil || hook == "" {
		return err
	}
	_, _, err = a.Notify.AddHook(ctx, people.Actor{Tenant: h.tenant, Person: h.homes[0].person}, "http://"+hook+"/hook")
	return err
}

// look reads the house's database past the program.
func (h deviceHouse) look(ctx context.Context, do func(store.DB) error) (err error) {
	s, err := store.Look(ctx, store.Options{Path: filepath.Join(h.dir, "linli.db")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(s.Reader())
}

// settled waits until everything that arrived is decoded, so that one
// measurement does not pay for the one before.
func (h deviceHouse) settled(ctx context.Context) error {
	return h.look(ctx, func(db store.DB) error {
		for left := 1; left > 0; {
			err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM inbox_message WHERE tenant_id = $1 AND urgent IN (0, 1) AND decoded_at = 0", h.tenant).Scan(&left)
			if err != nil {
				return err
			}
			if err := pause(ctx, 20*time.Millisecond); err != nil {
				return err
			}
		}
		return nil
	})
}

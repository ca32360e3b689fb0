package mqtt_test

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/linli/linli/internal/platform/inbox"
)

// keeper knows a few names; each password is the name with "!".
type keeper struct {
	asked atomic.Int32
	ended atomic.Bool            // no certificate counts any longer
	own   atomic.Pointer[string] // the client id that "taking" took
}

// Pin keeps the first id.
func (k *keeper) Pin(_ context.Context, _ inbox.Credential, id string) (string, error) {
	k.own.CompareAndSwap(nil, &id)
	return *k.own.Load(), nil
}

// known are the credentials by name.
var known = map[string]inbox.Credential{
	"bridge":   {Tenant: east, Device: "b1", Prefixes: []string{"zigbee2mqtt"}},
	"detector": {Tenant: east, Device: "d1", Prefixes: []string{"smoke/d1"}, LifeSafety: true},
	"western":  {Tenant: west, Device: "b2", Prefixes: []string{"zigbee2mqtt"}},
	"mixed": {Tenant: east, Device: "m1", Prefixes: []string{"mixed"}, LifeSafety: true, Calm: func(topic string, body []byte) bool {
		return topic == "mixed/hall" && string(body) == "calm"
	}},
	"taking": {Tenant: east, Device: "t1", Prefixes: []string{"smoke/t1"}, Pins: true},
	"pinned": {Tenant: east, Device: "p1", Prefixes: []string{"smoke/p1"}, ClientID: "p1-only"},
}

var errUnknown = errors.New("who is that")

func (k *keeper) Verify(_ context.Context, username, password string) (inbox.Credential, error) {
	k.asked.Add(1)
	c, ok := known[username]
	if !ok || password != username+"!" {
		return inbox.Credential{}, errUnknown
	}
	return c, nil
}

// Certified knows the same names.
func (k *keeper) Certified(_ context.Context, name string) (inbox.Credential, error) {
	k.asked.Add(1)
	c, ok := known[name]
	if !ok || k.ended.Load() {
		return inbox.Credential{}, errUnknown
	}
	return c, nil
}

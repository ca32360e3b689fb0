package app_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"

	"github.com/linli/linli/internal/app"
)

// theirBroker is a broker of somebody else, which knows one name.
func theirBroker(t *testing.T) (*broker.Server, string) {
	t.Helper()
	b := broker.New(&broker.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	if err := b.AddHook(new(auth.Hook), &auth.Options{Ledger: &auth.Ledger{Auth: auth.AuthRules{{Username: "linli", Password: "geheim", Allow: true}}}}); err != nil {
		t.Fatal(err)
	}
	l := listeners.NewTCP(listeners.Config{ID: "t", Address: "127.0.0.1:0"})
	if err := b.AddListener(l); err != nil {
		t.Fatal(err)
	}
	if err := b.Serve(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b, l.Address()
}

// The administrator names a broker on the page; what its devices say appears
// in the house, and nothing more once it was ended.
func TestBrokerNamedOnThePageIsFollowed(t *testing.T) {
	b, at := theirBroker(t)
	w := watch(t, func(o *app.Options) { o.Brokers = []string{at} })
	if _, err := w.Start(context.Background(), "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	admin := w.visit(t, "caojiadu", "s003")
	n := string(w.xiwu)
	form := []string{"n", n, "format", "zigbee2mqtt", "topic", "z2m", "do", "link", "username", "linli", "password", "geheim"}
	status, body := admin.post("/devices/doors", append(form, "server", "mqtt://elsewhere.example")...)
	admin.has(status, body, 422, "--broker-host")
	status, _ = admin.post("/devices/doors", append(form, "server", "mqtt://"+at)...)
	admin.has(status, "", 303)
	list, err := w.Devices.Links(context.Background(), w.xiwu)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	until(t, "the page says connected", func() bool {
		_, body = admin.get("/devices/doors?n=" + n)
		return strings.Contains(body, "起连着")
	})
	if strings.Contains(body, "geheim") || strings.Contains(body, list[0].Credential) {
		t.Error("the page shows what nobody needs")
	}
	if err := b.Publish("z2m/hall", []byte(`{"smoke":false}`), false, 1); err != nil {
		t.Fatal(err)
	}
	c, err := w.Devices.Named(context.Background(), w.xiwu, list[0].Credential)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the detector appears", func() bool {
		_, err := w.Devices.ByKey(context.Background(), w.xiwu, "zigbee:"+c.Device+"/hall")
		return err == nil
	})
	status, _ = admin.post("/devices/doors/"+list[0].ID+"/end", "n", n)
	admin.has(status, "", 303)
	until(t, "the broker sees us go", func() bool {
		client, ok := b.Clients.Get("linli-" + list[0].ID)
		return !ok || client.Closed()
	})
}

// until waits for something that another goroutine does.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 12_000 {
		if done() {
			return
		}
		<-tick.C
	}
	t.Fatalf("never: %s", what)
}

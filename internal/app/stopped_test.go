package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/inbox"
)

// A detector's message at which its maker's script was stopped is a fault at once,
// and is read again by itself: with the script mended its smoke is an alarm, and
// nothing stays in the list of what nobody understands.
func TestS30_WhatAScriptWasStoppedAtIsReadAgain(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.ChirpStack}, func(t *testing.T, l *line) {
		ctx := context.Background()
		guards, err := decode.ParseMapping([]byte(`{"rules":[{"path":"smoke","kind":"smoke"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		install := func(body string) {
			t.Helper()
			c := device.Codec{Format: decode.ChirpStack, Product: "X1", Script: "function decodeUplink(i) { " + body + " }", Mapping: guards}
			if _, err := l.Devices.Install(ctx, l.administrator(), l.xiwu, c); err != nil {
				t.Fatal(err)
			}
		}
		install(`for (;;) {}`)
		if _, err := l.Inbox.Append(ctx, inbox.Message{
			Tenant: l.xiwu, Source: "push", Device: l.Username, Topic: "up", Urgent: true,
			Body: []byte(`{"deviceInfo":{"devEui":"01","deviceProfileName":"X1"},"data":"AQ==","fPort":1}`),
		}); err != nil {
			t.Fatal(err)
		}
		until(t, "the detector is a fault", func() bool {
			u, err := l.Devices.ByKey(ctx, l.xiwu, "lora:01")
			return err == nil && u.Has(device.NotUnderstood)
		})
		if len(l.open()) != 0 {
			t.Fatal("it said nothing yet")
		}
		install(`return { data: { smoke: i.bytes[0] === 1 } }`)
		until(t, "the smoke is an alarm", func() bool {
			l.clock.Advance(100 * time.Millisecond)
			l.Inbox.Sweep()
			return len(l.open()) == 1
		})
		u, err := l.Devices.ByKey(ctx, l.xiwu, "lora:01")
		backlog, bad := l.Inbox.Backlog(ctx, l.xiwu)
		if err != nil || bad != nil || u.Has(device.NotUnderstood) || backlog.Troubled != 0 {
			t.Errorf("%v %+v %v %v", u.Troubles, backlog, err, bad)
		}
	})
}

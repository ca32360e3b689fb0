package app_test

import (
	"context"
	"strings"
	"testing"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

// An administrator reads whether Apple's phones will be woken: their service takes
// notes only of a house with a public address.
func TestS30_TheChannelsPageSaysWhetherApplesPhonesAreReached(t *testing.T) {
	for name, tt := range map[string]struct {
		hosts    []string
		public   string
		has, not string
	}{
		"without address": {[]string{"*.push.apple.com"}, "", "苹果手机还收不到", "没有打开"},
		"with address":    {[]string{"*.push.apple.com"}, "https://linli.example", "手机推送已打开：*.push.apple.com", "苹果手机还收不到"},
		"not of Apple's":  {[]string{"fcm.googleapis.com"}, "", "手机推送已打开：fcm.googleapis.com", "苹果手机还收不到"},
		"none":            {nil, "", "手机推送没有打开", "苹果手机还收不到"},
	} {
		t.Run(name, func(t *testing.T) {
			h := furnished.Registers.SQLite(t, func(o *app.Options) { o.PushHosts, o.Public = tt.hosts, tt.public })
			boss := h.Actor("caojiadu", "s003")
			h.Update(func(ctx context.Context, tx *store.Tx) error {
				_, err := h.Register.SetPost(ctx, tx, people.Post{Tenant: boss.Tenant, Person: boss.Person, Role: people.Administrator, Place: h.Office.Root})
				return err
			})
			page := h.Visit(h.Actor("caojiadu", "s003")).Must("/admin/channels")
			if !strings.Contains(page, tt.has) || strings.Contains(page, tt.not) {
				t.Error(page)
			}
		})
	}
}

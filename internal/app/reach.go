package app

import (
	"context"

	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// reach is how people and programs outside are reached.
func (a *App) reach() notify.Options {
	return notify.Options{
		Hosts: a.HookHosts, PushHosts: a.PushHosts, Client: a.Client, Phone: a.phoneOf, Public: a.Public,
		Say: func(key string, args ...any) string { return a.Words.T(words.Chinese, key, args...) },
		Door: func(ctx context.Context, tenant store.Tenant, person, path string) (string, error) {
			return a.Alarms.Outside(ctx, tenant, person, path)
		},
		Office: func() store.Tenant { return a.Office.ID },
	}
}

// phoneOf is a person's number, or that of the family of an elder who lives
// alone, for a gateway that has to ring it.
func (a *App) phoneOf(ctx context.Context, tenant store.Tenant, person string) (string, error) {
	if phone, known, err := a.Care.KinPhone(ctx, tenant, person); known || err != nil {
		return phone, err
	}
	return a.Register.Phone(ctx, a.Sealer, tenant, person)
}

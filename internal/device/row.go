package device

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/store"
)

// unitOf is a device as its row has it.
func unitOf(r DeviceUnit) (Unit, error) {
	u := modelOf(r)
	u.State, u.Told = map[decode.Kind]Last{}, map[Trouble]int64{}
	if err := json.Unmarshal([]byte(r.State), &u.State); err != nil {
		return u, fmt.Errorf("state of device %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Told), &u.Told); err != nil {
		return u, fmt.Errorf("told of device %s: %w", r.ID, err)
	}
	return u, nil
}

// modelOf is a device without what it said and what was told of it: enough to
// read its next message.
func modelOf(r DeviceUnit) Unit {
	u := Unit{
		Tenant: r.TenantID, ID: r.ID, Key: r.Key, Name: r.Name, Make: r.Make, Product: r.Product, Kinds: kindsOf(r.Kinds),
		LifeSafety: r.LifeSafety == 1, Power: Power(r.Power), Place: r.PlaceID, Household: r.HouseholdID, Bay: r.Bay, Spot: r.Spot,
		Bridge: r.Bridge, Guards: decode.Kind(r.Guards), Claimed: store.Time(r.ClaimedAt), Installed: store.Time(r.Installed), ReplaceBy: store.Time(r.ReplaceBy),
		Heartbeat: time.Duration(r.HeartbeatS) * time.Second, LastSeen: store.Time(r.LastSeen), QuietAt: store.Time(r.QuietAt),
		Battery: int(r.Battery), RemindAt: store.Time(r.RemindAt), Tested: store.Time(r.TestedAt),
		Misses: int(r.Misses), Alarming: r.Alarming == 1, fields: r.Fields, seq: r.Seq, kept: keptOf(r),
	}
	for _, x := range kindsOf(r.Trouble) {
		u.Troubles = append(u.Troubles, Trouble(x))
	}
	return u
}

func unitsOf(rows []DeviceUnit, err error) ([]Unit, error) {
	if err != nil {
		return nil, fmt.Errorf("devices: %w", err)
	}
	list := make([]Unit, len(rows))
	for i, r := range rows {
		if list[i], err = unitOf(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (u *Unit) seenParams() (SaveSeenParams, error) {
	state, err := json.Marshal(u.State)
	if err != nil {
		return SaveSeenParams{}, err
	}
	told, err := json.Marshal(u.Told)
	return SaveSeenParams{
		TenantID: u.Tenant, ID: u.ID, Kinds: joined(u.Kinds), LifeSafety: flag(u.LifeSafety), LastSeen: store.Ms(u.LastSeen),
		QuietAt: store.Ms(u.QuietAt), Silent: flag(u.Has(Silent)), Battery: int64(u.Battery), State: string(state), Trouble: joined(u.Troubles),
		RemindAt: store.Ms(u.RemindAt), TestedAt: store.Ms(u.Tested), Misses: int64(u.Misses), Seq: u.seq,
		Alarming: flag(u.alarming()), Told: string(told),
	}, err
}

// keptOf is what of a row a message may change.
func keptOf(r DeviceUnit) SaveSeenParams {
	return SaveSeenParams{
		TenantID: r.TenantID, ID: r.ID, Kinds: r.Kinds, LifeSafety: r.LifeSafety, LastSeen: r.LastSeen, QuietAt: r.QuietAt, Silent: r.Silent,
		Battery: r.Battery, State: r.State, Trouble: r.Trouble, RemindAt: r.RemindAt, TestedAt: r.TestedAt, Misses: r.Misses, Seq: r.Seq,
		Alarming: r.Alarming, Told: r.Told,
	}
}

func (u *Unit) modelParams() SaveModelParams {
	return SaveModelParams{
		TenantID: u.Tenant, ID: u.ID, Key: u.Key, Name: u.Name, Make: u.Make, Product: u.Product, Kinds: joined(u.Kinds),
		LifeSafety: flag(u.LifeSafety), Power: string(u.Power), Bridge: u.Bridge, HeartbeatS: int64(u.Heartbeat / time.Second), Fields: cmp.Or(u.fields, noFields),
	}
}

func (u *Unit) bindingParams() SaveBindingParams {
	return SaveBindingParams{
		TenantID: u.Tenant, ID: u.ID, PlaceID: u.Place, HouseholdID: u.Household, Bay: u.Bay, Spot: u.Spot, ClaimedAt: store.Ms(u.Claimed),
		Installed: store.Ms(u.Installed), ReplaceBy: store.Ms(u.ReplaceBy), QuietAt: store.Ms(u.QuietAt), Guards: string(u.Guards),
	}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

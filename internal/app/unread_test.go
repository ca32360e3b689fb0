package app_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/platform/store"
)

// S30: an elder's sheet that cannot be opened any more, as after a key was
// lost, does not stop the alarm of that home.
func TestS30_UnreadableSheetStopsNoAlarm(t *testing.T) {
	eachCall(t, func(t *testing.T, h *callHouse) {
		ctx, entry := context.Background(), h.enter()
		err := h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE care_elder SET sealed = 'rot' WHERE tenant_id = $1 AND id = $2", h.xiwu, entry)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.Alarms.View(ctx, h.guard(), h.smoke())
		if err != nil {
			t.Fatal(err)
		}
		if n := len(v.Responders); n < 5 || !slices.Contains(h.told(h.guard()), "alarm.told.raise") {
			t.Errorf("%d are called", n)
		}
		if last := v.Timeline[len(v.Timeline)-1]; last.Verb != alarm.Lacks || last.Key != "alarm.lacks.family" {
			t.Errorf("the record ends with %s", last.Key)
		}
		res, err := h.as(t, "xiwu", "s029").Get(h.url + "/alarms")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if page, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(page), "独居老人资料打不开") {
			t.Errorf("the desk answers %d, %v", res.StatusCode, err)
		}
	})
}

// What hangs with an elder on the register and says what nobody understands is
// a trouble at its first word, whatever it is; elsewhere at its third.
func TestUnknownDeviceWithAnElderIsTroubleAtOnce(t *testing.T) {
	eachCall(t, func(t *testing.T, h *callHouse) {
		ctx := context.Background()
		h.enter()
		for key, home := range map[string]struct {
			ref  string
			want bool
		}{"ctwing:with": {"guihua-6-402", true}, "ctwing:without": {"guihua-6-301", false}} {
			at, err := h.Places.ByRef(ctx, h.xiwu, home.ref)
			if err != nil {
				t.Fatal(err)
			}
			says := func() device.Unit {
				body := fmt.Appendf(nil, `{"messageType":"dataReport","deviceId":%q,"payload":{"state":1}}`, strings.TrimPrefix(key, "ctwing:"))
				d, err := h.Devices.Decode(ctx, h.xiwu, device.Message{Frame: decode.Frame{Format: decode.CTWing, Body: body}})
				if err != nil {
					t.Fatal(err)
				}
				if err := h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
					_, err := h.Devices.Take(ctx, tx, h.xiwu, d)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				u, err := h.Devices.ByKey(ctx, h.xiwu, key)
				if err != nil {
					t.Fatal(err)
				}
				return u
			}
			if u := says(); u.Has(device.NotUnderstood) {
				t.Errorf("%s: a trouble before anybody knew where it hangs", key)
			} else if _, err := h.Devices.Bind(ctx, h.guard(), h.xiwu, u.ID, device.Binding{Place: at.ID}); err != nil {
				t.Fatal(err)
			}
			if u := says(); u.Has(device.NotUnderstood) != home.want {
				t.Errorf("%s: a trouble is %t", key, !home.want)
			}
		}
	})
}

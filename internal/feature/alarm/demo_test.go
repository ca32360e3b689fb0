package alarm_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/test/furnished"
)

// The demo's button plays a detector; a house that is no demo has none.
func TestDemoLetsItSmoke(t *testing.T) {
	h := onSQLite(t)
	h.demoDetector()
	changed := h.Hub.Listen(alarm.Topic(h.Xiwu))
	defer changed.Close()
	guard := h.Visit(h.Guard())
	furnished.Says(t, guard.Must("/alarms"), `action="/demo/smoke"`)
	for range 2 {
		if status, where, _ := guard.Send("/demo/smoke", nil); status != http.StatusSeeOther || where != "/alarms" {
			t.Fatalf("%d to %q", status, where)
		}
	}
	for len(h.list()) == 0 || h.open().Signals < 2 {
		<-changed.C() // the inbox is decoded after the press was answered
	}
	if v := h.open(); v.Signals != 2 || !strings.HasSuffix(v.Door, "402") {
		t.Errorf("%s, said %d times", v.Door, v.Signals)
	}
	for _, r := range (alarm.Web{Service: h.Alarms}).Routes() {
		if strings.Contains(r.Pattern, "demo") {
			t.Errorf("a house that is no demo has %s", r.Pattern)
		}
	}
}

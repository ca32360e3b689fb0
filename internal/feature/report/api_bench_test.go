package report_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/test/programs"
)

const api = "/api/v1"

// BenchmarkCreate sends reports as JSON through the described door, and
// through one written by hand around the same service, to see what the
// description costs. Each goes through the whole frame of the mux.
func BenchmarkCreate(b *testing.B) {
	h := programs.One(b)
	h.Actor = people.Actor{Tenant: h.Xiwu.ID, Person: "bench", Household: "x"}
	n, err := h.Places.ByRef(b.Context(), h.Xiwu.ID, "guihua-6")
	if err != nil {
		b.Fatal(err)
	}
	h.Mux.Handle(web.Route{Pattern: "POST /plain", Access: "report.create", Do: func(w http.ResponseWriter, r *http.Request) error {
		who, err := people.ActorOf(r.Context())
		if err != nil {
			return err
		}
		var in report.WireDraft
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&in); err != nil {
			return err
		}
		made, _, err := h.Create(r.Context(), who, report.Draft{Place: in.Place, Category: in.Category, Words: in.Words, Source: report.FromAPI})
		if err != nil {
			return err
		}
		return web.WriteJSON(w, http.StatusCreated, report.WireReport{ID: made.ID, Number: made.Number})
	}})
	body := fmt.Sprintf(`{"place":%q,"category":"corridor.light","words":"九楼的灯不亮，请来看看"}`, n.ID)
	for _, path := range []string{"/plain", api + "/reports"} {
		b.Run(path[1:], func(b *testing.B) {
			b.SetParallelism(8) // 16 senders on two cores
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r := httptest.NewRequest("POST", path, strings.NewReader(body))
					r.Header.Set("Content-Type", "application/json")
					w := httptest.NewRecorder()
					h.Handler.ServeHTTP(w, r)
					if w.Code != http.StatusCreated {
						b.Errorf("%d %s", w.Code, w.Body)
						return
					}
				}
			})
		})
	}
}

// BenchmarkDoor asks for the kinds of trouble, which costs no query: what is
// left is the door.
func BenchmarkDoor(b *testing.B) {
	h := programs.One(b)
	h.Actor = people.Actor{Tenant: h.Xiwu.ID, Person: "bench", Household: "x"}
	refused := `{"place":"x","category":"none","words":"x"}`
	for _, c := range []struct{ name, method, path, body string }{
		{"refused", "POST", api + "/reports", refused}, {"description", "GET", "/api/openapi.json", ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
				h.Handler.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}

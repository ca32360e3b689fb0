package programs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
)

const (
	api = "/api/v1"
	geo = "/open311/v2"
)

// Call asks as an actor and reads the answer into out, unless that is nil.
func (h *House) Call(t *testing.T, who people.Actor, method, target, body string, want int, out any) *httptest.ResponseRecorder {
	t.Helper()
	h.Actor = who
	w := h.Ask(method, target, strings.NewReader(body), "Content-Type", "application/json")
	if w.Code != want {
		t.Fatalf("%s %s: %d, want %d: %s", method, target, w.Code, want, w.Body)
	}
	if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			t.Fatalf("%s: %v in %s", target, err, w.Body)
		}
	}
	return w
}

// Node is the id of a place by the register's key.
func (h *House) Node(t *testing.T, tenant place.Tenant, ref string) string {
	t.Helper()
	n, err := h.Places.ByRef(context.Background(), tenant.ID, ref)
	if err != nil {
		t.Fatal(err)
	}
	return n.ID
}

// Reported makes one as an actor and returns its id.
func (h *House) Reported(t *testing.T, who people.Actor, words string) string {
	t.Helper()
	var made report.WireReport
	body := fmt.Sprintf(`{"place":%q,"category":"corridor.light","words":%q}`, h.Node(t, h.Xiwu, "guihua-6"), words)
	h.Call(t, who, "POST", api+"/reports", body, 201, &made)
	return made.ID
}

// IDs are the ids of a list of requests.
func IDs(t *testing.T, body string) []string {
	t.Helper()
	var list []struct {
		ID string `json:"service_request_id"`
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	ids := []string{}
	for _, x := range list {
		ids = append(ids, x.ID)
	}
	return ids
}

// Made posts a request and returns its id.
func (h *House) Made(t *testing.T, values ...string) string {
	t.Helper()
	w := h.Form(geo+"/requests.json", values...)
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return IDs(t, w.Body.String())[0]
}

// Light is a request for the light of building 6, and more of it.
func Light(more ...string) []string {
	return append([]string{"service_code", "corridor.light", "address_string", "静安桂花园6号", "description", "九楼的灯不亮"}, more...)
}

// JPEG is a small grey picture.
func JPEG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

package gateway_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/notify/gateway"
)

func message() gateway.Message {
	return gateway.Message{ID: "m-1", Phone: "16900000001", Text: `烟雾报警："6号"`, What: "烟雾报警", Place: "桂花园 6号", Number: "26-0001"}
}

func TestBodyIsFilledAndKeepsItsShape(t *testing.T) {
	for name, tt := range map[string]struct{ body, want, kind string }{
		"json": {`{"to":["{phone}"],"n":12,"text":"{text}","id":"{id}"}`, `{"id":"m-1","n":12,"text":"烟雾报警：\"6号\"","to":["16900000001"]}`, "application/json"},
		"form": {"to={phone}&id={id}&text={text}", "id=m-1&text=%E7%83%9F%E9%9B%BE%E6%8A%A5%E8%AD%A6%EF%BC%9A%226%E5%8F%B7%22&to=16900000001", "application/x-www-form-urlencoded"},
	} {
		t.Run(name, func(t *testing.T) {
			var body, kind, secret, path, key string
			srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				body, kind, secret, path = string(b), r.Header.Get("Content-Type"), r.Header.Get("X-Key"), r.URL.String()
				key = r.Header.Get("Idempotency-Key")
			}))
			defer srv.Close()
			c := gateway.Config{URL: srv.URL + "/send", Body: tt.body, Header: "X-Key", Secret: "s3cret"}
			if bad := c.Check(); bad != "" {
				t.Fatalf("%s refused", bad)
			}
			if err := gateway.Send(context.Background(), srv.Client(), c, message()); err != nil {
				t.Fatal(err)
			}
			if body != tt.want || kind != tt.kind || secret != "s3cret" || path != "/send" || key != "m-1" {
				t.Errorf("sent %s %s to %s with %q under %q", kind, body, path, secret, key)
			}
		})
	}
}

func TestGatewayThatRefusesIsNotTakenForOneThatTook(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	for name, tt := range map[string]struct {
		status         int
		answer         string
		field, value   string
		hangs, refused bool
	}{
		"taken":         {status: 200, answer: `{"Code":"OK"}`, field: "Code", value: "OK"},
		"number":        {status: 200, answer: `{"code":0}`, field: "code", value: "0"},
		"limit":         {status: 200, answer: `{"Code":"isv.BUSINESS_LIMIT_CONTROL"}`, field: "Code", value: "OK", refused: true},
		"not json":      {status: 200, answer: `<html>`, field: "Code", value: "OK", refused: true},
		"server error":  {status: 502, refused: true},
		"moved":         {status: 302, refused: true},
		"says nothing":  {hangs: true, refused: true},
		"2xx is enough": {status: 204},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if tt.hangs {
					<-hang
					return
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.answer)
			}))
			if !tt.hangs {
				defer srv.Close()
			}
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			if tt.hangs {
				ctx, cancel = context.WithTimeout(context.Background(), 50*time.Millisecond)
			}
			defer cancel()
			err := gateway.Send(ctx, srv.Client(), gateway.Config{URL: srv.URL + "/?key=hidden", Body: "p={phone}&id={id}", OKField: tt.field, OKValue: tt.value}, message())
			if (err != nil) != tt.refused {
				t.Fatalf("got %v", err)
			}
			if err != nil && (strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "1690")) {
				t.Errorf("the trouble tells too much: %v", err)
			}
		})
	}
}

func TestConfigThatCannotWorkIsRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		c    gateway.Config
		want string
	}{
		"no phone":      {gateway.Config{Body: `{"id":"{id}"}`}, "body"},
		"no id":         {gateway.Config{Body: `{"to":"{phone}"}`}, "body"},
		"half json":     {gateway.Config{Body: `{"to":"{phone}","id":"{id}"`}, "body"},
		"secret alone":  {gateway.Config{Body: `p={phone}&i={id}`, Secret: "x"}, "header"},
		"split header":  {gateway.Config{Body: `p={phone}&i={id}`, Header: "A", Secret: "x\r\nB: y"}, "header"},
		"as it must be": {gateway.Config{Body: `p={phone}&i={id}`, Header: "A", Secret: "x"}, ""},
	} {
		if got := tt.c.Check(); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestReceiptsOfSeveralShapes(t *testing.T) {
	aliyun := gateway.Config{IDField: "out_id", StateField: "success", StateValue: "true"}
	for name, tt := range map[string]struct {
		c          gateway.Config
		body, kind string
		want       []gateway.Receipt
	}{
		"plain":   {gateway.Config{}, `{"id":"a","status":"delivered"}`, "application/json", []gateway.Receipt{{"a", true, "delivered"}}},
		"failed":  {gateway.Config{}, `{"id":"a","status":"expired"}`, "application/json", []gateway.Receipt{{"a", false, "expired"}}},
		"list":    {aliyun, `[{"out_id":"a","success":true},{"out_id":"b","success":false},{"success":true}]`, "", []gateway.Receipt{{"a", true, "true"}, {"b", false, "false"}}},
		"form":    {gateway.Config{}, "id=a&status=delivered", "application/x-www-form-urlencoded", []gateway.Receipt{{"a", true, "delivered"}}},
		"nothing": {gateway.Config{}, `{}`, "", nil},
	} {
		got, err := tt.c.Receipts([]byte(tt.body), tt.kind)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func FuzzReceipts(f *testing.F) {
	f.Add([]byte(`[{"id":"a","status":"delivered"}]`), "application/json")
	f.Add([]byte("id=a&status=%zz"), "application/x-www-form-urlencoded")
	f.Add([]byte(`null`), "")
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		list, err := gateway.Config{}.Receipts(body, kind)
		if err != nil && list != nil {
			t.Error("receipts beside an error")
		}
		for _, r := range list {
			if r.ID == "" {
				t.Error("a receipt for nothing")
			}
		}
	})
}

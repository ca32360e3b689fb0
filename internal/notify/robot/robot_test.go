package robot_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/linli/linli/internal/notify/robot"
)

const secret = "SECdemo000000"

// The vectors were computed with a standard HMAC.
func TestSignatures(t *testing.T) {
	if got, want := robot.SignDingTalk(secret, 1700000000000), "ov8qhT9bsX9RxAklK/Cp5w3J0FNmRmG5ubDkc8sg/ZE="; got != want {
		t.Errorf("DingTalk %s, want %s", got, want)
	}
	if got, want := robot.SignFeishu(secret, 1700000000), "qEXcbSdbCTyTxwOdiBZIPLjdxS3a9N5nCe3ZXB8qOco="; got != want {
		t.Errorf("Feishu %s, want %s", got, want)
	}
}

type call struct {
	query url.Values
	body  map[string]any
}

func receiver(t *testing.T, answer string) (string, *call) {
	t.Helper()
	got := &call{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got.query = r.URL.Query()
		if err := json.Unmarshal(b, &got.body); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, got
}

func TestEachMakeHearsItsOwnFormat(t *testing.T) {
	now := time.UnixMilli(1700000000000)
	for _, tt := range []struct {
		make   robot.Make
		answer string
		text   func(map[string]any) any
		signed func(*call) bool
	}{
		{robot.WeCom, `{"errcode":0,"errmsg":"ok"}`, func(b map[string]any) any { return b["text"].(map[string]any)["content"] }, func(c *call) bool { return c.query.Get("access_token") == "T" }},
		{robot.DingTalk, `{"errcode":0}`, func(b map[string]any) any { return b["text"].(map[string]any)["content"] }, func(c *call) bool {
			return c.query.Get("timestamp") == "1700000000000" && c.query.Get("sign") == "ov8qhT9bsX9RxAklK/Cp5w3J0FNmRmG5ubDkc8sg/ZE=" && c.query.Get("access_token") == "T"
		}},
		{robot.Feishu, `{"code":0,"msg":"success"}`, func(b map[string]any) any { return b["content"].(map[string]any)["text"] }, func(c *call) bool {
			return c.body["timestamp"] == "1700000000" && c.body["sign"] == "qEXcbSdbCTyTxwOdiBZIPLjdxS3a9N5nCe3ZXB8qOco="
		}},
	} {
		t.Run(string(tt.make), func(t *testing.T) {
			address, got := receiver(t, tt.answer)
			c := robot.Config{Make: tt.make, URL: address + "?access_token=T", Secret: secret}
			if err := robot.Send(context.Background(), http.DefaultClient, c, "烟雾报警", now); err != nil {
				t.Fatal(err)
			}
			if tt.text(got.body) != "烟雾报警" || !tt.signed(got) {
				t.Errorf("heard %+v", got)
			}
		})
	}
}

func TestRefusalIsHeard(t *testing.T) {
	for answer, want := range map[string]string{`{"errcode":45009}`: "code 45009", `{"code":19021}`: "code 19021", `{}`: "answer without code", `no`: "answer is no JSON"} {
		address, _ := receiver(t, answer)
		err := robot.Send(context.Background(), http.DefaultClient, robot.Config{Make: robot.WeCom, URL: address}, "x", time.UnixMilli(0))
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", answer, err, want)
		}
	}
	if err := robot.Send(context.Background(), http.DefaultClient, robot.Config{Make: "icq", URL: "http://127.0.0.1/"}, "x", time.UnixMilli(0)); err == nil {
		t.Error("a robot nobody makes was called")
	}
}

func TestLongTextIsCutBetweenCharacters(t *testing.T) {
	address, got := receiver(t, `{"errcode":0}`)
	if err := robot.Send(context.Background(), http.DefaultClient, robot.Config{Make: robot.WeCom, URL: address}, strings.Repeat("烟", 1000), time.UnixMilli(0)); err != nil {
		t.Fatal(err)
	}
	text := got.body["text"].(map[string]any)["content"].(string)
	if len(text) > 2048 || !utf8.ValidString(text) || len(text) < 1990 {
		t.Errorf("%d bytes", len(text))
	}
}

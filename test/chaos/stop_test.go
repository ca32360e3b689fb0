package chaos_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// served runs the sample subdistrict as production does, with sessions opened
// before.
func served(t *testing.T) (p *program, c *http.Client, binary, dir string) {
	t.Helper()
	binary, dir = build(t), filepath.Join(t.TempDir(), "data")
	first := sample(t, binary, dir)
	c = signIn(t, first)
	if err := first.stop(); err != nil {
		t.Fatalf("stop: %v\n%s", err, first.logs)
	}
	return start(t, binary, "serve", "--data", dir, "--listen", "127.0.0.1:0"), c, binary, dir
}

// Asked to stop, it finishes the report that is being sent, ends the streams,
// and exits with 0.
func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	p, c, binary, dir := served(t)
	place := building(t, dir)
	stream, err := c.Get(p.url + "/home/live")
	if err != nil || stream.StatusCode != http.StatusOK {
		t.Fatalf("live: %v %+v", err, stream)
	}
	defer stream.Body.Close()
	if _, err := bufio.NewReader(stream.Body).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	body, write := io.Pipe()
	reading := make(chan struct{})
	var once sync.Once
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() { once.Do(func() { close(reading) }) }})
	answer := make(chan error, 1)
	go func() { answer <- slowReport(ctx, c, p.url, body) }()
	<-reading // the program waits for the rest of the form
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, stream.Body); err != nil && ctx.Err() != nil {
		t.Errorf("the stream did not end: %v", err)
	}
	form := url.Values{"place": {place}, "category": {"corridor.light"}, "words": {"sent while it stopped"}, "key": {"slow"}}
	if _, err := io.WriteString(write, form.Encode()); err != nil {
		t.Fatal(err)
	}
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-answer; err != nil {
		t.Errorf("a report under way was cut: %v", err)
	}
	if err := p.stop(); err != nil {
		t.Errorf("exit: %v\n%s", err, p.logs)
	}
	kept := 0
	for _, words := range reports(t, dir) {
		if words == "sent while it stopped" {
			kept++
		}
	}
	if kept != 1 {
		t.Errorf("%d reports kept of the one acknowledged", kept)
	}
	verified(t, binary, dir)
}

// slowReport sends a report whose form comes later.
func slowReport(ctx context.Context, c *http.Client, base string, body io.Reader) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/report", body)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Expect", "100-continue")
	slow := *c
	slow.Transport = &http.Transport{ExpectContinueTimeout: patience}
	res, err := slow.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		b, _ := io.ReadAll(res.Body)
		return fmt.Errorf("status %d: %.300s", res.StatusCode, b)
	}
	return nil
}

// Whatever people send, whether it is taken or refused, none of it stands in
// what the program writes for its operator.
func TestLogsTellNobody(t *testing.T) {
	p, c, _, dir := served(t)
	place := building(t, dir)
	const name, phone, words, code = "欧阳若汐", "16912345678", "MARKER-WORDS", "XW-7K2M-9QPD"
	if _, err := report(t.Context(), c, p.url, place, "marker-key", name+phone+words); err != nil {
		t.Fatal(err)
	}
	if _, err := report(t.Context(), c, p.url, "nowhere-"+name, "marker-key-2", phone+words); err == nil {
		t.Error("a report from nowhere was taken")
	}
	for path, form := range map[string]url.Values{
		"/report/" + words:                 {"words": {words}},
		"/report?words=" + words + phone:   {"words": {strings.Repeat(words, 2000)}},
		"/sign-in":                         {"code": {code}, "name": {name}},
		"/sign-in/staff":                   {"login": {words}, "password": {phone}},
		"/open311/v2/requests.json":        {"description": {words}, "phone": {phone}, "first_name": {name}, "api_key": {words}},
		"/report/" + words + "/finish":     {"words": {words + "\x00\xff"}},
		"/in/demo/" + words:                {},
		"/nowhere/" + url.PathEscape(name): {},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("User-Agent", "agent "+words)
			res, err := c.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode >= 500 {
				t.Errorf("%s %s: %d", method, path, res.StatusCode)
			}
			_ = res.Body.Close()
		}
	}
	if err := p.stop(); err != nil {
		t.Errorf("exit: %v", err)
	}
	logs := p.logs.String()
	if !strings.Contains(logs, `"msg"`) {
		t.Fatalf("nothing was logged, so nothing was shown: %q", logs)
	}
	session := c.Jar.Cookies(mustParse(t, p.url))
	secrets := []string{name, url.QueryEscape(name), phone, words, code, "marker-key"}
	for _, cookie := range session {
		if len(cookie.Value) >= 16 {
			secrets = append(secrets, cookie.Value)
		}
	}
	if len(secrets) == 6 {
		t.Error("no session to look for")
	}
	for _, secret := range secrets {
		if strings.Contains(strings.ToLower(logs), strings.ToLower(secret)) {
			t.Errorf("%s stands in the log:\n%s", secret, logs)
		}
	}
}

func mustParse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

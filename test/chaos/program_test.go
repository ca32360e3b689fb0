package chaos_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take before a run is given up: long, for
// loaded machines. What is promised is measured apart.
const patience = time.Minute

// build makes the program once.
func build(t testing.TB) string {
	t.Helper()
	path, err := linli()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var linli = sync.OnceValues(func() (string, error) { return built("linli", "../../cmd/linli") })

// built compiles a program in a folder.
func built(name, dir string) (string, error) {
	path := filepath.Join(sampleDir, name)
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return path, nil
}

// program is a running linli.
type program struct {
	t     testing.TB
	cmd   *exec.Cmd
	url   string
	link  string // path that signs the sample resident in
	doors doors  // of a house for devices
	took  time.Duration
	logs  *locked
	ended chan struct{}
	left  sync.Once
}

// locked is a buffer two streams may write to.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start runs linli and returns once it is ready to serve.
func start(t testing.TB, binary string, args ...string) *program {
	t.Helper()
	p := &program{t: t, cmd: exec.Command(binary, args...), logs: new(locked), ended: make(chan struct{})}
	p.cmd.Stderr = p.logs
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	lines := make(chan string)
	go func() {
		defer close(p.ended)
		scanner := bufio.NewScanner(io.TeeReader(out, p.logs))
		for scanner.Scan() {
			lines <- scanner.Text()
		}
		close(lines)
	}()
	p.await(lines)
	p.doors.HTTP = strings.TrimPrefix(p.url, "http://")
	res, err := http.Get(p.url + "/readyz")
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("not ready: %v\n%s", err, p.logs)
	}
	_ = res.Body.Close()
	p.took = time.Since(begun)
	go func() { // whatever it goes on to say
		for range lines {
		}
	}()
	return p
}

// await reads until it is open.
func (p *program) await(lines <-chan string) {
	p.t.Helper()
	late := time.After(patience)
	for !p.open() {
		select {
		case line, open := <-lines:
			if !open {
				p.t.Fatalf("linli ended: %s", p.logs)
			}
			if p.cmd.Args[1] == "house" && json.Unmarshal([]byte(line), &p.doors) == nil {
				p.url = "http://" + p.doors.HTTP
			}
			if _, link, ok := strings.Cut(line, "/in/demo/"); ok && p.link == "" {
				p.link = "/in/demo/" + strings.TrimSpace(link)
			}
			if at, ok := strings.CutPrefix(line, "MQTT: "); ok {
				p.doors.MQTT = at
			}
			if at, ok := strings.CutPrefix(line, "Fire stations (GB/T 26875.3): "); ok {
				p.doors.TCP = at
			}
			if at := strings.Index(line, "http://"); at >= 0 && strings.HasPrefix(line, "linli") {
				p.url = strings.TrimSpace(line[at:])
			}
		case <-late:
			p.t.Fatalf("linli does not come up: %s", p.logs)
		}
	}
}

// open reports whether all its doors are known, and of the sample subdistrict
// the resident's link.
func (p *program) open() bool {
	devices := !slices.Contains(p.cmd.Args, "--fire") || p.doors.MQTT != "" && p.doors.TCP != ""
	return p.url != "" && devices && (p.link != "" || p.cmd.Args[1] != "demo")
}

// kill ends it as a power cut would, as far as a program can tell.
func (p *program) kill() {
	p.left.Do(func() {
		_ = p.cmd.Process.Signal(syscall.SIGKILL)
		<-p.ended
		_ = p.cmd.Wait()
	})
}

// stop asks it to end and returns how it did.
func (p *program) stop() error {
	var err error
	p.left.Do(func() {
		if err = p.cmd.Process.Signal(syscall.SIGTERM); err == nil {
			<-p.ended
			err = p.cmd.Wait()
		}
	})
	return err
}

// signIn opens a session in the sample subdistrict; it outlives the program.
func signIn(t testing.TB, p *program) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Get(p.url + p.link)
	if err != nil || res.StatusCode/100 != 3 {
		t.Fatalf("sign in: %v %+v", err, res)
	}
	_ = res.Body.Close()
	return c
}

var errRefused = errors.New("the report was not taken")

// report sends a report and returns the page it was given, or an error if it
// was not acknowledged.
func report(ctx context.Context, c *http.Client, base, place, key, words string) (string, error) {
	form := url.Values{"place": {place}, "category": {"corridor.light"}, "spot": {"9"}, "words": {words}, "key": {key}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/report", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := c.Do(r)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return "", fmt.Errorf("read the answer: %w", err)
	}
	page, _, _ := strings.Cut(res.Header.Get("Location"), "?")
	if !strings.HasPrefix(page, "/report/") {
		page, _, _ = strings.Cut(res.Header.Get("HX-Redirect"), "?")
	}
	if !strings.HasPrefix(page, "/report/") {
		return "", fmt.Errorf("%w: status %d: %.300s", errRefused, res.StatusCode, body)
	}
	return page, nil
}

// verified runs linli verify, which must find nothing.
func verified(t testing.TB, binary, dir string) {
	t.Helper()
	out, err := exec.Command(binary, "verify", "--data", dir, "--lang", "en").CombinedOutput()
	if err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
}

// sample starts the sample subdistrict on a folder.
func sample(t testing.TB, binary, dir string) *program {
	t.Helper()
	return start(t, binary, "demo", "--data", dir, "--listen", "127.0.0.1:0")
}

package chaos_test

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/simulate"
	"github.com/linli/linli/test/cluster"
)

// The database is away for as long as it takes to ask everything, or for longer:
//
//	go test ./test/chaos -run DatabaseTakenAway -v -chaos.away=20s
var awayFor = flag.Duration("chaos.away", 0, "how long the database is away at least")

// node is one of the programs on a database.
type node struct {
	*app.App
	doors
}

// twoNodes are the sample subdistrict on a database, served by two nodes that share
// the folder of keys, and who may come in.
func twoNodes(t *testing.T, url string) (card, []*node) {
	t.Helper()
	var c card
	var nodes []*node
	keys := filepath.Join(t.TempDir(), "keys")
	if err := os.Mkdir(keys, 0o700); err != nil {
		t.Fatal(err)
	}
	clock := new(demo.Clock)
	for n := range 2 {
		dir := t.TempDir()
		if err := os.Symlink(keys, filepath.Join(dir, "keys")); err != nil {
			t.Fatal(err)
		}
		a, err := app.New(t.Context(), app.Options{Dir: dir, Postgres: url, OneClick: true, Clock: clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := a.Stop(context.Background()); err != nil {
				t.Log(err)
			}
		})
		if n == 0 {
			if err := errors.Join(demo.Fill(t.Context(), a, clock), c.admit(t.Context(), a, 4), c.signIn(t.Context(), a)); err != nil {
				t.Fatal(err)
			}
		}
		one := &node{App: a}
		if one.HTTP, err = a.Start(t.Context(), "127.0.0.1:0"); err == nil {
			one.MQTT, err = a.ListenMQTT("127.0.0.1:0")
		}
		if err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, one)
	}
	return c, nodes
}

// question is asked again and again.
type question struct {
	name  string
	ask   func() (string, error)
	well  string
	again string // told to come again
}

// answers counts what was answered to each question.
type answers struct {
	mu sync.Mutex
	of map[string]map[string]int
}

func (a *answers) note(name, answer string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of[name] == nil {
		a.of[name] = map[string]int{}
	}
	a.of[name][answer]++
}

func (a *answers) count(name, answer string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.of[name][answer]
}

func (a *answers) all(name string) map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.of[name])
}

func (n *node) http(c card, method, path, body string, header ...string) func() (string, error) {
	client := &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return func() (string, error) {
		r, err := http.NewRequest(method, "http://"+n.HTTP+path, strings.NewReader(body))
		if err != nil {
			return "", err
		}
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		if !strings.HasPrefix(path, "/push/") {
			for _, cookie := range c.Session {
				r.AddCookie(cookie)
			}
		}
		res, err := client.Do(r)
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		_, err = io.Copy(io.Discard, res.Body)
		answer := fmt.Sprint(res.StatusCode)
		if res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") == "" {
			answer += " without Retry-After"
		}
		return answer, err
	}
}

// connack is how MQTT answers to a name and password, in a version.
func (n *node) connack(version byte, user, password string) func() (string, error) {
	text := func(s string) []byte { return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...) }
	body := append(text("MQTT"), version, 0xC2, 0, 60)
	if version == 5 {
		body = append(body, 0)
	}
	body = slices.Concat(body, text(fmt.Sprintf("asks-%d", version)), text(user), text(password))
	hello := append(binary.AppendUvarint([]byte{0x10}, uint64(len(body))), body...)
	return func() (string, error) {
		conn, err := net.DialTimeout("tcp", n.MQTT, patience)
		if err != nil {
			return "", err
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(patience))
		if _, err := conn.Write(hello); err != nil {
			return "", err
		}
		var answer [4]byte
		if _, err := io.ReadFull(conn, answer[:]); err != nil {
			return "", err
		}
		if answer[0] != 0x20 {
			return "", fmt.Errorf("no CONNACK: %x", answer)
		}
		return fmt.Sprintf("%#x", answer[3]), nil
	}
}

// questions are what a device, a page, the API and Open311 ask of a node. The MQTT
// names are first given while the database is away, so that nobody knows them.
func (n *node) questions(t *testing.T, c card, first *app.App) []question {
	t.Helper()
	ways := []question{
		{"page", n.http(c, "GET", "/", ""), "200", "503"},
		{"reports", n.http(c, "GET", "/reports", ""), "200", "503"},
		{"API", n.http(c, "GET", "/api/v1/reports", ""), "200", "503"},
		{"Open311", n.http(c, "GET", "/open311/v2/requests.json?jurisdiction_id=", ""), "200", "503"},
		{"push", n.http(c, "POST", "/push/"+c.Token, `{"n":1}`), "200", "503"},
		{"readyz", n.http(c, "GET", "/readyz", ""), "200", "503"},
	}
	for _, version := range []byte{4, 5} {
		bridge, password, err := demo.Issue(t.Context(), first, device.Granting{Format: decode.Zigbee, Topic: "z", ClientID: device.AnyClient})
		if err != nil {
			t.Fatal(err)
		}
		again := map[byte]string{4: "0x3", 5: "0x88"}[version]
		ways = append(ways, question{fmt.Sprintf("MQTT %d", version), n.connack(version, bridge.Username, password), "0x0", again})
	}
	return ways
}

// asking asks one question after the other until it is told to stop, and notes what
// was answered in which phase. What was not answered at all counts as nothing:
// nobody was told anything.
func asking(ctx context.Context, t *testing.T, q question, got *answers, phase func() string) {
	for ctx.Err() == nil {
		at := phase()
		answer, err := q.ask()
		if err != nil {
			answer = "nothing"
			t.Log(q.name, err)
		}
		got.note(at+" "+q.name, answer)
	}
}

// S31: the database of two nodes is shut down, and started again, while devices,
// pages, the API and Open311 ask both. Nobody is told anything for good, only what
// is well or to come again. Then all is well as before.
func TestS31_DatabaseTakenAwayUnderTwoNodes(t *testing.T) {
	db := cluster.New(t)
	c, nodes := twoNodes(t, db.URL())
	var all []question
	for i, n := range nodes {
		for _, q := range n.questions(t, c, nodes[0].App) {
			if !strings.HasPrefix(q.name, "MQTT") { // its names must not be known from before
				if answer, err := q.ask(); err != nil || answer != q.well {
					t.Fatalf("%s before: %s %v", q.name, answer, err)
				}
			}
			q.name += fmt.Sprintf(", node %d", i+1)
			all = append(all, q)
		}
	}
	db.Stop()
	got := &answers{of: map[string]map[string]int{}}
	var phase atomic.Value
	phase.Store("away")
	ctx, stop := context.WithCancel(t.Context())
	var asked sync.WaitGroup
	for _, q := range all {
		asked.Go(func() { asking(ctx, t, q, got, func() string { return phase.Load().(string) }) })
	}
	least := time.After(*awayFor)
	for _, q := range all {
		if !soon(t, func() bool { return got.count("away "+q.name, q.again) >= 5 }) {
			t.Fatalf("%s was never told to come again: %v", q.name, got.all("away "+q.name))
		}
	}
	<-least
	phase.Store("coming back")
	began := time.Now()
	db.Start()
	up := time.Since(began)
	phase.Store("back")
	for _, q := range all {
		if !soon(t, func() bool { return got.count("back "+q.name, q.well) >= 3 }) {
			t.Fatalf("%s was never well again: %v", q.name, got.all("back "+q.name))
		}
	}
	t.Logf("the database answered after %v, everybody after %v", up, time.Since(began))
	stop()
	asked.Wait()
	for _, q := range all {
		for _, at := range []string{"away ", "coming back ", "back "} {
			for answer, n := range got.of[at+q.name] {
				if answer != q.well && answer != q.again && answer != "nothing" {
					t.Errorf("%s%s: told %s, %d times", at, q.name, answer, n)
				}
			}
			t.Logf("%s%s: %v", at, q.name, got.of[at+q.name])
		}
		// What it found is good for a second for whoever asks next.
		if n := got.count("away "+q.name, q.well); n > 0 && !strings.HasPrefix(q.name, "readyz") {
			t.Errorf("%s was well %d times while the database was away", q.name, n)
		}
	}
}

// soon waits until something is so, or not for ever.
func soon(t testing.TB, so func() bool) bool {
	t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-late:
			return false
		}
	}
	return true
}

// eventually is soon for what must be.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	if !soon(t, so) {
		t.Fatalf("never: %s", what)
	}
}

// reporter is a bridge that sends one message after the other, dials again when
// its line ends, and remembers what was acknowledged, and when.
type reporter struct {
	node  int
	mu    sync.Mutex
	acked map[string]time.Time
}

func (r *reporter) run(ctx context.Context, n *node, c card) {
	for i := 0; ctx.Err() == nil; {
		w, err := simulate.Dial(ctx, simulate.Login{Addr: n.MQTT, ID: fmt.Sprint("reporter", r.node), User: c.User, Password: c.Password, Window: 1})
		if err != nil {
			continue
		}
		for err == nil && ctx.Err() == nil {
			i++
			body := fmt.Sprintf(`{"smoke":false,"linkquality":%d,"node":%d}`, i, r.node)
			err = errors.Join(w.Send("zigbee2mqtt/"+simulate.Detector(r.node), []byte(body), func() { r.kept(body) }), w.Flush(), w.Wait(ctx))
		}
		w.Close()
	}
}

func (r *reporter) kept(body string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acked[body] = time.Now()
}

// since is when the first message after an instant was acknowledged.
func (r *reporter) since(from time.Time) (first time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, at := range r.acked {
		if at.After(from) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// S31: the primary of two nodes hangs, and its standby is promoted after two
// seconds. Within ten seconds devices are acknowledged at both nodes again, and
// pages come; what was acknowledged before is there. Then the standby hangs too,
// and both nodes can still be stopped.
func TestS31_PrimaryHangsAndTheStandbyIsPromoted(t *testing.T) {
	primary := cluster.New(t)
	standby := primary.Standby()
	c, nodes := twoNodes(t, primary.URL(standby))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var work sync.WaitGroup
	var reporters []*reporter
	for i, n := range nodes {
		r := &reporter{node: i, acked: map[string]time.Time{}}
		reporters = append(reporters, r)
		work.Go(func() { r.run(ctx, n, c) })
	}
	for _, r := range reporters {
		eventually(t, "devices are acknowledged", func() bool { return !r.since(time.Time{}).IsZero() })
	}
	primary.Freeze()
	frozen := time.Now()
	<-time.After(2 * time.Second)
	standby.Promote()
	promoted := time.Now()
	for i, r := range reporters {
		eventually(t, "devices are acknowledged again", func() bool { return !r.since(promoted).IsZero() })
		took := r.since(promoted).Sub(frozen)
		t.Logf("node %d: a device was acknowledged again %v after the primary hung, %v after the standby was promoted", i+1, took, r.since(promoted).Sub(promoted))
		if took > 10*time.Second {
			t.Errorf("node %d acknowledged again only after %v", i+1, took)
		}
	}
	for i, n := range nodes {
		page := n.http(c, "GET", "/", "")
		eventually(t, "pages come", func() bool { answer, err := page(); return err == nil && answer == "200" })
		t.Logf("node %d: a page came %v after the primary hung", i+1, time.Since(frozen))
	}
	stop()
	work.Wait()
	lost, total := 0, 0
	kept := bodies(t, standby)
	for _, r := range reporters {
		for body := range r.acked {
			if total++; !kept[body] {
				lost++
			}
		}
	}
	if t.Logf("%d messages were acknowledged, %d of them are lost", total, lost); lost > 0 {
		t.Errorf("%d acknowledged messages are lost", lost)
	}
	standby.Freeze()
	for i, n := range nodes {
		began := time.Now()
		go func() { _, _ = n.http(c, "GET", "/readyz", "")() }() // waits for the database
		if err := n.Stop(context.Background()); err != nil {
			t.Logf("node %d: %v", i+1, err)
		}
		if took := time.Since(began); took > 12*time.Second {
			t.Errorf("node %d took %v to stop", i+1, took)
		}
	}
	primary.Thaw()
}

// bodies are the messages that a cluster holds.
func bodies(t *testing.T, of *cluster.Cluster) map[string]bool {
	t.Helper()
	db, err := pgx.Connect(t.Context(), of.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	rows, err := db.Query(t.Context(), "SELECT body FROM inbox_message")
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]bool{}
	for _, b := range list {
		kept[b] = true
	}
	return kept
}

// S31: the program is asked to end while its database hangs, and ends.
func TestS31_ProgramEndsWhileItsDatabaseHangs(t *testing.T) {
	db := cluster.New(t)
	p := start(t, build(t), "serve", "--data", t.TempDir(), "--database", db.URL(), "--listen", "127.0.0.1:0")
	db.Freeze()
	waits := make(chan struct{})
	go func() {
		defer close(waits)
		if res, err := http.Get(p.url + "/readyz"); err == nil {
			_ = res.Body.Close()
		}
	}()
	began := time.Now()
	if err := p.stop(); err != nil {
		t.Logf("it ended with %v", err)
	}
	if took := time.Since(began); took > 13*time.Second {
		t.Errorf("it took %v to end", took)
	}
	<-waits
}

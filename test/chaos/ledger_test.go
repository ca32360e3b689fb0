package chaos_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// ledger is what those who send were told: the mark of each message that was
// acknowledged, of the alarms among them the detector that gave it, and of
// reports the page they were given.
type ledger struct {
	mu     sync.Mutex
	acked  map[string]bool
	alarms map[string]string // detector by mark
	pages  map[string]string // page by key
	wrong  []string          // what no door may answer
	count  chan heard
}

// heard is one acknowledgement.
type heard string

// What was acknowledged.
const (
	anEvent  heard = "event"
	aSmoke   heard = "smoke"
	aReport  heard = "report"
	anything heard = ""
)

func newLedger() *ledger {
	return &ledger{acked: map[string]bool{}, alarms: map[string]string{}, pages: map[string]string{}, count: make(chan heard, 1<<16)}
}

// acknowledged keeps a message of a device; detector is who saw smoke, if any.
func (l *ledger) acknowledged(mark, detector string) {
	kind := anEvent
	l.mu.Lock()
	l.acked[mark] = true
	if detector != "" {
		l.alarms[mark], kind = detector, aSmoke
	}
	l.mu.Unlock()
	l.count <- kind
}

// taken keeps a report. One that is sent again with its key is the same.
func (l *ledger) taken(key, page string) {
	l.mu.Lock()
	if before, ok := l.pages[key]; ok && before != page {
		l.wrong = append(l.wrong, fmt.Sprintf("report %s was sent again and given %s beside %s", key, page, before))
	}
	l.pages[key] = page
	l.mu.Unlock()
	l.count <- aReport
}

// refuse keeps an answer that no door may give.
func (l *ledger) refuse(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, fmt.Sprintf(format, args...))
}

// compare holds what is stored against what was acknowledged: each message and
// each report is there, once, in the neighbourhood of whoever sent it.
func (l *ledger) compare(t *testing.T, c card) {
	t.Helper()
	events, reports := inbox(t, c), stored(t, c.Dir)
	l.mu.Lock()
	defer l.mu.Unlock()
	for mark := range l.acked {
		if events[mark] != 1 {
			t.Errorf("%s was acknowledged and is stored %d times", mark, events[mark])
		}
	}
	for mark, n := range events {
		if n > 1 && strings.HasPrefix(mark, once) {
			t.Errorf("%s was sent at QoS 2 and is stored %d times", mark, n)
		}
	}
	unknown := 0
	for key := range reports {
		if l.pages[key] == "" {
			unknown++
		}
	}
	for key, page := range l.pages {
		if reports[key] != page {
			t.Errorf("report %s was acknowledged as %s, and %q is stored", key, page, reports[key])
		}
	}
	if unknown > *flags.phones {
		t.Errorf("%d reports were stored and not acknowledged, more than were under way", unknown)
	}
	for _, w := range l.wrong {
		t.Error(w)
	}
	l.wrong = nil
}

var marked = regexp.MustCompile(`"mark":"([a-z0-9-]+)"`)

// inbox counts the stored messages by mark.
func inbox(t *testing.T, c card) map[string]int {
	t.Helper()
	n := map[string]int{}
	err := query(t, c.Dir, "SELECT form || ' ' || body, tenant_id FROM inbox_message", func(text, tenant string) {
		form, body, _ := strings.Cut(text, " ")
		if form == "base64" {
			b, err := base64.StdEncoding.DecodeString(body)
			if err != nil {
				t.Errorf("stored body: %v", err)
			}
			body = string(b)
		}
		m := marked.FindStringSubmatch(body)
		if m == nil {
			return
		}
		n[m[1]]++
		if tenant != string(c.Tenant) {
			t.Errorf("%s is stored in a neighbourhood that did not send it", m[1])
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// stored is the page of each report by the key it was sent with.
func stored(t *testing.T, dir string) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for id, words := range reports(t, dir) {
		key, ours := strings.CutPrefix(words, "ledger ")
		if !ours {
			continue
		}
		key = strings.TrimSuffix(key, ".")
		if _, doubled := pages[key]; doubled {
			t.Errorf("report %s was stored twice", key)
		}
		pages[key] = "/report/" + id
	}
	return pages
}

// reports are all reports' words by id, read past the program.
func reports(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := query(t, dir, "SELECT matter_id, words FROM report_detail", func(id, words string) { found[id] = words })
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// none are questions about the messages of the house whose answer is: nobody.
func none() map[string]string {
	return map[string]string{
		"told twice in one round on one channel": `SELECT matter_id || ' ' || seq, to_id || ' ' || channel FROM notify_told
			GROUP BY tenant_id, matter_id, seq, to_id, channel HAVING COUNT(*) > 1`,
		"two open incidents of one device and kind": `SELECT device_id, kind FROM alarm_incident WHERE open = 1
			GROUP BY tenant_id, device_id, kind HAVING COUNT(*) > 1`,
		"somebody of another neighbourhood was told": `SELECT m.matter_id, p.tenant_id FROM notify_told m
			JOIN people_person p ON p.id = m.to_id WHERE p.tenant_id <> m.tenant_id`,
	}
}

// told waits until every acknowledged alarm has reached all three parties, and
// holds the messages of the house against what may never be.
func (l *ledger) told(t *testing.T, dir string) {
	t.Helper()
	await(t, "every acknowledged alarm reaches property, committee and volunteers", func() (missing string) {
		reached := audiences(t, dir)
		l.mu.Lock()
		defer l.mu.Unlock()
		for mark, detector := range l.alarms {
			for _, audience := range []string{"property", "committee", "volunteer"} {
				if !reached[detector+" "+audience] {
					return fmt.Sprintf("smoke at %s, acknowledged as %s, has not reached the %s", detector, mark, audience)
				}
			}
		}
		return ""
	})
	for what, text := range none() {
		if err := query(t, dir, text, func(a, b string) { t.Errorf("%s: %s %s", what, a, b) }); err != nil {
			t.Fatal(err)
		}
	}
}

// audiences are those that were handed a message, as "detector audience".
func audiences(t *testing.T, dir string) map[string]bool {
	t.Helper()
	reached := map[string]bool{}
	err := query(t, dir, `SELECT DISTINCT u.name, r.audience FROM device_unit u
		JOIN alarm_incident i ON i.tenant_id = u.tenant_id AND i.device_id = u.id
		JOIN alarm_called r ON r.tenant_id = i.tenant_id AND r.matter_id = i.matter_id
		JOIN notify_told m ON m.tenant_id = r.tenant_id AND m.matter_id = r.matter_id AND m.to_id = r.person_id AND m.handed_at > 0`,
		func(detector, audience string) { reached[detector+" "+audience] = true })
	if err != nil {
		t.Fatal(err)
	}
	return reached
}

// strangers looks for what was sent here in every column of every table: it
// stands in the sender's neighbourhood and in no other.
func strangers(t *testing.T, c card) {
	t.Helper()
	var columns []string
	err := query(t, c.Dir, `SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
		AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) x WHERE x.name = 'tenant_id')`, func(table, column string) {
		columns = append(columns, fmt.Sprintf(`SELECT '%s.%s', tenant_id FROM "%[1]s"
			WHERE instr("%[2]s", '"mark":"') OR instr("%[2]s", 'ledger phone') OR instr("%[2]s", 'simulated-')`, table, column))
	})
	if err != nil || len(columns) == 0 {
		t.Fatalf("%d columns of tables with a neighbourhood: %v", len(columns), err)
	}
	ours := 0
	for some := range slices.Chunk(columns, 100) { // SQLite takes 500 parts of one question
		err := query(t, c.Dir, strings.Join(some, " UNION ALL "), func(where, tenant string) {
			if ours++; tenant != string(c.Tenant) {
				t.Errorf("%s: what was sent here stands in another neighbourhood", where)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if ours == 0 {
		t.Error("nothing that was sent was found anywhere, so nothing was shown")
	}
}

// await asks again and again until nothing is missing.
func await(t *testing.T, what string, missing func() string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for {
		last := missing()
		if last == "" {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("in vain: %s: %s", what, last)
		}
	}
}

// decoded waits until nothing is left to decode.
func decoded(t *testing.T, dir string) {
	t.Helper()
	await(t, "everything is decoded", func() (left string) {
		err := query(t, dir, "SELECT COUNT(*), '' FROM inbox_message WHERE decoded_at = 0", func(n, _ string) {
			if n != "0" {
				left = n
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return left
	})
}

// building is the place of the sample resident's building.
func building(t testing.TB, dir string) (id string) {
	t.Helper()
	err := query(t, dir, "SELECT id, ref FROM place_node WHERE ref = 'guihua-6'", func(found, _ string) { id = found })
	if err != nil || id == "" {
		t.Fatalf("no building: %v", err)
	}
	return id
}

// query looks at the database of a folder, served or not.
func query(t testing.TB, dir, text string, row func(a, b string)) (err error) {
	s, err := store.Look(t.Context(), store.Options{Path: database(dir)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	rows, err := s.Reader().QueryContext(t.Context(), text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			return err
		}
		row(a, b)
	}
	return rows.Err()
}

package chaos_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/linli/linli/internal/simulate"
)

// What was acknowledged is there after the power went: whether nothing that was
// not fsynced survived, or any part of it did.
func TestPowerCutLosesNothing(t *testing.T) {
	for name, args := range map[string][]string{"nothing else survives": nil, "some of the rest survives": {"-torn"}} {
		t.Run(name, func(t *testing.T) {
			f := mount(t, append(args, fmt.Sprintf("-seed=%d", *flags.seed))...)
			c := furnish(t, f.dir)
			f.tell("cut") // the house was closed: all of it is there
			x, lost := begin(t, c, 200), 0
			cut := func() {
				n := f.tell("cut")
				t.Logf("%d writes and names lost", n)
				lost += n
			}
			x.faults(*flags.cuts, cut)
			x.finish(cut)
			if lost == 0 {
				t.Error("no cut lost anything, so nothing was shown")
			}
		})
	}
}

// A disk that fails or is full: nobody is told that a message arrived, reading
// goes on, and once the disk is well everything is taken again, by the house
// that was never restarted.
func TestSickDiskAcknowledgesNothing(t *testing.T) {
	for name, word := range map[string]string{"fsync fails": "eio", "the disk is full": "full"} {
		t.Run(name, func(t *testing.T) {
			t.Logf("-chaos.seed=%d", *flags.seed)
			f := mount(t)
			binary, c := build(t), furnish(t, f.dir)
			p, l := c.serve(t, binary), newLedger()
			b := &badDay{t: t, card: c, doors: p.doors, ledger: l, marks: map[int]string{}}
			b.everyDoorTakes("before")
			f.tell(word)
			b.noDoorTakes("ill")
			f.tell("heal")
			b.everyDoorTakes("after")
			if err := p.stop(); err != nil {
				t.Errorf("stop: %v\n%s", err, p.logs)
			}
			f.tell("cut")
			verified(t, binary, c.Dir)
			l.compare(t, c)
		})
	}
}

// badDay tries each door of a house once at a time.
type badDay struct {
	t testing.TB
	card
	doors
	*ledger
	line  net.Conn       // the panel's connection outlives the bad day
	marks map[int]string // of the frames sent on it, by their number
}

// station is the panel about to send its next frame.
func (b *badDay) station(mark string) *station {
	next := len(b.marks) + 1
	b.marks[next] = mark
	return &station{next: next}
}

func (b *badDay) everyDoorTakes(when string) {
	b.t.Helper()
	if err := b.publish(when); err != nil {
		b.t.Errorf("%s: mqtt: %v", when, err)
	}
	if status := b.push(when); status != http.StatusOK {
		b.t.Errorf("%s: push: %d", when, status)
	}
	if b.line == nil {
		var err error
		if b.line, err = net.Dial("tcp", b.TCP); err != nil {
			b.t.Fatal(err)
		}
		b.t.Cleanup(func() { _ = b.line.Close() })
	}
	// A frame of the bad day whose turn to be written came when the disk was
	// well again is confirmed with right: then it must be on disk.
	late := func(serial int) error {
		mark, known := b.marks[serial]
		if !known {
			return fmt.Errorf("frame %d was never sent", serial)
		}
		b.acknowledged(mark, "")
		return nil
	}
	if err := b.station("line-"+when).frame(b.line, "line-"+when, late); err != nil {
		b.t.Errorf("%s: fire line: %v", when, err)
	}
	b.acknowledged("line-"+when, "")
}

func (b *badDay) noDoorTakes(when string) {
	b.t.Helper()
	for i := range 3 { // SQLite may find room once or twice in what it holds already
		name := fmt.Sprint(when, i)
		if err := b.publish(name); err == nil {
			b.t.Errorf("%s: mqtt: acknowledged", name)
		}
		if status := b.push(name); status != http.StatusServiceUnavailable {
			b.t.Errorf("%s: push: %d", name, status)
		}
		if _, err := b.line.Write(b.station("line-" + name).bytes("line-" + name)); err != nil {
			b.t.Errorf("%s: fire line: %v", name, err)
		}
	}
	for path, want := range map[string]int{"/": 200, "/sign-in": 200, "/healthz": 200} {
		res, err := http.Get("http://" + b.HTTP + path)
		if err != nil {
			b.t.Errorf("reading %s: %v", path, err)
			continue
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if res.StatusCode != want {
			b.t.Errorf("reading %s: %d, want %d", path, res.StatusCode, want)
		}
	}
	eventually(b.t, "it is not ready", func() bool { // what it found before is good for a second
		res, err := http.Get("http://" + b.HTTP + "/readyz")
		if err != nil {
			return false
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusServiceUnavailable
	})
}

// publish returns nil if the message was acknowledged.
func (b *badDay) publish(when string) error {
	ctx, stop := context.WithTimeout(b.t.Context(), patience)
	defer stop()
	w, err := simulate.Dial(ctx, simulate.Login{Addr: b.MQTT, ID: "bad", User: b.User, Password: b.Password})
	if err != nil {
		b.t.Fatal(err)
	}
	defer w.Close()
	mark := "mqtt-" + when
	if err := w.Send("zigbee2mqtt/"+simulate.Detector(0), []byte(`{"linkquality":1,"mark":"`+mark+`"}`), func() { b.acknowledged(mark, "") }); err != nil {
		return err
	}
	return w.Wait(ctx)
}

func (b *badDay) push(when string) int {
	mark := "push-" + when
	res, err := http.Post("http://"+b.HTTP+"/push/"+b.Token, "application/json", strings.NewReader(`{"mark":"`+mark+`"}`))
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusOK {
		b.acknowledged(mark, "")
	}
	return res.StatusCode
}

// A house that was never closed after its first start has its keys.
func TestPowerCutAfterTheFirstStart(t *testing.T) {
	f := mount(t)
	c := card{Dir: filepath.Join(f.dir, "data")}
	p := c.open(t)
	p.kill()
	f.tell("cut")
	p = c.open(t)
	if err := p.stop(); err != nil {
		t.Errorf("stop: %v\n%s", err, p.logs)
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "keys")); err != nil {
		t.Error(err)
	}
}

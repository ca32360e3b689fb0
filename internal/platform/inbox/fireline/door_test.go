package fireline_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/fireline"
	"github.com/linli/linli/internal/platform/inbox/fireline/frame"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

const east = store.Tenant("east")

type keeper struct{}

func (keeper) ByStation(_ context.Context, address string, from netip.Addr) (inbox.Credential, error) {
	if address != "000000000001" || !from.IsLoopback() {
		return inbox.Credential{}, errors.New("who is that")
	}
	return inbox.Credential{Tenant: east, Device: "panel", LifeSafety: true}, nil
}

type house struct {
	store *store.Store
	box   *inbox.Box
	door  *fireline.Door
	addr  string
}

func each(t *testing.T, fn func(t *testing.T, h house)) {
	t.Helper()
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		box := inbox.NewBox(inbox.Options{Store: s})
		door := fireline.New(fireline.Options{Inbox: box, Keeper: keeper{}})
		addr, err := door.Listen("127.0.0.1:0", nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { door.Stop(); box.Stop() })
		fn(t, house{s, box, door, addr.String()})
	})
}

func (h house) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func alarm(serial uint16, data string) frame.Frame {
	return frame.Frame{Serial: serial, Version: [2]byte{1, 1}, Source: frame.Address{1}, Command: frame.Send, Data: []byte(data), Check: frame.Sum}
}

func send(t *testing.T, conn net.Conn, pieces ...[]byte) {
	t.Helper()
	for _, p := range pieces {
		if _, err := conn.Write(p); err != nil {
			t.Fatal(err)
		}
	}
}

// wantConfirmed reads the confirmation of a frame.
func wantConfirmed(t *testing.T, conn net.Conn, of frame.Frame) {
	t.Helper()
	got := make([]byte, 30)
	if _, err := io.ReadFull(conn, got); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) // the test's clock, in Shanghai
	if want := of.Confirmation(at).Bytes(); !bytes.Equal(got, want) {
		t.Fatalf("\ngot  %x\nwant %x", got, want)
	}
}

func wantClosed(t *testing.T, conn net.Conn) {
	t.Helper()
	if b, err := io.ReadAll(conn); len(b) > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("heard %x, %v, want the end", b, err)
	}
}

func (h house) kept(t *testing.T) []inbox.Message {
	t.Helper()
	list, err := h.box.Recent(t.Context(), east, "panel", inbox.Page{})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(list)
	return list
}

func TestConfirmedAfterCommitOnly(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		conn := h.dial(t)
		letGo := inboxtest.FailCommits(t, h.store)
		lost := alarm(1, "smoke")
		send(t, conn, lost.Bytes())
		silent := frame.Frame{Source: frame.Address{2}} // ends the connection when the first was dealt with
		send(t, conn, silent.Bytes())
		wantClosed(t, conn)
		if n := inboxtest.Count(t, h.store); n != 0 {
			t.Fatalf("%d rows", n)
		}
		letGo()
		conn = h.dial(t)
		send(t, conn, lost.Bytes())
		wantConfirmed(t, conn, lost)
		if got := h.kept(t); len(got) != 1 || !bytes.Equal(got[0].Body, lost.Bytes()) || !got[0].Urgent || got[0].Topic != "000000000001" || got[0].Note != "" {
			t.Fatalf("%+v", got)
		}
	})
}

func TestHalvesJoinsAndMarksInTheData(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		conn := h.dial(t)
		one, two, three := alarm(1, "##@@"), alarm(2, ""), alarm(3, "x")
		three.Check = frame.XOR
		all := slices.Concat(one.Bytes(), two.Bytes(), []byte("noise"), three.Bytes())
		send(t, conn, all[:20], all[20:29], all[29:])
		for _, f := range []frame.Frame{one, two, three} {
			wantConfirmed(t, conn, f)
		}
		var notes []string
		for _, m := range h.kept(t) {
			notes = append(notes, m.Note)
		}
		if want := []string{"", "", fireline.NoteJunk, fireline.NoteXOR}; !slices.Equal(notes, want) {
			t.Fatalf("notes %q, want %q", notes, want)
		}
	})
}

func TestOnlyDataIsConfirmed(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		conn := h.dial(t)
		for _, c := range []frame.Command{frame.Control, frame.Confirm, frame.Request, frame.Response, frame.Deny} {
			f := alarm(uint16(c), "")
			f.Command = c
			send(t, conn, f.Bytes())
		}
		last := alarm(9, "x")
		send(t, conn, last.Bytes())
		wantConfirmed(t, conn, last)
		if n := len(h.kept(t)); n != 6 {
			t.Fatalf("%d kept, want all 6", n)
		}
	})
}

// A credential that has ended takes its connections with it.
func TestForgottenStationIsCutOff(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		conn := h.dial(t)
		f := alarm(1, "x")
		send(t, conn, f.Bytes())
		wantConfirmed(t, conn, f)
		h.door.Forget("another")
		send(t, conn, f.Bytes())
		wantConfirmed(t, conn, f)
		h.door.Forget("panel")
		wantClosed(t, conn)
	})
}

func TestStrangersAreCutOff(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		stranger := alarm(1, "x")
		stranger.Source = frame.Address{9}
		for _, b := range [][]byte{stranger.Bytes(), []byte("GET / HTTP/1.1\r\n\r\n"), bytes.Repeat([]byte{0}, 5000)} {
			conn := h.dial(t)
			send(t, conn, b)
			wantClosed(t, conn)
		}
		if n := inboxtest.Count(t, h.store); n != 0 {
			t.Fatalf("%d rows", n)
		}
	})
}

func TestHalfAFrameAtTheEndIsKept(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		conn := h.dial(t)
		first := alarm(1, "x")
		send(t, conn, first.Bytes(), first.Bytes()[:10])
		wantConfirmed(t, conn, first)
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		wantClosed(t, conn)
		if got := h.kept(t); len(got) != 2 || got[1].Note != fireline.NoteJunk || len(got[1].Body) != 10 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestStopEndsAllAndMayBeCalledTwice(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		conn := h.dial(t)
		first := alarm(1, "x")
		send(t, conn, first.Bytes())
		wantConfirmed(t, conn, first)
		h.door.Stop()
		wantClosed(t, conn)
		h.door.Stop()
		if _, err := h.door.Listen("127.0.0.1:0", nil); err == nil {
			t.Fatal("a closed door listens")
		}
	})
}

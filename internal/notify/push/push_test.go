package push_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/notify/push"
	"github.com/linli/linli/internal/notify/push/pushtest"
)

func TestNoteIsSignedSealedAndOpenedByTheBrowserAlone(t *testing.T) {
	keys, err := push.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	b := pushtest.New(t, keys.Public)
	want := push.Note{Title: "烟雾报警", Body: "静安桂花园 6号 · 26-0001", Link: "/alarm/x", Tag: "x", Receipt: "r"}
	s := b.Subscription()
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	if err := push.Send(context.Background(), b.Server.Client(), keys, s, "https://linli.example", want); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, <-b.Notes); d != "" {
		t.Error(d)
	}
}

// Every service takes every note: none is longer than Firefox on Android takes,
// however much there is to say.
func TestS30_ANoteFitsEveryService(t *testing.T) {
	keys, err := push.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	b := pushtest.New(t, keys.Public)
	for _, text := range []string{"", strings.Repeat("烟", 900), strings.Repeat("火", 4000), strings.Repeat(`"`, 5000)} {
		note := push.Note{Title: "烟雾报警", Body: text, Link: "/alarm/x", Tag: "x", Receipt: "r"}
		if err := push.Send(context.Background(), b.Server.Client(), keys, b.Subscription(), "https://linli.example", note); err != nil {
			t.Fatal(err)
		}
		got := <-b.Notes
		if cut := strings.TrimSuffix(got.Body, "…"); len(text) < 2700 && got.Body != text || len(text) > 0 && cut == "" || !strings.HasPrefix(text, cut) || got.Link != note.Link {
			t.Errorf("%d bytes arrive as %d", len(text), len(got.Body))
		}
		if n := b.Length.Load(); n > 3070 {
			t.Errorf("a body of %d bytes", n)
		}
	}
	if err := push.Send(context.Background(), b.Server.Client(), keys, b.Subscription(), "https://linli.example", push.Note{Title: strings.Repeat("烟", 2000)}); err == nil {
		t.Error("a title that never fits was sent")
	}
}

func TestAppleNeedsAnAddress(t *testing.T) {
	if push.NeedsAddress([]string{"fcm.googleapis.com"}) || !push.NeedsAddress([]string{"fcm.googleapis.com", "*.push.apple.com"}) {
		t.Error("which services need a public address")
	}
}

func TestEndedSubscriptionIsTold(t *testing.T) {
	keys, err := push.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	b := pushtest.New(t, keys.Public)
	for status, gone := range map[int64]bool{404: true, 410: true, 500: false, 429: false} {
		b.Status.Store(status)
		err := push.Send(context.Background(), b.Server.Client(), keys, b.Subscription(), "https://linli.example", push.Note{})
		if err == nil || errors.Is(err, push.ErrGone) != gone {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestPushGoesOnlyToNamedServices(t *testing.T) {
	hosts := []string{"fcm.googleapis.com", "*.push.apple.com"}
	for endpoint, want := range map[string]bool{
		"https://fcm.googleapis.com/fcm/send/a": true, "https://web.push.apple.com/a": true, "https://push.apple.com/a": false,
		"http://fcm.googleapis.com/a": false, "https://fcm.googleapis.com.evil/a": false, "https://evilpush.apple.com/a": false,
		"https://x@fcm.googleapis.com/": false, "https://127.0.0.1/": false, "::": false,
	} {
		if got := push.Allowed(endpoint, hosts); got != want {
			t.Errorf("%s: %v", endpoint, got)
		}
	}
	if push.Allowed("https://fcm.googleapis.com/a", nil) || push.Allowed("https://fcm.googleapis.com/a", []string{"*"}) {
		t.Error("allowed although nobody named it")
	}
	if len(push.ServiceHosts()) == 0 {
		t.Error("nothing to choose from")
	}
}

func TestKeysThatAreNoneAreRefused(t *testing.T) {
	keys, err := push.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	good := pushtest.New(t, keys.Public).Subscription()
	for name, bend := range map[string]func(*push.Subscription){
		"no point":   func(s *push.Subscription) { s.P256dh = "AAAA" },
		"not base64": func(s *push.Subscription) { s.P256dh = "***" },
		"short auth": func(s *push.Subscription) { s.Auth = "AAAA" },
	} {
		s := good
		bend(&s)
		if s.Check() == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

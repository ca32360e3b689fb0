package notify_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

const home = store.Tenant("home")

// open is a sealer for tests: it turns the text round.
type open struct{}

func (open) Seal(_ store.Tenant, _, _, plain string) (string, error)  { return turn(plain), nil }
func (open) Open(_ store.Tenant, _, _, sealed string) (string, error) { return turn(sealed), nil }

func turn(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

func rooms() []store.Room {
	return []store.Room{job.Room(), place.Room(), people.Room(), notify.Room()}
}

// clerk is an administrator who acts in a tenant.
func clerk(in store.Tenant) people.Actor {
	return people.Actor{Tenant: in, Person: "clerk"}
}

func service(s *store.Store, hub *live.Hub, hosts ...string) *notify.Service {
	return notify.NewService(s, hub, open{}, notify.Options{Hosts: hosts}, nil, slog.New(slog.DiscardHandler))
}

func tell(t *testing.T, s *store.Store, n *notify.Service, matter string, seq int, to ...string) {
	t.Helper()
	err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		return n.Tell(ctx, tx, notify.Telling{
			Tenant: home, Matter: matter, Seq: seq, To: to, Key: "report.told", Args: map[string]string{"who": "王师傅"},
			Link: "/report/" + matter, Event: notify.Event{Kind: "report", Verb: "raise", Number: "26-0001", Phase: "raised", Place: "桂花园 6号"},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPersonIsToldOnceAndTheReceiptSaysWhen(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		hub := live.New()
		n, ctx := service(s, hub), context.Background()
		l := hub.Listen(notify.Topic("ann"))
		tell(t, s, n, "m", 1, "ann", "ann", "bob")
		tell(t, s, n, "m", 1, "ann")
		<-l.C()
		if k, err := n.Unseen(ctx, home, "ann"); err != nil || k != 1 {
			t.Fatalf("unseen %d %v", k, err)
		}
		clock.Advance(time.Second)
		for _, err := range []error{n.Delivered(ctx, home, "ann"), n.Seen(ctx, home, "ann", "other"), n.Seen(ctx, home, "bob", "m")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		got, err := n.Receipts(ctx, home, "m")
		if err != nil || len(got) != 2 {
			t.Fatalf("receipts %+v %v", got, err)
		}
		ann, bob := got[0], got[1]
		if ann.Handed.IsZero() || !ann.Delivered.Equal(clock.Now()) || !ann.Seen.IsZero() || !bob.Seen.Equal(clock.Now()) {
			t.Fatalf("ann %+v, bob %+v", ann, bob)
		}
	})
}

func TestInboxIsPagedAndPrivate(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		n, ctx := service(s, live.New()), context.Background()
		for seq := range 5 {
			tell(t, s, n, "m", seq+1, "ann")
		}
		var seen []int
		for before := ""; ; {
			page, err := n.Inbox(ctx, home, "ann", before, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page {
				seen, before = append(seen, m.Seq), m.ID
			}
			if len(page) < 2 {
				break
			}
		}
		if len(seen) != 5 || seen[0] != 5 || seen[4] != 1 {
			t.Fatalf("paged %v", seen)
		}
		for _, other := range []struct {
			tenant store.Tenant
			person string
		}{{home, "bob"}, {"other", "ann"}} {
			if page, err := n.Inbox(ctx, other.tenant, other.person, "", 9); err != nil || len(page) != 0 {
				t.Errorf("%+v reads %d messages of ann's", other, len(page))
			}
		}
	})
}

type call struct {
	header http.Header
	body   string
}

// receiver is a program of the operator's: it answers with the statuses given,
// then 200.
func receiver(t *testing.T, statuses ...int) (*httptest.Server, chan call) {
	t.Helper()
	calls := make(chan call, 9)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		calls <- call{r.Header, string(b)}
		if len(statuses) > 0 {
			w.WriteHeader(statuses[0])
			statuses = statuses[1:]
		}
	}))
	t.Cleanup(srv.Close)
	return srv, calls
}

func TestWebhookIsSignedRetriedAndSaysNothingPersonal(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		srv, calls := receiver(t, 500)
		n, ctx := service(s, live.New(), strings.TrimPrefix(srv.URL, "http://")), context.Background()
		_, secret, err := n.AddHook(ctx, clerk(home), srv.URL+"/linli")
		if err != nil {
			t.Fatal(err)
		}
		runner, err := job.NewRunner(s, func() []store.Tenant { return []store.Tenant{home} }, slog.New(slog.DiscardHandler), n.Jobs()...)
		if err != nil {
			t.Fatal(err)
		}
		tell(t, s, n, "m", 1, "ann")
		for range 2 {
			if ran, err := runner.RunDue(ctx); err != nil || ran != 1 {
				t.Fatalf("ran %d %v", ran, err)
			}
			clock.Advance(time.Minute)
		}
		first, second := <-calls, <-calls
		if first.header.Get("Linli-Message") == "" || first.header.Get("Linli-Message") != second.header.Get("Linli-Message") {
			t.Error("a repeat must carry the same id")
		}
		if want := notify.Sign(secret, second.header.Get("Linli-Time"), []byte(second.body)); second.header.Get("Linli-Signature") != want {
			t.Error("signature does not fit")
		}
		var e notify.Event
		if err := json.Unmarshal([]byte(second.body), &e); err != nil || e.Number != "26-0001" || strings.Contains(second.body, "王") {
			t.Errorf("body %s %v", second.body, err)
		}
		got, err := n.Receipts(ctx, home, "m")
		if err != nil || len(got) != 2 || got[1].Attempts != 2 || got[1].Delivered.IsZero() || got[1].Trouble != "" {
			t.Fatalf("receipts %+v %v", got, err)
		}
	})
}

func TestWebhookGoesOnlyWhereTheOperatorAllows(t *testing.T) {
	s, _ := storetest.SQLite(t, rooms())
	n := service(s, live.New(), "hooks.example")
	for _, u := range []string{"http://127.0.0.1/", "https://hooks.example.evil/", "file:///etc/passwd", "https://me@hooks.example/", "::", "https://hooks.example:8443/"} {
		if _, _, err := n.AddHook(context.Background(), clerk(home), u); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", u, err)
		}
	}
}

func TestEndedWebhookIsNotCalled(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		srv, calls := receiver(t)
		n, ctx := service(s, live.New(), strings.TrimPrefix(srv.URL, "http://")), context.Background()
		h, _, err := n.AddHook(ctx, clerk(home), srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		tell(t, s, n, "m", 1, "ann")
		if err := n.EndHook(ctx, clerk("other"), h.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another neighbourhood ended it: %v", err)
		}
		if err := n.EndHook(ctx, clerk(home), h.ID); err != nil {
			t.Fatal(err)
		}
		runner, err := job.NewRunner(s, func() []store.Tenant { return []store.Tenant{home} }, slog.New(slog.DiscardHandler), n.Jobs()...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := runner.RunDue(ctx); err != nil || len(calls) != 0 {
			t.Fatalf("called %d times, %v", len(calls), err)
		}
		if entries, err := people.VerifyAudit(ctx, s.Reader(), home); err != nil || entries != 2 {
			t.Errorf("%d entries in the trail, want adding and ending: %v", entries, err)
		}
		if hooks, err := n.Hooks(ctx, home); err != nil || len(hooks) != 0 {
			t.Fatalf("hooks %v %v", hooks, err)
		}
	})
}

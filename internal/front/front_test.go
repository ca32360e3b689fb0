package front_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/test/furnished"
)

// house is the sample subdistrict with the kinds of trouble that are reported.
func house(t *testing.T) *furnished.House {
	t.Helper()
	h := furnished.Registers.SQLite(t)
	taken(h)
	return h
}

// taken takes the kinds of trouble in.
func taken(h *furnished.House) {
	h.T.Helper()
	_, err := h.Reports.ImportRegisters(context.Background(), demo.Data(), false)
	h.Must(err)
}

// lu lives in building 6.
func lu(h *furnished.House) people.Actor { return h.Actor("xiwu", "r0434") }

func contains(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func TestEverybodyIsLedToTheirOwnFirstPage(t *testing.T) {
	h := house(t)
	for _, tt := range []struct {
		b    furnished.Browser
		want string
	}{
		{h.Stranger(), "/sign-in"}, {h.Visit(h.Guard()), "/today"}, {h.Visit(h.Committee()), "/board"}, {h.Visit(h.Officer()), "/overview"},
	} {
		status, header, _ := tt.b.Answer("GET", "/", "", "")
		if status != http.StatusSeeOther || header.Get("Location") != tt.want {
			t.Errorf("%d to %q, want %s", status, header.Get("Location"), tt.want)
		}
	}
	contains(t, h.Visit(lu(h)).Must("/"), "静安桂花园", "早上好", "还没有上报过", "打给居委会", "tel:021-00009002")
	if status, header, _ := h.Visit(h.Officer()).Answer("GET", "/today", "", ""); status != http.StatusSeeOther || header.Get("Location") != "/overview" {
		t.Errorf("the office's day: %d to %q", status, header.Get("Location"))
	}
}

func TestCodeOnTheWallLeadsToItsPlace(t *testing.T) {
	h := house(t)
	five := h.Place("guihua-5").ID
	b := h.Visit(lu(h))
	status, header, _ := b.Answer("GET", "/q/"+five, "", "")
	if status != http.StatusSeeOther {
		t.Fatalf("scanned: %d", status)
	}
	contains(t, b.Must(header.Get("Location")), `name="place" value="`+five+`"`)
	guard := h.Visit(h.Guard())
	contains(t, guard.Must("/q/"+five+"/sheet"), "扫一扫", "/q/"+five)
	if _, header, body := guard.Answer("GET", "/q/"+five+"/code.png", "", ""); header.Get("Content-Type") != "image/png" || !strings.HasPrefix(body, "\x89PNG") {
		t.Error("the code is no picture")
	}
	if status, _ := h.Visit(h.Actor("yeqing", "s017")).Get("/q/" + five + "/sheet"); status != http.StatusNotFound {
		t.Errorf("staff of another neighbourhood: %d", status)
	}
}

func TestMessagesAreNotedAsDeliveredAndSeen(t *testing.T) {
	furnished.Each(t, messagesAreNoted)
}

func messagesAreNoted(t *testing.T, h *furnished.House) {
	taken(h)
	ctx, guard := context.Background(), h.Guard()
	status, at, _ := h.Visit(lu(h)).Send("/report", url.Values{"place": {h.Place("guihua-6").ID}, "category": {"corridor.clutter"}, "words": {"纸箱挡住消火栓"}, "key": {"k"}})
	path, _, _ := strings.Cut(at, "?")
	if status != http.StatusSeeOther || !strings.HasPrefix(path, "/report/") {
		t.Fatalf("reported: %d to %q", status, at)
	}
	b := h.Visit(guard)
	contains(t, b.Must("/inbox"), "有新的楼道堆物")
	b.Must(path)
	list, err := h.Notify.Inbox(ctx, guard.Tenant, guard.Person, "", 1)
	if err != nil || list[0].Delivered.IsZero() || list[0].Seen.IsZero() {
		t.Errorf("delivered %v, seen %v, %v", list[0].Delivered, list[0].Seen, err)
	}
	contains(t, h.Visit(h.Committee()).Must(path), "看过", "还没看")
}

// A place is chosen down to the building: who lives behind which door is
// nobody's to search.
func TestAPlaceToChooseIsABuilding(t *testing.T) {
	h := house(t)
	b := h.Visit(lu(h))
	six := h.Place("guihua-6").ID
	for _, query := range []string{"660弄6号", "660弄6号402"} {
		page := b.Must("/report/place?q=" + url.QueryEscape(query))
		contains(t, page, "/report/new?place="+six)
		if flat := h.Place("guihua-6-402").ID; strings.Contains(page, flat) {
			t.Errorf("%s leads to a flat", query)
		}
	}
	contains(t, b.Must("/report/place"), "小区公共地方", "/report/new?place="+six)
	contains(t, b.Must("/report/place?q="+url.QueryEscape("无此地")), "没有找到这个地址")
}

// Staff find those for whom they may write, and nobody else.
func TestStaffFindThoseOfTheirOwnPlaces(t *testing.T) {
	h := house(t)
	a := lu(h)
	at := "/report/desk?q=" + url.QueryEscape(a.Name)
	contains(t, h.Visit(h.Committee()).Must(at), "/report/desk?person="+a.Person)
	if page := h.Visit(h.Actor("yeqing", "s017")).Must(at); strings.Contains(page, a.Person) {
		t.Error("staff of another neighbourhood find them")
	}
	if status, _ := h.Visit(a).Get(at); status != http.StatusForbidden {
		t.Errorf("a resident at the desk: %d", status)
	}
}

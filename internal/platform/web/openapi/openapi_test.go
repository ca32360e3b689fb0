package openapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/openapi"
	"github.com/linli/linli/internal/platform/words"
)

type greetIn struct {
	Name  string `path:"name" maxLength:"5"`
	Times int    `query:"times" minimum:"1" default:"1"`
	Body  WireSaid
}

// WireSaid is what a greeting says.
type WireSaid struct {
	Words string `json:"words"`
}

type greetOut struct{ Body WireSaid }

func door(path string) openapi.Door {
	return openapi.Door{Method: "POST", Path: path, Access: web.Public, ID: strings.Trim(path, "/{}"), Summary: "Greets", MaxBody: 100}
}

func greet(_ context.Context, in *greetIn) (*greetOut, error) {
	switch in.Name {
	case "lost":
		return nil, fault.New(fault.NotFound, "fault.not_found")
	case "bad":
		return nil, errors.New("SECRET")
	}
	return &greetOut{WireSaid{strings.Repeat(in.Name+" "+in.Body.Words, in.Times)}}, nil
}

func serve(t *testing.T, b *openapi.Book) http.Handler {
	t.Helper()
	catalog, err := words.Load(words.Base())
	if err != nil {
		t.Fatal(err)
	}
	routes, err := b.Routes()
	if err != nil {
		t.Fatal(err)
	}
	m := web.New(web.Options{Words: catalog})
	m.Handle(routes...)
	return m.Handler()
}

func book() *openapi.Book {
	b := openapi.New(openapi.Options{Title: "t", Version: "1", Cookie: "c"})
	openapi.Add(b, door("/greet/{name}"), greet)
	return b
}

func TestAnswersAndFaults(t *testing.T) {
	h := serve(t, book())
	for name, c := range map[string]struct {
		target, body string
		want         int
		say          string
	}{
		"answer":     {"/greet/lu?times=2", `{"words":"hi"}`, 200, `{"words":"lu hilu hi"}`},
		"a fault":    {"/greet/lost", `{"words":"hi"}`, 404, `"code":"not_found"`},
		"an error":   {"/greet/bad", `{"words":"hi"}`, 500, `"code":"internal"`},
		"the path":   {"/greet/toolong", `{"words":"hi"}`, 422, `"name":"name"`},
		"the query":  {"/greet/lu?times=0", `{"words":"hi"}`, 422, `"name":"times"`},
		"the body":   {"/greet/lu", `{"words":1}`, 422, `"name":"words"`},
		"no JSON":    {"/greet/lu", `{`, 422, `"code":"invalid"`},
		"other type": {"/greet/lu", `<words/>`, 422, `"code":"invalid"`},
		"too large":  {"/greet/lu", `{"words":"` + strings.Repeat("x", 200) + `"}`, 413, `"code":"too_large"`},
	} {
		r := httptest.NewRequest("POST", c.target, strings.NewReader(c.body))
		r.Header.Set("Accept", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want || !strings.Contains(w.Body.String(), c.say) || strings.Contains(w.Body.String(), "SECRET") || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestDescriptionIsPublicAndHoldsNoFormButOurs(t *testing.T) {
	w := httptest.NewRecorder()
	serve(t, book()).ServeHTTP(w, httptest.NewRequest("GET", openapi.Path, nil))
	body := w.Body.String()
	for _, want := range []string{`"openapi":"3.1.0"`, `"/greet/{name}"`, `"Said"`, `"Problem"`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing in %s", want, body)
		}
	}
	if strings.Contains(body, "ErrorModel") || strings.Contains(body, "WireSaid") {
		t.Error(body)
	}
}

func TestAnAnswerMayWriteItself(t *testing.T) {
	b := openapi.New(openapi.Options{Title: "t", Version: "1"})
	d := door("/picture")
	d.Method, d.Answer = "GET", "image/jpeg"
	openapi.Add(b, d, func(context.Context, *struct{}) (*openapi.Stream, error) {
		return &openapi.Stream{Body: openapi.Serve(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "image/jpeg")
			_, _ = io.WriteString(w, "bytes of "+r.URL.Path)
		})}, nil
	})
	w := httptest.NewRecorder()
	serve(t, b).ServeHTTP(w, httptest.NewRequest("GET", "/picture", nil))
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/jpeg" || w.Body.String() != "bytes of /picture" {
		t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestOneDoorTwiceDoesNotStart(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("started")
		}
	}()
	openapi.Add(book(), door("/greet/{name}"), greet)
}

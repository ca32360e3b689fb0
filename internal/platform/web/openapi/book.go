package openapi

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
)

// Path is where the description lies.
const Path = "/api/openapi.json"

// Book is the operations of all rooms and their description.
type Book struct {
	api     huma.API
	problem *huma.Schema
	routes  []web.Route
}

// Options say what the description tells of the whole.
type Options struct {
	Title, Version, About string
	Cookie                string // name of the cookie a session lives in
}

// session is the one way of signing in, as the description names it.
const session = "session"

// New makes an empty book.
func New(o Options) *Book {
	schemas := huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		return strings.TrimPrefix(huma.DefaultSchemaNamer(t, hint), "Wire")
	})
	format := huma.Format{Marshal: marshal, Unmarshal: huma.DefaultJSONFormat.Unmarshal}
	b := &Book{}
	b.api = huma.NewAPI(huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: o.Title, Version: o.Version, Description: o.About},
			Components: &huma.Components{
				Schemas:         schemas,
				SecuritySchemes: map[string]*huma.SecurityScheme{session: {Type: "apiKey", In: "cookie", Name: o.Cookie}},
			},
		},
		Formats:       map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat: "application/json",
	}, adapter{b})
	b.problem = schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	return b
}

// Problem is every error's form, as the mux writes it.
type Problem struct {
	Code    string         `json:"code" enum:"invalid,not_found,forbidden,unsigned,conflict,gone,too_many,too_large,busy,internal" doc:"Kind of error; decides the status"`
	Message string         `json:"message" doc:"A sentence for a person, in the language asked for"`
	Number  string         `json:"number" doc:"To quote when asking for help"`
	Fields  []ProblemField `json:"fields,omitempty" doc:"What is wrong with which field"`
}

// ProblemField is one wrong field.
type ProblemField struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

// Door is one operation.
type Door struct {
	Method, Path string
	Access       string // a row of the access table, or web.Public
	ID           string // unique, such as report-create
	Summary      string
	About        string
	Status       int    // of success; 0: 200, or 204 where nothing is answered
	MaxBody      int64  // bytes; 0: 1 MiB
	Answer       string // media type of an answer that is no JSON, such as image/jpeg
}

// bodyMost is how many bytes a body may have unless the door says otherwise.
const bodyMost = 1 << 20

// Add adds an operation. An ID or path used twice, or a type that cannot be
// described, panics: the program must not start with it.
func Add[In, Out any](b *Book, d Door, do func(context.Context, *In) (*Out, error)) {
	op := huma.Operation{
		Method: d.Method, Path: d.Path, OperationID: d.ID, Summary: d.Summary, Description: d.About, DefaultStatus: d.Status,
		MaxBodyBytes: cmp.Or(d.MaxBody, bodyMost), BodyReadTimeout: -1, // the server's own limit holds
		Metadata: map[string]any{accessKey: d.Access},
		Responses: map[string]*huma.Response{"default": {
			Description: "Error", Content: map[string]*huma.MediaType{"application/json": {Schema: b.problem}},
		}},
	}
	if d.Access != web.Public {
		op.Security = []map[string][]string{{session: {}}}
	}
	if d.Answer != "" {
		op.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{d.Answer: {}}}
	}
	huma.Register(b.api, op, func(ctx context.Context, in *In) (*Out, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, failure{fault.As(err)}
		}
		return out, nil
	})
}

// Routes are the doors of all operations and the description's own.
func (b *Book) Routes() ([]web.Route, error) {
	doc, err := b.Describe()
	if err != nil {
		return nil, err
	}
	return append(b.routes, web.Route{Pattern: "GET " + Path, Access: web.Public, Do: func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, err := w.Write(doc)
		return err
	}}), nil
}

// Describe is the description as JSON.
func (b *Book) Describe() ([]byte, error) {
	doc := b.api.OpenAPI()
	for _, unused := range []string{"ErrorModel", "ErrorDetail"} { // huma's own form of errors, which never leaves
		delete(doc.Components.Schemas.Map(), unused)
	}
	out, err := doc.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	return out, nil
}

// Serve lets an answer be written by hand, such as a picture: put the func it
// returns into a field Body of type func(huma.Context) of Out.
func Serve(write func(http.ResponseWriter, *http.Request)) func(huma.Context) {
	return func(c huma.Context) {
		r, w := humago.Unwrap(c)
		write(w, r)
	}
}

// Stream is an Out that writes itself.
type Stream struct{ Body func(huma.Context) }

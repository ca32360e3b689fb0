// Package openapi is the door for programs that speak JSON: rooms add their
// operations, and the description of all of them writes itself.
//
//	Add(book, Door{Method, Path, Access, …}, func(ctx, *In) (*Out, error))
//	      │                                        │
//	      ▼                                        ▼
//	a web.Route with its access            fault ─▶ the mux: one table of statuses,
//	and a line of the description                   one form of errors, one log
//
// In says by its tags what is read from the path, the query, the headers and
// the body, and within which limits; what does not fit is refused before the
// func is asked, field by field. Out says the answer. Both are what
// github.com/danielgtaylor/huma understands.
//
// The description is OpenAPI 3.1 at /api/openapi.json. There is no page that
// shows it, because such pages load from elsewhere.
package openapi

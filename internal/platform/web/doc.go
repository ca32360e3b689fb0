// Package web is the door for people and programs that speak HTTP.
//
// A room lists its routes in one func; each route names the access it needs,
// and a route without one does not start. The mux puts the same frame around
// all of them:
//
//	request ─▶ number, panic guard, security headers, other sites refused
//	        ─▶ language, look (light, dark, large type) ─▶ a limit around the body
//	        ─▶ who is asking ─▶ may they ─▶ the form is read ─▶ handler
//	handler error ─▶ one table: status, sentence, number to quote; cause to the log
//
// A body is a form of at most 256 KiB unless its route declares more; of a GET
// the query alone counts. What is larger waits on disk in an [Intake], under one
// budget for the whole program, and what has to be read whole holds memory
// first: a sender that finds no place in time is told busy and to ask again. A sender
// that hangs up counts as 499, never as a mistake of ours.
//
// Nothing personal is written to the log: a line has the route's pattern,
// never the path, and no query.
//
// Pages work without JavaScript. A page that is open is told of changes by
// [Stream], which sends the page's own changing part whole.
package web

// Package web is the door for people and programs that speak HTTP.
//
// A room lists its routes in one func; each route names the access it needs,
// and a route without one does not start. The mux puts the same frame around
// all of them:
//
//	request ─▶ number, panic guard, security headers, other sites refused
//	        ─▶ language, look (light, dark, large type) ─▶ who is asking ─▶ may they ─▶ handler
//	handler error ─▶ one table: status, sentence, number to quote; cause to the log
//
// Nothing personal is written to the log: a line has the route's pattern,
// never the path, and no query.
//
// Pages work without JavaScript. A page that is open is told of changes by
// [Stream], which sends the page's own changing part whole.
package web

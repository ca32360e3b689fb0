package web

import (
	"net/http"
	"strings"
)

// onlyHTTPS has a browser come by https alone for a year from its last visit (RFC
// 6797). It says nothing of other hosts of the domain: those are not ours.
const onlyHTTPS = "max-age=31536000"

// byHTTPS reports whether a request came by https: to this program, or to a proxy
// in front of it that says so, or says nothing where https is the address people
// are given. A browser takes the header by https only (RFC 6797, 8.1).
func (o *Options) byHTTPS(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if said := r.Header.Values("X-Forwarded-Proto"); o.Proxied && len(said) > 0 {
		hops := strings.Split(said[len(said)-1], ",") // the last is the nearest proxy's
		return strings.EqualFold(strings.TrimSpace(hops[len(hops)-1]), "https")
	}
	return strings.HasPrefix(strings.ToLower(o.Public), "https://")
}

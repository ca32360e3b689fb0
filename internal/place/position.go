package place

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/linli/linli/internal/platform/fault"
)

// Position is a point on the earth (位置): WGS84, in units of 0.0000001°,
// about one centimetre. Chinese maps show points some hundred metres off
// (GCJ-02); such a point is no Position until it was turned back.
type Position struct{ Lat, Long int64 }

// perDegree is how many units of a Position make a degree.
const perDegree = 10_000_000

// Keys of a position among the facts of a place.
const (
	factLat  = "lat"
	factLong = "long"
)

// ParsePosition reads decimal degrees such as 31.2304 and 121.4737; anything
// else is an invalid fault.
func ParsePosition(lat, long string) (Position, error) {
	y, fine := degrees(lat, 90)
	x, too := degrees(long, 180)
	if !fine || !too {
		return Position{}, fault.New(fault.Invalid, "place.position")
	}
	return Position{y, x}, nil
}

func degrees(s string, most float64) (int64, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 40 || strings.Trim(s, "+-.0123456789") != "" {
		return 0, false
	}
	d, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(d) > most {
		return 0, false
	}
	return int64(math.Round(d * perDegree)), true
}

// Texts are latitude and longitude in decimal degrees, without zeros at their
// ends.
func (p Position) Texts() (lat, long string) { return degreesText(p.Lat), degreesText(p.Long) }

func degreesText(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return sign + strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%07d", n/perDegree, n%perDegree), "0"), ".")
}

// Blurred is the position to four decimals, about ten metres: the house, not
// the window.
func (p Position) Blurred() Position {
	const step = perDegree / 10_000
	round := func(n int64) int64 { return int64(math.Round(float64(n)/step)) * step }
	return Position{round(p.Lat), round(p.Long)}
}

// Metres is the distance to another position, good to a few in a thousand for
// what lies in one city.
func (p Position) Metres(q Position) float64 {
	const metresPerDegree = 111_195
	north := float64(p.Lat-q.Lat) / perDegree
	east := float64(p.Long-q.Long) / perDegree
	if math.Abs(east) > 180 {
		east = 360 - math.Abs(east)
	}
	east *= math.Cos(float64(p.Lat+q.Lat) / 2 / perDegree * math.Pi / 180)
	return math.Hypot(north, east) * metresPerDegree
}

// Facts are the position as facts of a place.
func (p Position) Facts() []string {
	lat, long := p.Texts()
	return []string{factLat, lat, factLong, long}
}

// Position is where the register says a place lies, if it does.
func (n Node) Position() (Position, bool) {
	if n.Facts[factLat] == "" {
		return Position{}, false
	}
	p, err := ParsePosition(n.Facts[factLat], n.Facts[factLong])
	return p, err == nil
}

// Nearest is the compound or building of these tenants that lies nearest to a
// position, and how many metres off. Where the register knows no positions
// it is not found.
func (s *Service) Nearest(ctx context.Context, tenants []Tenant, p Position) (nearest Node, metres float64, err error) {
	metres = math.Inf(1)
	for _, t := range tenants {
		nodes, err := nodesOf(s.read().Standing(ctx, t.ID))
		if err != nil {
			return Node{}, 0, fmt.Errorf("nearest place: %w", err)
		}
		for _, n := range nodes {
			if at, known := n.Position(); known && at.Metres(p) < metres {
				nearest, metres = n, at.Metres(p)
			}
		}
	}
	if nearest.ID == "" {
		return Node{}, 0, fault.New(fault.NotFound, "fault.not_found")
	}
	return nearest, metres, nil
}

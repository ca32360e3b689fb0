package opinion

import (
	"cmp"
	"math"
	"slices"
)

// point is a place on the map.
type point struct{ x, y float64 }

// squared returns the squared distance.
func (p point) squared(q point) float64 {
	dx, dy := p.x-q.x, p.y-q.y
	return dx*dx + dy*dy
}

// spot is a place where one or several people stand.
type spot struct {
	point
	weight int
}

// finest is the number of distinct spots up to which silhouettes and first
// centres are exact. Above it they are taken on a grid of cells, [gridSide] on
// each side, each cell standing at the mean of its people.
const (
	gridSide = 32
	finest   = gridSide * gridSide
)

// plane is the map's people as spots in a canonical order, by place and not by
// person, so that names have no influence.
type plane struct {
	spots  []spot
	coarse []spot // the spots themselves when there are few
}

// newPlane gathers points into spots and returns for each point its spot.
func newPlane(points []point) (*plane, []int) {
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(points[a].x, points[b].x), cmp.Compare(points[a].y, points[b].y))
	})
	p := &plane{}
	spotOf := make([]int, len(points))
	for _, i := range order {
		if n := len(p.spots); n == 0 || p.spots[n-1].point != points[i] {
			p.spots = append(p.spots, spot{point: points[i]})
		}
		p.spots[len(p.spots)-1].weight++
		spotOf[i] = len(p.spots) - 1
	}
	p.coarse = coarsen(p.spots)
	return p, spotOf
}

// coarsen merges many spots into the occupied cells of a grid.
func coarsen(spots []spot) []spot {
	if len(spots) <= finest {
		return spots
	}
	low, high := spots[0].point, spots[0].point
	for _, s := range spots {
		low = point{min(low.x, s.x), min(low.y, s.y)}
		high = point{max(high.x, s.x), max(high.y, s.y)}
	}
	cells := make([]spot, finest)
	for _, s := range spots {
		cell := &cells[gridIndex(s.x, low.x, high.x)*gridSide+gridIndex(s.y, low.y, high.y)]
		cell.x += s.x * float64(s.weight)
		cell.y += s.y * float64(s.weight)
		cell.weight += s.weight
	}
	cells = slices.DeleteFunc(cells, func(s spot) bool { return s.weight == 0 })
	for i, s := range cells {
		cells[i].point = point{s.x / float64(s.weight), s.y / float64(s.weight)}
	}
	return cells
}

// gridIndex returns the cell of v between low and high.
func gridIndex(v, low, high float64) int {
	if high <= low {
		return 0
	}
	return min(gridSide-1, int(gridSide*(v-low)/(high-low)))
}

// partition divides the spots of a plane into clusters.
type partition struct {
	centres    []point
	cluster    []int   // by spot
	inertia    float64 // sum of squared distances to the centre, each person once
	silhouette float64
}

// lloyd runs k-means (S. Lloyd, 1957) from the given centres until nobody
// changes cluster. ok is false when a cluster ran empty.
func lloyd(spots []spot, centres []point) (p partition, ok bool) {
	p = partition{centres: slices.Clone(centres), cluster: make([]int, len(spots))}
	for round := range 200 {
		moved := p.assign(spots)
		if round > 0 && !moved {
			break
		}
		if !p.recentre(spots) {
			return p, false
		}
	}
	for i, s := range spots {
		p.inertia += float64(s.weight) * s.squared(p.centres[p.cluster[i]])
	}
	return p, true
}

// assign puts each spot to the nearest centre, the first of equally near ones,
// and reports whether any moved.
func (p *partition) assign(spots []spot) bool {
	moved := false
	for i, s := range spots {
		near, least := 0, math.Inf(1)
		for c, centre := range p.centres {
			if d := s.squared(centre); d < least {
				near, least = c, d
			}
		}
		if p.cluster[i] != near {
			p.cluster[i], moved = near, true
		}
	}
	return moved
}

// recentre moves each centre to the mean of its people; false when it has none.
func (p *partition) recentre(spots []spot) bool {
	sums := make([]spot, len(p.centres))
	for i, s := range spots {
		sum := &sums[p.cluster[i]]
		sum.x += s.x * float64(s.weight)
		sum.y += s.y * float64(s.weight)
		sum.weight += s.weight
	}
	for c, sum := range sums {
		if sum.weight == 0 {
			return false
		}
		p.centres[c] = point{sum.x / float64(sum.weight), sum.y / float64(sum.weight)}
	}
	return true
}

// seeds returns first centres for 1 … most clusters. Each list grows from the
// one before by the spot that would lower the inertia most, followed by k-means:
// no chance is involved and the result is close to the best there is (fast
// global k-means; Likas, Vlassis, Verbeek, Pattern Recognition 36, 2003).
func (pl *plane) seeds(most int) [][]point {
	lists := [][]point{{{}}}
	p, _ := lloyd(pl.coarse, lists[0])
	lists[0] = p.centres
	for len(lists) < most {
		next := append(slices.Clone(p.centres), pl.newcomer(p))
		grown, ok := lloyd(pl.coarse, next)
		if !ok {
			break
		}
		p = grown
		lists = append(lists, p.centres)
	}
	return lists
}

// newcomer returns the spot whose addition as a centre saves most.
func (pl *plane) newcomer(p partition) point {
	own := make([]float64, len(pl.coarse))
	for i, s := range pl.coarse {
		own[i] = s.squared(p.centres[p.cluster[i]])
	}
	var chosen point
	most := math.Inf(-1)
	for _, candidate := range pl.coarse {
		saved := 0.0
		for i, s := range pl.coarse {
			if d := own[i] - s.squared(candidate.point); d > 0 {
				saved += d * float64(s.weight)
			}
		}
		if saved > most {
			chosen, most = candidate.point, saved
		}
	}
	return chosen
}

// rate computes for each partition the mean silhouette of all people (P.
// Rousseeuw, J. Comput. Appl. Math. 20, 1987): for each person (b − a)/max(a, b),
// where a is the mean distance to the others of the same cluster and b the
// smallest mean distance to another cluster; 0 for a person alone in a cluster.
func (pl *plane) rate(partitions []partition) {
	n := len(pl.coarse)
	cluster, size, far := make([][]int, len(partitions)), make([][]int, len(partitions)), make([][]float64, len(partitions))
	for q, p := range partitions {
		on := partition{centres: p.centres, cluster: make([]int, n)}
		on.assign(pl.coarse)
		cluster[q] = on.cluster
		size[q], far[q] = make([]int, len(p.centres)), make([]float64, len(p.centres))
		for i, s := range pl.coarse {
			size[q][on.cluster[i]] += s.weight
		}
	}
	people := 0
	for i, s := range pl.coarse {
		people += s.weight
		for q := range far {
			clear(far[q])
		}
		for j, t := range pl.coarse {
			d := float64(t.weight) * math.Sqrt(s.squared(t.point))
			for q := range far {
				far[q][cluster[q][j]] += d
			}
		}
		for q := range partitions {
			partitions[q].silhouette += float64(s.weight) * outline(far[q], size[q], cluster[q][i])
		}
	}
	for q := range partitions {
		partitions[q].silhouette /= float64(people)
	}
}

// outline returns one person's silhouette from the sums of distances to each
// cluster.
func outline(far []float64, size []int, own int) float64 {
	if size[own] <= 1 {
		return 0
	}
	a, b := far[own]/float64(size[own]-1), math.Inf(1)
	for c, sum := range far {
		if c != own && size[c] > 0 {
			b = min(b, sum/float64(size[c]))
		}
	}
	if math.IsInf(b, 1) || max(a, b) == 0 {
		return 0
	}
	return (b - a) / max(a, b)
}

// Thresholds of stability. A new partition replaces the previous one's only
// when its inertia is lower by more than a fiftieth, and another number of
// groups only when its silhouette is higher by more than two hundredths, so
// that groups do not come and go with single votes.
const (
	betterInertia    = 0.98
	betterSilhouette = 0.02
)

// divide chooses the partition into 2 … most clusters with the best silhouette.
// previous holds the present centres of the previous groups, or nothing. The
// result has no centres when all people stand on one spot.
func (pl *plane) divide(most int, previous []point) partition {
	var tried []partition
	for _, centres := range pl.seeds(min(most, len(pl.spots)))[1:] {
		p, ok := lloyd(pl.spots, centres)
		if len(previous) == len(centres) {
			p, ok = pl.keep(p, ok, previous)
		}
		if ok {
			tried = append(tried, p)
		}
	}
	pl.rate(tried)
	var chosen partition
	lead := 0.0 // what the previous number of groups has in advance
	for _, p := range tried {
		own := 1e-9 * float64(-len(p.centres)) // of equal ones the smallest
		if len(p.centres) == len(previous) {
			own = betterSilhouette
		}
		if chosen.centres == nil || p.silhouette+own > chosen.silhouette+lead {
			chosen, lead = p, own
		}
	}
	return chosen
}

// keep prefers the partition that grows from the previous groups to a fresh one
// unless the fresh one is clearly better.
func (pl *plane) keep(fresh partition, ok bool, previous []point) (partition, bool) {
	old, stands := lloyd(pl.spots, previous)
	if stands && (!ok || fresh.inertia >= betterInertia*old.inertia) {
		return old, true
	}
	return fresh, ok
}

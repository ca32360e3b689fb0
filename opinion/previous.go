package opinion

import "slices"

// formerGroups returns for each chosen place the group its participant had in
// the previous map, −1 for none.
func formerGroups(places []Place, chosen []int, previous *Map) []int {
	before := make(map[ID]int, len(previous.Places))
	for _, p := range previous.Places {
		before[p.Participant] = p.Group
	}
	old := make([]int, len(chosen))
	for i, at := range chosen {
		group, known := before[places[at].Participant]
		if !known {
			group = -1
		}
		old[i] = group
	}
	return old
}

// formerCentres returns where the people of each previous group stand now, or
// nothing when one of them has nobody left. Starting from people and not from
// coordinates makes it harmless that the axes have turned.
func formerCentres(pl *plane, spotOf, old []int, groups int) []point {
	weight := make([][]int, groups)
	for g := range weight {
		weight[g] = make([]int, len(pl.spots))
	}
	for i, g := range old {
		if g >= 0 {
			weight[g][spotOf[i]]++
		}
	}
	var centres []point
	for _, w := range weight {
		var sum spot
		for i, n := range w {
			sum.x += pl.spots[i].x * float64(n)
			sum.y += pl.spots[i].y * float64(n)
			sum.weight += n
		}
		if sum.weight == 0 {
			return nil
		}
		centres = append(centres, point{sum.x / float64(sum.weight), sum.y / float64(sum.weight)})
	}
	return centres
}

// overlaps counts for each of k clusters and each previous group the people in
// both.
func overlaps(cluster, old []int, k int) [][]int {
	groups := 1 + slices.Max(old)
	both := make([][]int, k)
	for c := range both {
		both[c] = make([]int, groups)
	}
	for i, g := range old {
		if g >= 0 {
			both[cluster[i]][g]++
		}
	}
	return both
}

// matched returns the clusters in the order of the previous groups they share
// most people with, the largest shares first; -1 for a number nobody keeps.
func matched(overlap [][]int, k int) []int {
	order := slices.Repeat([]int{-1}, k)
	taken := make([]bool, k)
	for range k {
		cluster, number, largest := -1, -1, 0
		for c, shares := range overlap {
			for g, n := range shares[:min(k, len(shares))] {
				if !taken[c] && order[g] < 0 && n > largest {
					cluster, number, largest = c, g, n
				}
			}
		}
		if cluster < 0 {
			break
		}
		order[number], taken[cluster] = cluster, true
	}
	return order
}

// fillGaps gives the clusters without a number the free ones, in the canonical
// order.
func fillGaps(order, canonical []int) []int {
	filled := slices.Clone(order)
	for _, c := range canonical {
		if !slices.Contains(filled, c) {
			filled[slices.Index(filled, -1)] = c
		}
	}
	return filled
}

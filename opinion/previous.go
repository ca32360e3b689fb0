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

// overlaps counts for each cluster and previous group the people in both; nil
// without a previous map.
func overlaps(cluster, old []int, k int) [][]int {
	groups := 1 + slices.Max(old)
	if groups == 0 {
		return nil
	}
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

// matched orders the clusters so that each keeps the number of the previous
// group it shares most people with; the rest fill the gaps in the given order.
func matched(overlap [][]int, order []int) []int {
	k := len(order)
	result := make([]int, k)
	for r := range result {
		result[r] = -1
	}
	taken := make([]bool, k)
	for range k {
		cluster, number, most := -1, -1, 0
		for _, c := range order {
			for g, n := range overlap[c] {
				if g < k && !taken[c] && result[g] < 0 && n > most {
					cluster, number, most = c, g, n
				}
			}
		}
		if cluster < 0 {
			break
		}
		result[number], taken[cluster] = cluster, true
	}
	for _, c := range order {
		if !taken[c] {
			result[slices.Index(result, -1)] = c
		}
	}
	return result
}

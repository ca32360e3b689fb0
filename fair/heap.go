package fair

// priced is a row, or a class, and what orders it.
type priced struct {
	price int64
	row   int32
}

// heap has the least price first.
type heap []priced

func (h *heap) push(price int64, row int32) {
	all := append(*h, priced{price, row})
	x := len(all) - 1
	for x > 0 && all[x].price < all[(x-1)/2].price {
		all[x], all[(x-1)/2] = all[(x-1)/2], all[x]
		x = (x - 1) / 2
	}
	*h = all
}

func (h *heap) pop() priced {
	all := *h
	top, last := all[0], len(all)-1
	all[0] = all[last]
	all = all[:last]
	x := 0
	for {
		least := x
		for child := 2*x + 1; child <= 2*x+2 && child < len(all); child++ {
			if all[child].price < all[least].price {
				least = child
			}
		}
		if least == x {
			break
		}
		all[x], all[least] = all[least], all[x]
		x = least
	}
	*h = all
	return top
}

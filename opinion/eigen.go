package opinion

import (
	"cmp"
	"math"
	"slices"
)

// symmetric is a dense symmetric matrix, row by row.
type symmetric struct {
	size int
	at   []float64
}

// newSymmetric returns a zero matrix.
func newSymmetric(size int) *symmetric {
	return &symmetric{size: size, at: make([]float64, size*size)}
}

// set writes the entry and its mirror.
func (g *symmetric) set(j, k int, v float64) {
	g.at[j*g.size+k], g.at[k*g.size+j] = v, v
}

// row returns row j.
func (g *symmetric) row(j int) []float64 { return g.at[j*g.size : (j+1)*g.size] }

// trace returns the sum of the diagonal: the whole variance.
func (g *symmetric) trace() float64 {
	sum := 0.0
	for j := range g.size {
		sum += g.at[j*g.size+j]
	}
	return sum
}

// times returns the product with a vector.
func (g *symmetric) times(x []float64) []float64 {
	y := make([]float64, g.size)
	for j := range y {
		y[j] = dot(g.row(j), x)
	}
	return y
}

// eigenpair is an eigenvalue and its vector of length 1.
type eigenpair struct {
	value  float64
	vector []float64
}

// dense is the size up to which all eigenvectors are computed at once.
const dense = 32

// leading returns the two leading eigenpairs of a positive semidefinite
// matrix. A pair with nothing left to explain has value 0 and a zero vector.
// start may hold vectors to begin from; without them the result depends on the
// matrix alone.
func (g *symmetric) leading(start [][]float64) [2]eigenpair {
	var pairs [2]eigenpair
	floor := 1e-12 * g.trace()
	if g.size <= dense {
		for i, p := range g.jacobi()[:min(2, g.size)] {
			pairs[i] = p
		}
	} else {
		var found [][]float64
		for i := range pairs {
			var from []float64
			if i < len(start) {
				from = start[i]
			}
			pairs[i] = g.climb(from, found)
			found = append(found, pairs[i].vector)
		}
	}
	for i, p := range pairs {
		if p.vector == nil || p.value <= floor {
			pairs[i] = eigenpair{0, make([]float64, g.size)}
		}
	}
	return pairs
}

// jacobi returns all eigenpairs, largest value first, by Jacobi's rotations
// (Golub and Van Loan, Matrix Computations, section 8.5). For small matrices.
func (g *symmetric) jacobi() []eigenpair {
	n := g.size
	a := &symmetric{size: n, at: slices.Clone(g.at)}
	vectors := newSymmetric(n)
	for i := range n {
		vectors.at[i*n+i] = 1
	}
	for range 60 {
		rotated := false
		for p := range n {
			for q := p + 1; q < n; q++ {
				rotated = a.rotate(vectors, p, q) || rotated
			}
		}
		if !rotated {
			break
		}
	}
	pairs := make([]eigenpair, n)
	for i := range n {
		pairs[i] = eigenpair{a.at[i*n+i], vectors.row(i)}
	}
	slices.SortStableFunc(pairs, func(x, y eigenpair) int { return cmp.Compare(y.value, x.value) })
	return pairs
}

// rotate makes the entry p, q zero and turns the rows of vectors with it. It
// reports false when the entry was as good as zero.
func (g *symmetric) rotate(vectors *symmetric, p, q int) bool {
	n := g.size
	app, aqq, apq := g.at[p*n+p], g.at[q*n+q], g.at[p*n+q]
	if math.Abs(apq) <= 1e-17*(math.Abs(app)+math.Abs(aqq)) {
		return false
	}
	tau := (aqq - app) / (2 * apq)
	t := math.Copysign(1, tau) / (math.Abs(tau) + math.Hypot(1, tau))
	c := 1 / math.Hypot(1, t)
	s := t * c
	for k := range n {
		if k == p || k == q {
			continue
		}
		akp, akq := g.at[k*n+p], g.at[k*n+q]
		g.set(k, p, c*akp-s*akq)
		g.set(k, q, s*akp+c*akq)
	}
	g.set(p, p, app-t*apq)
	g.set(q, q, aqq+t*apq)
	g.set(p, q, 0)
	turn(vectors.row(p), vectors.row(q), c, s)
	return true
}

// turn rotates two vectors into each other.
func turn(x, y []float64, c, s float64) {
	for i := range x {
		x[i], y[i] = c*x[i]-s*y[i], s*x[i]+c*y[i]
	}
}

// climber is one direction and its image under the matrix, which follows every
// linear step so that a step costs one product only.
type climber struct{ vec, img []float64 }

// add adds f times another direction.
func (d climber) add(f float64, o climber) {
	axpy(d.vec, f, o.vec)
	axpy(d.img, f, o.img)
}

// scale multiplies by f.
func (d climber) scale(f float64) {
	scale(d.vec, f)
	scale(d.img, f)
}

// climb finds the leading eigenpair orthogonal to the vectors already found, by
// the power iteration's faster relative: each step takes the best vector in the
// space of the present one, its residual and the last step (locally optimal
// conjugate gradient; A. Knyazev, SIAM J. Sci. Comput. 23, 2001).
func (g *symmetric) climb(start []float64, found [][]float64) eigenpair {
	x := g.begin(start, found)
	var last []climber
	for step := range 2000 {
		if step%40 == 39 { // wash out the rounding the images gathered
			x.img, last = g.times(x.vec), nil
		}
		value := dot(x.vec, x.img)
		r := slices.Clone(x.img)
		axpy(r, -value, x.vec)
		clearOf(r, found)
		if norm(r) <= 1e-12*value {
			break
		}
		scale(r, 1/norm(r))
		x, last = best(x, append([]climber{g.direction(r)}, last...))
	}
	return eigenpair{dot(x.vec, x.img), x.vec}
}

// begin returns the first direction of a climb: the given vector, slightly
// stirred so that it is never caught on a lesser eigenvector.
func (g *symmetric) begin(start []float64, found [][]float64) climber {
	x := make([]float64, g.size)
	stir := 1.0
	if start != nil && norm(start) > 0 {
		copy(x, start)
		stir = 1e-6
	}
	for i := range x { // the golden ratio's multiples fill [-½, ½) evenly
		_, part := math.Modf(float64(i+1) * math.Phi)
		x[i] += stir * (part - 0.5)
	}
	clearOf(x, found)
	scale(x, 1/norm(x))
	return g.direction(x)
}

// direction returns the vector with its image.
func (g *symmetric) direction(x []float64) climber { return climber{x, g.times(x)} }

// best returns the unit vector of the space of x and others on which the matrix
// is largest, and the step that led there from x.
func best(x climber, others []climber) (climber, []climber) {
	basis := []climber{x}
	for _, o := range others {
		for range 2 { // twice is enough for orthogonality to rounding
			for _, b := range basis {
				o.add(-dot(b.vec, o.vec), b)
			}
		}
		if length := norm(o.vec); length > 1e-14 {
			o.scale(1 / length)
			basis = append(basis, o)
		}
	}
	small := newSymmetric(len(basis))
	for i, a := range basis {
		for j, b := range basis[:i+1] {
			small.set(i, j, dot(a.vec, b.img))
		}
	}
	weight := small.jacobi()[0].vector
	step := climber{make([]float64, len(x.vec)), make([]float64, len(x.vec))}
	for i, b := range basis[1:] {
		step.add(weight[i+1], b)
	}
	next := climber{slices.Clone(step.vec), slices.Clone(step.img)}
	next.add(weight[0], x)
	next.scale(1 / norm(next.vec))
	return next, []climber{step}
}

// clearOf makes x orthogonal to unit vectors.
func clearOf(x []float64, units [][]float64) {
	for range 2 {
		for _, u := range units {
			axpy(x, -dot(u, x), u)
		}
	}
}

// dot returns the inner product, in four sums so that they can run side by side.
func dot(x, y []float64) float64 {
	var a, b, c, d float64
	y = y[:len(x)]
	for len(x) >= 4 && len(y) >= 4 {
		a += x[0] * y[0]
		b += x[1] * y[1]
		c += x[2] * y[2]
		d += x[3] * y[3]
		x, y = x[4:], y[4:]
	}
	for i := range x {
		a += x[i] * y[i]
	}
	return (a + b) + (c + d)
}

// axpy adds f times y to x.
func axpy(x []float64, f float64, y []float64) {
	for i := range x {
		x[i] += f * y[i]
	}
}

// scale multiplies x by f.
func scale(x []float64, f float64) {
	for i := range x {
		x[i] *= f
	}
}

// norm returns the length of x.
func norm(x []float64) float64 { return math.Sqrt(dot(x, x)) }

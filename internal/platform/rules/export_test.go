package rules

// Bind makes a book with overrides, the oldest first.
func Bind(entries []Override) Book { return bind(entries) }

// Said are all texts by kind and key, each with how often it is written.
func Said() map[[2]string]bool {
	all := map[[2]string]bool{}
	for t := range texts() {
		all[[2]string{t.kind, t.key}] = true
	}
	return all
}

// Place is the region as the file writes it.
func (r Row) Place() string { return r.place }

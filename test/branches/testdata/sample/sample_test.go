package sample

import "testing"

func TestSort(t *testing.T) {
	for _, c := range []struct {
		n       int
		on, off bool
		want    string
	}{
		{-1, false, false, "negative"}, {0, true, false, "on"}, {0, true, true, "either"}, {0, false, true, "either"}, {0, false, false, "none"}, {2, false, false, "rest"},
	} {
		if got := sort(c.n, c.on, c.off); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

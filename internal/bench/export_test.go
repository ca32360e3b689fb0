package bench

import (
	"context"
	"time"
)

// For the black box tests.

// FilesNamed are the files that a page loads by itself.
func FilesNamed(page string) []string { return named([]byte(page)) }

// Furnish fills a folder and returns how many are signed in.
func Furnish(ctx context.Context, dir string, past int) (int, error) {
	h, err := furnish(ctx, dir, past)
	return len(h.homes), err
}

// FirstCore divides a list of cores.
func FirstCore(list string) (first, other string) { return firstCore(list) }

// PartsNamed are the parts that the help of a bench names.
func PartsNamed(help string) []string { return partsNamed(help) }

// Compared are rounds of this program beside those of another.
func Compared(ours, theirs []Metric, why string) []Metric { return compared(ours, theirs, why) }

// NoisePicture is a photograph of noise.
func NoisePicture(seed uint64) ([]byte, error) { return noisePicture(seed) }

// Quantiles are the median and the 99th percentile of times.
func Quantiles(took ...time.Duration) (p50, p99 float64, err error) {
	t, err := tallied(time.Second, took)
	if err != nil {
		return 0, 0, err
	}
	m := t.metric("", "")
	return m.P50, m.P99, nil
}

// Drive drives one sender and returns how often it acted.
func Drive(ctx context.Context, span time.Duration, do func(n int) error) (int, error) {
	t, err := drive(ctx, 1, span, func(_ context.Context, _, n int) error { return do(n) })
	return len(t.took), err
}

//go:build !chaos

package chaos_test

// usualKills of a run that everybody waits for.
const usualKills = 3

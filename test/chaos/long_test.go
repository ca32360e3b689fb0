//go:build chaos

package chaos_test

// usualKills of a long run, as promised: nothing is lost in twenty.
const usualKills = 20

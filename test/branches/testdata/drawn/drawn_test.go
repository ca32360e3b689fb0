package drawn

import (
	"testing"

	"pgregory.net/rapid"
)

func TestRare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { rare(rapid.Uint32().Draw(t, "x")) })
}

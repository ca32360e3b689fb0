package inbox_test

import (
	"errors"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
)

// A credential that ends while it is being verified is not remembered.
func TestPassThatEndsWhileItIsAskedForIsAskedForAgain(t *testing.T) {
	p, refused := inbox.NewPasses(10*time.Minute, time.Now), errors.New("it has ended")
	_, err := p.Of("password", func() (inbox.Credential, error) {
		p.Forget("b1")
		return inbox.Credential{Device: "b1"}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Of("password", func() (inbox.Credential, error) { return inbox.Credential{}, refused }); !errors.Is(err, refused) {
		t.Errorf("it is let in again: %v", err)
	}
	if _, err := p.Of("other", func() (inbox.Credential, error) { return inbox.Credential{Device: "b2"}, nil }); err != nil {
		t.Fatal(err)
	}
	if c, err := p.Of("other", func() (inbox.Credential, error) { return inbox.Credential{}, refused }); err != nil || c.Device != "b2" {
		t.Errorf("not remembered: %+v %v", c, err)
	}
}

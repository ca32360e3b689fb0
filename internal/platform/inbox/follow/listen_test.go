package follow_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"

	"github.com/linli/linli/internal/platform/inbox/follow"
)

// What the broker sends right behind its answer is not read before the answer
// has been taken in, however long that one is and however the bytes fall.
func TestNothingIsReadBehindTheAnswerTooEarly(t *testing.T) {
	for _, answer := range [][]byte{
		{0x20, 3, 0, 0, 0},
		append([]byte{0x20, 0x83, 1, 0, 0, 0x80}, make([]byte, 128)...),
		{0x20, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			behind := []byte{0x30, 3, 0, 1, 'a'}
			go func() {
				defer func() { _ = far.Close() }()
				_, _ = far.Write(append(bytes.Clone(answer), behind...))
			}()
			r, greeted := follow.Listen(near)
			got, done := make(chan byte, 1024), make(chan error, 1)
			go func() {
				for b := make([]byte, 64); ; {
					n, err := r.Read(b)
					for _, x := range b[:n] {
						got <- x
					}
					if err != nil {
						done <- err
						return
					}
				}
			}()
			synctest.Wait()
			if n := len(got); n != len(answer) {
				t.Errorf("%d bytes were read of an answer of %d", n, len(answer))
			}
			greeted()
			if err := <-done; !errors.Is(err, io.EOF) {
				t.Errorf("line: %v", err)
			}
			var all []byte
			for len(got) > 0 {
				all = append(all, <-got)
			}
			if want := append(bytes.Clone(answer), behind...); !bytes.Equal(all, want) {
				t.Errorf("read %x, want %x", all, want)
			}
		})
	}
}

// A broker that speaks of ways to prove oneself which nobody offered is followed
// if it lets us in, and left if it asks for them.
func TestAnotherProofThanAPasswordIsNotGiven(t *testing.T) {
	for name, answer := range map[string][]byte{
		"lets in": {0x20, 7, 0, 0, 4, 0x15, 0, 1, 'x'}, // CONNACK with an authentication method
		"asks":    {0xF0, 6, 0x18, 4, 0x15, 0, 1, 'x'}, // AUTH
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t)
			s.followed(make(answers))
			s.accept()
			s.say(answer...)
			if name == "lets in" {
				for head := byte(0xC0); head != 0x82; { // behind signs of life: the subscription
					head, _ = s.read()
				}
				return
			}
			if n, err := s.in.Read(make([]byte, 1)); err == nil {
				t.Errorf("%d bytes more were said", n)
			}
			s.accept() // it calls again
		})
	}
}

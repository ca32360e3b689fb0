package chaos_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/linli/linli/test/need"
)

// forgetful is a mounted file system that forgets what was not fsynced.
type forgetful struct {
	t    testing.TB
	dir  string
	in   io.WriteCloser
	out  *bufio.Reader
	cmd  *exec.Cmd
	said *locked
}

// mount makes an empty one; it is gone with the test.
func mount(t testing.TB, args ...string) *forgetful {
	t.Helper()
	need.FUSE(t)
	program, err := disk()
	if err != nil {
		t.Fatal(err)
	}
	f := &forgetful{t: t, dir: t.TempDir(), said: new(locked)}
	f.cmd = exec.Command(program, append(args, f.dir)...)
	f.cmd.Stderr = f.said
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if f.in, err = f.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = f.in.Close()
		if err := f.cmd.Wait(); err != nil {
			t.Errorf("forgetful: %v\n%s", err, f.said)
		}
	})
	f.out = bufio.NewReader(out)
	f.answer()
	return f
}

func (f *forgetful) answer() string {
	f.t.Helper()
	line, err := f.out.ReadString('\n')
	if err != nil {
		f.t.Fatalf("forgetful ended: %v\n%s", err, f.said)
	}
	return strings.TrimSpace(line)
}

// tell says a word and returns the number it is answered with.
func (f *forgetful) tell(word string) (n int) {
	f.t.Helper()
	if _, err := fmt.Fprintln(f.in, word); err != nil {
		f.t.Fatal(err)
	}
	if _, err := fmt.Sscanf(f.answer(), "ok %d", &n); err != nil {
		f.t.Fatalf("forgetful: %v\n%s", err, f.said)
	}
	return n
}

var disk = sync.OnceValues(func() (string, error) { return built("forgetful", "forgetful") })

// The disk does what the tests that stand on it count on.
func TestTheForgetfulDiskForgets(t *testing.T) {
	f := mount(t)
	write := func(name string, sync bool) {
		file, err := os.OpenFile(filepath.Join(f.dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := file.WriteString(name); err != nil {
			t.Fatal(err)
		}
		if sync {
			if err := file.Sync(); err != nil {
				t.Fatal(err)
			}
		}
	}
	write("kept", true)
	folder, err := os.Open(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Sync(); err != nil {
		t.Fatal(err)
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	write("kept", false)    // bytes that were not synced
	write("nameless", true) // bytes that were, in a folder that was not
	if lost := f.tell("cut"); lost != 2 {
		t.Errorf("%d lost, want a write and a name", lost)
	}
	if names, err := os.ReadDir(f.dir); err != nil || len(names) != 1 {
		t.Errorf("%v, %v", names, err)
	}
	if b, err := os.ReadFile(filepath.Join(f.dir, "kept")); err != nil || string(b) != "kept" {
		t.Errorf("%q, %v", b, err)
	}
	f.tell("full")
	if err := os.WriteFile(filepath.Join(f.dir, "more"), []byte("x"), 0o600); err == nil {
		t.Error("a full disk took a byte")
	}
	f.tell("eio")
	if file, err := os.Open(filepath.Join(f.dir, "kept")); err != nil || file.Sync() == nil {
		t.Errorf("fsync did not fail: %v", err)
	} else if err := file.Close(); err != nil {
		t.Error(err)
	}
}

// Package need is where a test says what it needs of the machine: a browser,
// a program, a device. On a developer's machine a test whose need is not there
// is skipped, loudly; where CI=true it fails. It is the only place in the
// house that may skip a test.
package need

import (
	"os"
	"os/exec"
	"testing"
)

// Missing ends the test because of what is not there.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("cannot run here: %s", what)
	}
	t.Skipf("DID NOT RUN: %s", what)
}

// Program finds a program, such as mosquitto_pub, also among those of the
// system's administrator.
func Program(t testing.TB, name string) string {
	t.Helper()
	for _, at := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(at); err == nil {
			return path
		}
	}
	Missing(t, "no "+name+" on PATH")
	return ""
}

// FUSE makes sure that a file system can be mounted.
func FUSE(t testing.TB) {
	t.Helper()
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		Missing(t, "no file system of our own can be mounted: "+err.Error())
		return
	}
	_ = f.Close()
}

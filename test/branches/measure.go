package main

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// measured is what the tests of one package took.
type measured struct {
	all    int
	missed []string
}

func (m measured) percent() float64 {
	if m.all == 0 {
		return 100
	}
	return 100 * float64(m.all-len(m.missed)) / float64(m.all)
}

// measure tests the package in a folder with its branches noted down.
func measure(folder string) (measured, error) {
	temp, err := os.MkdirTemp("", "branches")
	if err != nil {
		return measured{}, err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	n := &noter{files: token.NewFileSet()}
	overlay, err := n.prepare(folder, temp)
	if err != nil {
		return measured{}, err
	}
	out := filepath.Join(temp, "taken")
	args := []string{"test", "-count=1", "-overlay=" + overlay, "."}
	if drawn, err := draws(folder); err != nil {
		return measured{}, err
	} else if drawn {
		args = append(args, "-rapid.seed=1")
	}
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), takenVariable+"="+out)
	if text, err := cmd.CombinedOutput(); err != nil {
		return measured{}, fmt.Errorf("go test: %w\n%s", err, text)
	}
	taken, err := os.ReadFile(out)
	if err != nil {
		return measured{}, err
	}
	m := measured{all: len(n.branches)}
	for x, b := range n.branches {
		if taken[x] == 0 {
			m.missed = append(m.missed, b)
		}
	}
	return m, nil
}

// draws reports whether a package's tests draw cases by chance. They are drawn
// from one seed here, so that the same commit takes the same branches and does
// not fall below a floor by bad luck.
func draws(folder string) (bool, error) {
	tests, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	for _, path := range tests {
		text, err := os.ReadFile(path)
		if err != nil {
			return false, err
		}
		if strings.Contains(string(text), `"pgregory.net/rapid"`) {
			return true, nil
		}
	}
	return false, err
}

// prepare writes the package with its branches noted down to a temporary
// folder, and returns the file that tells the compiler to use it.
func (n *noter) prepare(folder, temp string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	put := func(path, text string) error {
		copied := filepath.Join(temp, filepath.Base(path))
		replace[path] = copied
		return os.WriteFile(copied, []byte(text), 0o600)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := n.file(path)
		if err != nil {
			return "", err
		}
		if err := put(path, text); err != nil {
			return "", err
		}
	}
	if n.name == "" {
		return "", fmt.Errorf("no Go files")
	}
	for name, text := range map[string]string{"branches_noted.go": notes(n.name, len(n.branches)), "branches_noted_test.go": noteTest(n.name)} {
		if err := put(filepath.Join(folder, name), text); err != nil {
			return "", err
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(temp, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}

// file returns the text of one file with its branches noted down.
func (n *noter) file(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	f, err := parser.ParseFile(n.files, path, text, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	n.name = f.Name.Name
	return n.note(f, text), nil
}

// takenVariable names the file that a test writes what it took to.
const takenVariable = "LINLI_BRANCHES_TAKEN"

// notes is the code that notes branches down: one byte each.
func notes(name string, branches int) string {
	return fmt.Sprintf(`package %s

import "sync/atomic"

var branchesNoted [%d]atomic.Bool

func branchNoted[B ~bool](x int, b B) B {
	if b {
		branchesNoted[x].Store(true)
	} else {
		branchesNoted[x+1].Store(true)
	}
	return b
}

func branchEntered(x int) { branchesNoted[x].Store(true) }
`, name, branches)
}

// noteTest writes what was taken when all tests are done.
func noteTest(name string) string {
	return fmt.Sprintf(`package %s

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	code := m.Run()
	out := make([]byte, len(branchesNoted))
	for x := range out {
		if branchesNoted[x].Load() {
			out[x] = 1
		}
	}
	if err := os.WriteFile(os.Getenv(%q), out, 0o600); err != nil {
		panic(err)
	}
	os.Exit(code)
}
`, name, takenVariable)
}

package guide_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// runs are the blocks of a guide that are marked to be run.
func runs(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, m := range regexp.MustCompile("(?s)```sh run\n(.*?)```").FindAllStringSubmatch(string(b), -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

// The operator's commands, in their order, in folders of our own. Only the
// doctor may find fault: the sample has no administrator yet.
func TestOperatorsCommandsRun(t *testing.T) {
	dir := t.TempDir()
	linli := filepath.Join(dir, "linli")
	if out, err := exec.Command("go", "build", "-o", linli, "../../cmd/linli").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	registers, err := filepath.Abs("../../demo/data")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			root := filepath.Join(dir, lang)
			if err := os.MkdirAll(filepath.Join(root, "backups"), 0o700); err != nil {
				t.Fatal(err)
			}
			here := strings.NewReplacer("/var/lib/linli", filepath.Join(root, "data"), "/var/backups/linli", filepath.Join(root, "backups"), "/srv/registers", registers)
			blocks := runs(t, "../../docs/guide/operator."+lang+".md")
			if len(blocks) < 4 {
				t.Fatalf("only %d blocks to run", len(blocks))
			}
			for _, block := range blocks {
				for line := range strings.Lines(block) {
					runLine(t, linli, here.Replace(line))
				}
			}
		})
	}
}

func runLine(t *testing.T, linli, line string) {
	t.Helper()
	args := strings.Fields(line)
	if args[0] != "linli" {
		t.Fatalf("%s is no command of linli", args[0])
	}
	out, err := exec.Command(linli, args[1:]...).CombinedOutput()
	if err != nil && args[1] != "doctor" {
		t.Errorf("%s%v\n%s", line, err, out)
	}
	if len(out) == 0 || strings.Contains(string(out), "unknown flag") {
		t.Errorf("%s%s", line, out)
	}
}

// Both languages say the same: the same commands, headings and files.
func TestGuidesAgree(t *testing.T) {
	for _, guide := range []string{"operator", "resident", "property"} {
		var found [2][]string
		for i, lang := range []string{"zh", "en"} {
			b, err := os.ReadFile("../../docs/guide/" + guide + "." + lang + ".md")
			if err != nil {
				t.Fatal(err)
			}
			text := regexp.MustCompile(`#[^!\n]*# .*`).ReplaceAllString(string(b), "")
			found[i] = regexp.MustCompile(`(?m)^##|linli [a-z]+ --data \S+|\]\([^)]+\)|LINLI_[A-Z]+|https?://[a-z./]+`).FindAllString(text, -1)
		}
		if zh, en := strings.Join(found[0], "\n"), strings.Join(found[1], "\n"); zh != en {
			t.Errorf("%s: Chinese\n%s\nEnglish\n%s", guide, zh, en)
		}
	}
}

// Every file a guide points to is there.
func TestGuidesPointToFiles(t *testing.T) {
	guides, err := filepath.Glob("../../docs/guide/*.md")
	if err != nil || len(guides) < 6 {
		t.Fatalf("%d guides, %v", len(guides), err)
	}
	for _, guide := range guides {
		b, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(string(b), -1) {
			if _, err := os.Stat(filepath.Join("../../docs/guide", m[1])); err != nil {
				t.Errorf("%s: %v", guide, err)
			}
		}
	}
}

// The service is as closed as the guide says.
func TestUnitIsHardened(t *testing.T) {
	b, err := os.ReadFile("../../docs/guide/linli.service")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"ProtectSystem=strict", "NoNewPrivileges=true", "StateDirectory=linli", "SystemCallFilter=@system-service", "MemoryMax=1500M", "CapabilityBoundingSet=", "UMask=0077"} {
		if !strings.Contains(string(b), "\n"+line+"\n") {
			t.Errorf("%s is missing", line)
		}
	}
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/linli/linli/demo"
)

// A dry run says what would be taken in, of every kind, and that nothing was
// written; the import says what was; a second one that all is the same. Nothing
// of an elder's entry is on the log.
func TestADryRunDoesNotSayThatItWasDone(t *testing.T) {
	data, registers := t.TempDir(), t.TempDir()
	if err := os.CopyFS(registers, demo.Data()); err != nil {
		t.Fatal(err)
	}
	imported := func(more ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(append([]string{"import", "--data", data}, append(more, registers)...), streams{nil, &out, &errs}); code != 0 {
			t.Fatalf("%d: %s%s", code, out.String(), errs.String())
		}
		for _, secret := range []string{"16900000144", "青霉素", "02 号柜", "章芒种"} {
			if strings.Contains(errs.String(), secret) || strings.Contains(out.String(), secret) {
				t.Errorf("%v says %q", more, secret)
			}
		}
		return out.String()
	}
	for _, x := range []struct {
		args  []string
		says  []string
		never []string
	}{
		{
			[]string{"--dry-run"},
			[]string{"西武居民区：可以导入", "会导入问题种类 42 项、旧报修 55 件；这次没有写入", "会登记 95 个设备；这次没有写入", "独居老人登记会新登记 3 位，修改 0 位，没有变化 0 位；这次没有写入"},
			[]string{"已导入", "登记了 95"},
		},
		{
			[]string{"--dry-run", "--lang", "en"},
			[]string{"95 devices would be imported; nothing was written", "3 would be added, 0 changed, 0 unchanged; nothing was written", ": would be imported"},
			[]string{"95 devices imported", ": imported"},
		},
		{nil, []string{"西武居民区：已导入", "登记了 95 个设备", "独居老人登记：新登记 3 位，修改 0 位，没有变化 0 位"}, []string{"没有写入"}},
		{[]string{"--lang", "en"}, []string{"95 devices imported", "0 added, 0 changed, 3 unchanged"}, []string{"nothing was written"}},
	} {
		got := imported(x.args...)
		for _, s := range x.says {
			if !strings.Contains(got, s) {
				t.Errorf("%v does not say %q:\n%s", x.args, s, got)
			}
		}
		for _, s := range x.never {
			if strings.Contains(got, s) {
				t.Errorf("%v says %q", x.args, s)
			}
		}
	}
}

// A file without half of the people asks first and says the number; the
// people's names come to the terminal and never to the log.
func TestS4_TheCommandAsksBeforeManyEntriesEnd(t *testing.T) {
	data, registers := t.TempDir(), t.TempDir()
	if err := os.CopyFS(registers, demo.Data()); err != nil {
		t.Fatal(err)
	}
	imported := func(more ...string) (int, string, string) {
		t.Helper()
		var out, errs bytes.Buffer
		code := run(append([]string{"import", "--data", data}, append(more, registers)...), streams{nil, &out, &errs})
		return code, out.String(), errs.String()
	}
	if code, out, errs := imported(); code != 0 {
		t.Fatal(out, errs)
	}
	file := filepath.Join(registers, "residents.csv")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.SplitAfter(string(b), "\n")
	if err := os.WriteFile(file, []byte(strings.Join(append(rows[:1:1], rows[31:]...), "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(registers, "volunteers.csv")); err != nil { // it names some of them
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"--end", "29"}, {"--dry-run"}} {
		code, out, errs := imported(args...)
		if code == 0 || !strings.Contains(out, "安小暑") || !strings.Contains(out, "--end 30") || strings.Contains(errs, "安小暑") {
			t.Errorf("%v: %d\n%s%s", args, code, out, errs)
		}
	}
	code, out, _ := imported("--end", "30", "--dry-run")
	if code != 0 || !strings.Contains(out, "结束 30") {
		t.Errorf("%d\n%s", code, out)
	}
	if code, out, _ = imported("--end", "30"); code != 0 || !strings.Contains(out, "居民：新增 0，更新 0，没变 120，结束 30") {
		t.Errorf("%d\n%s", code, out)
	}
	if code, out, _ = imported(); code != 0 || strings.Contains(out, "安小暑") {
		t.Errorf("asked again: %d\n%s", code, out)
	}
}

package main

import (
	"bytes"
	"os"
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
			[]string{"95 devices would be taken in; nothing was written", "3 would be entered, 0 changed, 0 the same; nothing was written", ": would be imported"},
			[]string{"95 devices taken in", ": imported"},
		},
		{nil, []string{"西武居民区：已导入", "登记了 95 个设备", "独居老人登记：新登记 3 位，修改 0 位，没有变化 0 位"}, []string{"没有写入"}},
		{[]string{"--lang", "en"}, []string{"95 devices taken in", "0 entered, 0 changed, 3 the same"}, []string{"nothing was written"}},
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

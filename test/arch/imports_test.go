package arch_test

import (
	"go/ast"
	"path"
	"slices"
	"strings"
)

// floor is how high a folder stands: it may import what stands lower, and its
// own folder. Folders of the same height are neighbours and do not meet.
type floor struct {
	folder string
	height int
}

// floors is the drawing of the house:
//
//	cmd → bench → demo → app → feature/*, front → casework → notify, picture, device, rulebook → matter → people → place → platform/*
//
// The engines stand on the ground beside platform; only features, devices and
// the command line use them. demo is above app, as it opens a whole house to
// live its simulated day in. The bench is above demo, as it measures that house.
// simulate stands outside the door and needs nobody.
func floors() []floor {
	return []floor{
		{"cmd", 10}, {"internal/bench", 9}, {"demo", 8}, {"internal/app", 7}, {"internal/feature", 6}, {"internal/front", 6},
		{"internal/notify", 4}, {"internal/picture", 4}, {"internal/rulebook", 4}, {"internal/device", 4}, {"internal/matter", 3}, {"internal/casework", 5},
		{"internal/people", 2}, {"internal/place", 1}, {"internal/platform", 0}, {"internal/simulate", 0},
	}
}

func engines() []string { return []string{"fair", "tally", "opinion"} }

// room is the folder that owns a package: internal/feature/report for
// everything below it, internal/platform for all of platform, cmd for cmd.
func room(dir string) (string, int) {
	for _, f := range floors() {
		if !under(dir, f.folder) {
			continue
		}
		if f.folder == "internal/feature" {
			rest := strings.TrimPrefix(dir, f.folder+"/")
			return path.Join(f.folder, strings.Split(rest, "/")[0]), f.height
		}
		return f.folder, f.height
	}
	return dir, -1
}

func importsGoDown(tr *tree) []string {
	var breaches []string
	for _, f := range tr.ext(".go") {
		if under(f.path, "test") {
			continue
		}
		for _, spec := range f.syntax.Imports {
			target, ours := strings.CutPrefix(unquote(spec.Path), module+"/")
			if why := mayNotImport(f, target); ours && why != "" {
				breaches = append(breaches, tr.at(spec.Pos(), "%s imports %s: %s", f.dir(), target, why))
			}
		}
	}
	return breaches
}

// mayNotImport says why a file may not import a package of the house; empty
// if it may.
func mayNotImport(f *file, target string) string {
	from, height := room(f.dir())
	to, below := room(target)
	switch {
	case forTests(target):
		if f.test || forTests(f.dir()) {
			return ""
		}
		return "that is for tests only"
	case f.test && (target == "demo" || target == "internal/app"):
		return "" // a story is told in the whole house, with the sample subdistrict
	case under(f.dir(), engines()...):
		return engineImport(f.dir(), target)
	case height < 0:
		return "this folder has no place in the house: give it one in floors"
	case under(target, engines()...):
		return engineUser(from)
	case below < 0:
		return "that folder has no place in the house: give it one in floors"
	case from == to:
		return ""
	case below == height:
		return "neighbours do not meet: link matters, or declare an interface that app fills"
	case below > height:
		return "imports go down only"
	}
	return ""
}

// forTests are the folders of tools for tests.
func forTests(dir string) bool {
	return under(dir, "test") || slices.ContainsFunc(strings.Split(dir, "/"), func(part string) bool {
		return strings.HasSuffix(part, "test")
	})
}

func engineImport(dir, target string) string {
	if strings.Split(dir, "/")[0] == strings.Split(target, "/")[0] {
		return ""
	}
	return "an engine imports the standard library only"
}

func engineUser(from string) string {
	if under(from, "cmd", "internal/feature", "internal/device") {
		return ""
	}
	return "only features, devices and the command line use the engines"
}

// enginesStandAlone: the standard library only, and of it nothing that reaches
// the machine; randomness only from a seed handed in.
func enginesStandAlone(tr *tree) []string {
	var breaches []string
	for _, f := range tr.product() {
		if !under(f.path, engines()...) {
			continue
		}
		for _, spec := range f.syntax.Imports {
			if why := notForEngines(unquote(spec.Path)); why != "" {
				breaches = append(breaches, tr.at(spec.Pos(), "%s", why))
			}
		}
		f.uses(func(sel *ast.SelectorExpr, pkg, name string) {
			if strings.HasPrefix(pkg, "math/rand") && globalRandom(name) {
				breaches = append(breaches, tr.at(sel.Pos(), "rand.%s draws from the machine: use a seed that is handed in", name))
			}
		})
	}
	return breaches
}

func notForEngines(target string) string {
	if under(target, "os", "net", "syscall", "unsafe", "crypto/rand", "database", "log") {
		return target + " reaches the machine: an engine only computes"
	}
	if first, _, _ := strings.Cut(target, "/"); strings.Contains(first, ".") && !strings.HasPrefix(target, module+"/") {
		return target + " is not the standard library"
	}
	return ""
}

// globalRandom tells the functions of math/rand that use the shared source
// from its types and constructors.
func globalRandom(name string) bool {
	return !strings.HasPrefix(name, "New") &&
		!slices.Contains([]string{"Rand", "Source", "Source64", "PCG", "ChaCha8", "Zipf"}, name)
}

func importSamples() []sample {
	const head, house = "package x\nimport _ \"", module + "/"
	one := func(name, want, file, target string) sample {
		return sample{name, "imports go down", map[string]string{file: head + target + "\"\n"}, want}
	}
	return []sample{
		one("down", "", "internal/feature/report/a.go", house+"internal/matter"),
		one("up", "imports go down only", "internal/place/a.go", house+"internal/people"),
		one("platform knows nobody", "imports go down only", "internal/platform/web/a.go", house+"internal/place"),
		one("sideways", "neighbours do not meet", "internal/feature/report/a.go", house+"internal/feature/alarm"),
		one("own subfolder", "", "internal/feature/report/a.go", house+"internal/feature/report/photo"),
		one("feature and front", "neighbours do not meet", "internal/feature/report/a.go", house+"internal/front"),
		one("notify and device", "neighbours do not meet", "internal/notify/a.go", house+"internal/device"),
		one("test helper in product", "for tests only", "internal/matter/a.go", house+"internal/platform/store/storetest"),
		one("test helper in test", "", "internal/matter/a_test.go", house+"internal/platform/store/storetest"),
		one("test may not go up either", "imports go down only", "internal/place/a_test.go", house+"internal/matter"),
		one("a story in the whole house", "", "internal/feature/report/a_test.go", house+"internal/app"),
		one("sample data in a test", "", "internal/people/a_test.go", house+"demo"),
		one("sample data in the program", "imports go down only", "internal/people/a.go", house+"demo"),
		one("feature uses engine", "", "internal/feature/allot/a.go", house+"fair"),
		one("matter uses engine", "only features", "internal/matter/a.go", house+"fair"),
		one("engine uses house", "standard library only", "fair/a.go", house+"internal/place"),
		one("engine uses engine", "standard library only", "fair/a.go", house+"tally"),
		one("unknown folder", "no place in the house", "internal/misc/a.go", house+"internal/place"),
		{"outside module", "engines stand alone", map[string]string{"tally/a.go": head + "golang.org/x/text/width\"\n"}, "not the standard library"},
		{"file system", "engines stand alone", map[string]string{"tally/a.go": head + "os\"\n"}, "reaches the machine"},
		{"dice", "engines stand alone", map[string]string{"fair/a.go": "package x\nimport \"math/rand/v2\"\nfunc d() int { return rand.IntN(6) }\n"}, "rand.IntN"},
		{"seed", "engines stand alone", map[string]string{"fair/a.go": "package x\nimport \"math/rand/v2\"\nfunc d(seed uint64) int { return rand.New(rand.NewPCG(seed, 0)).IntN(6) }\n"}, ""},
	}
}

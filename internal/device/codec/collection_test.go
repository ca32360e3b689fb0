package codec_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/linli/linli/internal/device/codec"
)

// collection is a folder of codecs with examples, in the layout of
// TheThingsNetwork/lorawan-devices (…-codec.yaml names a script and its
// examples) or of chirpstack/chirpstack-device-profiles (test_decode_X.json
// beside X.js).
var collection = flag.String("codecs", "testdata/collection", "folder of codecs with examples to try")

// example is one uplink with what the script is to make of it.
type example struct {
	Name, Description string
	Input             struct {
		Port     int    `json:"fPort" yaml:"fPort"`
		Bytes    []int  `json:"bytes" yaml:"bytes"`
		RecvTime string `json:"recvTime" yaml:"recvTime"`
	}
	Output   result
	Expected result
}

type result struct {
	Data   map[string]any
	Errors []string
}

// uplink is the example's input; false if it is none.
func (e example) uplink() codec.Uplink {
	u := codec.Uplink{Port: e.Input.Port, At: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)}
	if at, err := time.Parse(time.RFC3339, e.Input.RecvTime); err == nil {
		u.At = at
	}
	for _, b := range e.Input.Bytes {
		u.Bytes = append(u.Bytes, byte(b))
	}
	return u
}

// tried is what came of one script.
type tried struct {
	examples, right int
	runs            bool
	why             string
}

// try runs the script on its examples, or, without any, on a few bytes.
func try(script []byte, list []example) (r tried) {
	if len(list) == 0 {
		_, err := codec.Decode(script, codec.Uplink{Bytes: []byte{1, 0, 0, 0}, Port: 1, At: time.Unix(0, 0)})
		r.runs, r.why = !errors.Is(err, codec.ErrBroken) || strings.Contains(err.Error(), "no data") || !blamesScript(err), said(err)
		return r
	}
	for _, e := range list {
		r.examples++
		want := e.Output
		if want.Data == nil && want.Errors == nil {
			want = e.Expected
		}
		got, err := codec.Decode(script, e.uplink())
		if r.runs = r.runs || err == nil || errors.Is(err, codec.ErrRefused); same(got, err, want) {
			r.right++
		} else if r.why == "" {
			r.why = fmt.Sprintf("%s%s: %s%.120s", e.Name, e.Description, said(err), got)
		}
	}
	return r
}

// blamesScript: the script itself cannot be read, whatever the bytes.
func blamesScript(err error) bool {
	return strings.Contains(err.Error(), "SyntaxError") || strings.Contains(err.Error(), "no function") || strings.Contains(err.Error(), "ReferenceError")
}

func said(err error) string {
	if err == nil {
		return ""
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}

// same compares what a script gave with what it is to give, numbers within the
// noise of arithmetic.
func same(got []byte, err error, want result) bool {
	if len(want.Errors) > 0 {
		return errors.Is(err, codec.ErrRefused)
	}
	var a, b any
	text, bad := json.Marshal(want.Data)
	return err == nil && bad == nil && json.Unmarshal(got, &a) == nil && json.Unmarshal(text, &b) == nil && alike(a, b)
}

func alike(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k := range a {
			if _, has := b[k]; !has || !alike(a[k], b[k]) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, alike)
	case float64:
		b, ok := b.(float64)
		return ok && math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b))
	}
	return a == b
}

// scripts are the scripts of a folder with their examples.
func scripts(t *testing.T, dir string) map[string][]example {
	t.Helper()
	found := map[string][]example{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		name := filepath.Base(path)
		switch {
		case err != nil || d.IsDir():
			return err
		case strings.HasSuffix(name, ".js"):
			found[path] = append(found[path], []example{}...)
		case strings.HasSuffix(name, ".yaml"):
			return fromYAML(found, path)
		case strings.HasPrefix(name, "test_decode_") && strings.HasSuffix(name, ".json"):
			list, err := fromJSON(path)
			if err != nil {
				t.Logf("%s: %v", path, err) // some are JavaScript
			}
			script := filepath.Join(filepath.Dir(path), strings.TrimSuffix(strings.TrimPrefix(name, "test_decode_"), ".json")+".js")
			found[script] = append(found[script], list...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func fromYAML(found map[string][]example, path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var file struct {
		Uplink struct {
			FileName string    `yaml:"fileName"`
			Examples []example `yaml:"examples"`
		} `yaml:"uplinkDecoder"`
	}
	if err := yaml.Unmarshal(b, &file); err != nil || file.Uplink.FileName == "" {
		return nil //nolint:nilerr // a device or a profile, not a codec
	}
	script := filepath.Join(filepath.Dir(path), file.Uplink.FileName)
	found[script] = append(found[script], file.Uplink.Examples...)
	return nil
}

func fromJSON(path string) (list []example, err error) {
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, &list)
	}
	return list, err
}

// TestS29_PublicCodecs tries every script of a folder and says which do not run,
// and which give something else than their examples say:
//
//	go test ./internal/device/codec -run PublicCodecs -v -codecs DIR
//
// It fails for a folder without a script, and, of the two small ones kept here,
// for any that is not right.
func TestS29_PublicCodecs(t *testing.T) {
	found := scripts(t, *collection)
	var count struct{ scripts, run, right, examples, rightExamples int }
	for _, path := range slices.Sorted(maps.Keys(found)) {
		script, err := os.ReadFile(path)
		if err != nil {
			t.Logf("MISSING %s", path)
			continue
		}
		r := try(script, found[path])
		count.scripts++
		count.examples, count.rightExamples = count.examples+r.examples, count.rightExamples+r.right
		name, _ := filepath.Rel(*collection, path)
		switch {
		case !r.runs:
			t.Logf("DOES NOT RUN %s: %s", name, r.why)
			continue
		case r.right < r.examples:
			t.Logf("OTHERWISE %s: %d of %d, %s", name, r.right, r.examples, r.why)
		default:
			count.right++
		}
		count.run++
	}
	t.Logf("%d scripts: %d run, %d of them as their examples say; %d of %d examples right", count.scripts, count.run, count.right, count.rightExamples, count.examples)
	if count.scripts == 0 || *collection == "testdata/collection" && (count.right != 2 || count.rightExamples != 3) {
		t.Errorf("%+v", count)
	}
}

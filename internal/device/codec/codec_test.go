package codec_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/device/codec"
)

// bay is written here after the TS013 form, for the frames of a parking sensor
// that sends one byte.
const bay = `
function decodeUplink(input) {
  if (input.fPort !== 1) return { errors: ["unknown port"] };
  return { data: { type: "parking status", occupied: input.bytes[0] === 1, year: input.recvTime.getUTCFullYear() } };
}`

func TestDecodeGivesTheData(t *testing.T) {
	got, err := codec.Decode([]byte(bay), codec.Uplink{Bytes: []byte{1}, Port: 1, At: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	var data map[string]any
	if err := json.Unmarshal(got, &data); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]any{"type": "parking status", "occupied": true, "year": 2026.0}, data); d != "" {
		t.Error(d)
	}
}

func TestOneCallLeavesNothingToTheNext(t *testing.T) {
	const counts = `var n = (globalThis.n || 0) + 1; Array.prototype.kept = n; function decodeUplink() { return { data: { n: n, kept: [].kept } } }`
	for range 3 {
		got, err := codec.Decode([]byte(counts), codec.Uplink{})
		if err != nil || string(got) != `{"n":1,"kept":1}` {
			t.Fatalf("%s %v", got, err)
		}
	}
}

func TestWhatAScriptCannotReach(t *testing.T) {
	const looks = `function decodeUplink() {
	  var found = {};
	  ["require", "process", "std", "os", "fetch", "XMLHttpRequest", "load", "loadScript", "scriptArgs", "setTimeout", "Deno", "WebAssembly"].forEach(
	    function (n) { if (typeof globalThis[n] !== "undefined") found[n] = true });
	  return { data: found };
	}`
	got, err := codec.Decode([]byte(looks), codec.Uplink{})
	if err != nil || string(got) != `{}` {
		t.Fatalf("a script reaches %s %v", got, err)
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	for name, tt := range map[string]struct {
		script string
		want   error
	}{
		"reports an error":     {bay, codec.ErrRefused},
		"no function":          {`var x = 1`, codec.ErrBroken},
		"no script":            {``, codec.ErrBroken},
		"syntax":               {`function (`, codec.ErrBroken},
		"open comment":         {`function decodeUplink() { return {data: {}} } /*`, codec.ErrBroken},
		"returns nothing":      {`function decodeUplink() {}`, codec.ErrBroken},
		"returns a number":     {`function decodeUplink() { return 7 }`, codec.ErrBroken},
		"data is a list":       {`function decodeUplink() { return {data: [1]} }`, codec.ErrBroken},
		"no data":              {`function decodeUplink() { return {} }`, codec.ErrBroken},
		"throws":               {`function decodeUplink() { throw new Error("no") }`, codec.ErrBroken},
		"waits":                {`async function decodeUplink() { return {data: {}} }`, codec.ErrBroken},
		"imports":              {`import * as std from "std"; function decodeUplink() { return {data: {}} }`, codec.ErrBroken},
		"output too big":       {`function decodeUplink() { return {data: {x: "y".repeat(100000)}} }`, codec.ErrTooBig},
		"script too big":       {strings.Repeat(" ", codec.ScriptLimit) + bay, codec.ErrTooBig},
		"stringify is changed": {`JSON.stringify = function () { return 7 }; function decodeUplink() { return {data: {}} }`, codec.ErrBroken},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := codec.Decode([]byte(tt.script), codec.Uplink{Port: 2}); !errors.Is(err, tt.want) {
				t.Errorf("%s, %v; want %v", got, err, tt.want)
			}
		})
	}
}

// stopsWithin is how long a hostile script may hold a processor here: the limit
// is 50 ms, the slowest below takes 0.25 s; the race detector on a loaded machine
// was seen to make more than a minute of that, at a load of 30. What is not
// stopped never ends.
const stopsWithin = 4 * time.Minute

func TestHostileScriptsAreStopped(t *testing.T) {
	body := func(s string) string { return "function decodeUplink(input) { " + s + "; return {data: {}} }" }
	for name, script := range map[string]string{
		"endless loop":           body(`for (;;) {}`),
		"endless loop at load":   `while (true) {}`,
		"loop that catches":      body(`for (;;) { try { for (;;) {} } catch (e) {} }`),
		"memory growth":          body(`var a = []; for (;;) a.push(new Array(1000).fill(1))`),
		"string doubling":        body(`var s = "x"; for (;;) s += s`),
		"look-ahead regex":       body(`/^(?=(a+)+$)((a+)+)+b/.test("a".repeat(60) + "!")`),
		"backtracking regex":     body(`/^(a|a?)+$/.test("a".repeat(60) + "!")`),
		"huge sort":              body(`var a = []; for (var i = 0; i < 5e6; i++) a.push(i * 7919 % 5000011); a.sort(function (x, y) { return x - y })`),
		"deep recursion":         body(`function f(n) { return f(n + 1) + 1 } f(0)`),
		"recursion that catches": body(`function f() { try { return f() } catch (e) { return f() } } f()`),
		"deep JSON":              body(`JSON.parse("[".repeat(1e6))`) + ``,
		"big typed array":        body(`var b = new Uint8Array(1e9); b[0] = 1`),
		"endless toJSON":         `function decodeUplink() { return {data: {toJSON: function () { for (;;) {} }}} }`,
		"endless getter":         `function decodeUplink() { return {data: {get x() { for (;;) {} }}} }`,
		"endless proxy":          body(`var p = new Proxy({}, {}); for (var i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x`),
		"endless generator":      body(`function* g() { for (;;) yield 1 } Array.from(g())`),
		"big number":             body(`var n = 2n; for (;;) n = n * n`),
	} {
		t.Run(name, func(t *testing.T) {
			done := make(chan error, 1)
			go func() {
				_, err := codec.Decode([]byte(script), codec.Uplink{})
				done <- err
			}()
			select {
			case err := <-done:
				if !errors.Is(err, codec.ErrStopped) && !errors.Is(err, codec.ErrBroken) {
					t.Errorf("not stopped: %v", err)
				}
			case <-time.After(stopsWithin):
				t.Fatal("still running")
			}
		})
	}
}

func TestFromBase64(t *testing.T) {
	if b, err := codec.FromBase64("AQ=="); err != nil || len(b) != 1 || b[0] != 1 {
		t.Errorf("%v %v", b, err)
	}
	if _, err := codec.FromBase64("not base64!"); err == nil {
		t.Error("taken")
	}
	if _, err := codec.FromBase64(strings.Repeat("AAAA", 4<<10)); !errors.Is(err, codec.ErrTooBig) {
		t.Error(err)
	}
}

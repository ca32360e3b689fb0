package codec_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/device/codec"
)

func TestS29_ScriptsInEveryFormThatMakersWriteRun(t *testing.T) {
	files, err := filepath.Glob("testdata/forms/*.js")
	if err != nil || len(files) < 6 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		script, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := codec.Decode(script, codec.Uplink{Bytes: []byte{1, 90}, Port: 2}); err != nil || !strings.Contains(string(got), `"smoke":true`) {
			t.Errorf("%s: %s %v", file, got, err)
		}
	}
}

func TestS29_EachFormIsCalledInItsOwnWay(t *testing.T) {
	const both = ` function decodeUplink(input) { return { data: { v: "new" } } }`
	for name, tt := range map[string]struct{ script, want string }{
		"ChirpStack v3":        {`function Decode(fPort, bytes, variables) { return { v: fPort, n: bytes.length, w: variables.x || "none" } }`, `{"v":7,"n":2,"w":"none"}`},
		"The Things Network":   {`function Decoder(bytes, port) { return { v: port, n: bytes.length } }`, `{"v":7,"n":2}`},
		"the newest wins":      {`function Decoder() { return { v: "old" } }` + both, `{"v":"new"}`},
		"arrow":                {`const decodeUplink = (input) => ({ data: { v: input.fPort } })`, `{"v":7}`},
		"exports.Decoder":      {`exports.Decoder = function (bytes, port) { return { v: port } }`, `{"v":7}`},
		"module.exports":       {`module.exports = { decodeUplink: function (i) { return { data: { v: i.fPort } } } }`, `{"v":7}`},
		"export const":         {`export const decodeUplink = (i) => ({ data: { v: i.fPort } })`, `{"v":7}`},
		"export default":       {`function decodeUplink(i) { return { data: { v: i.fPort } } }` + "\nexport default { decodeUplink };", `{"v":7}`},
		"export default of it": {`export default function decodeUplink(i) { return { data: { v: i.fPort } } }`, `{"v":7}`},
		"export list":          {`function decodeUplink(i) { return { data: { v: i.fPort } } }` + "\nexport { decodeUplink };", `{"v":7}`},
		"own console":          {`const console = { log: function () {} }; let module = {}; function decodeUplink(i) { console.log(1); return { data: { v: 1 } } }`, `{"v":1}`},
		"driver":               {`var driver; (() => { driver = { decodeUplink: (i) => ({ data: { v: i.fPort } }) } })();`, `{"v":7}`},
		"recvTime":             {`function decodeUplink(i) { return { data: { v: i.recvTime.getTime() } } }`, `{"v":1000}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := codec.Decode([]byte(tt.script), codec.Uplink{Bytes: []byte{1, 2}, Port: 7, At: time.UnixMilli(1000)})
			if err != nil || string(got) != tt.want {
				t.Errorf("%s %v", got, err)
			}
		})
	}
	if _, err := codec.Decode([]byte(`var x = 1`), codec.Uplink{}); !errors.Is(err, codec.ErrBroken) || !strings.Contains(err.Error(), "decodeUplink, Decode or Decoder") {
		t.Errorf("what is missing is not said: %v", err)
	}
}

// A script of some milliseconds waits for hundreds while everything else is
// busy. That is not its fault, and it is not stopped; one that takes the time
// itself is.
func TestS29_OnABusyMachineNoHonestScriptIsStopped(t *testing.T) {
	quit := make(chan struct{})
	for range 16 * runtime.GOMAXPROCS(0) {
		go func() {
			for n := 0; ; n++ {
				select {
				case <-quit:
					return
				default:
				}
			}
		}()
	}
	defer close(quit)
	const works = `function decodeUplink(i) { var n = 0; for (var k = 0; k < 20000; k++) n += k % 7; return { data: { smoke: n > 0 } } }`
	began := time.Now()
	for n := 0; n < 50 && (n < 5 || time.Since(began) < 2*time.Second); n++ {
		if got, err := codec.Decode([]byte(works), codec.Uplink{}); err != nil {
			t.Fatalf("call %d, %v after the first: %s %v", n, time.Since(began), got, err)
		}
	}
	if took := time.Since(began); took < codec.TimeLimit {
		t.Fatalf("the machine was not busy: %v", took)
	}
	if _, err := codec.Decode([]byte(`function decodeUplink() { for (;;) {} }`), codec.Uplink{}); !errors.Is(err, codec.ErrStopped) {
		t.Errorf("an endless script: %v", err)
	}
}

package codec

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// before is run before a script: what the servers and tools that makers write
// for give it. It logs to nobody. What a script exports it puts into module.
const before = `globalThis.module = { exports: {} }; globalThis.exports = module.exports;
globalThis.console = (function () { var no = function () {}; return { log: no, info: no, warn: no, error: no, debug: no, trace: no }; })();`

// after calls the function that decodes, whichever form it has, and gives what
// it says in the form of TS013:
//
//	decodeUplink({bytes, fPort, recvTime, variables})  LoRa Alliance TS013, The Things Stack, ChirpStack v4
//	Decode(fPort, bytes, variables)                    ChirpStack v3
//	Decoder(bytes, fPort)                              The Things Network v2
//
// It may be a global function, exported, or of a global driver, as bundles for
// Actility's ThingPark have it. The older two give the fields alone. A script that has several forms is asked
// in the newest.
const after = `(function (input) {
  var out = typeof module === "object" && module && module.exports || {}, lib = typeof driver === "object" && driver || {};
  var find = function (own, name) { return typeof own === "function" ? own : out[name] || out.default && out.default[name] || lib[name] };
  var f = find(typeof decodeUplink === "undefined" ? 0 : decodeUplink, "decodeUplink");
  if (typeof f === "function") return JSON.stringify(f(input));
  f = find(typeof Decode === "undefined" ? 0 : Decode, "Decode");
  if (typeof f === "function") return JSON.stringify({ data: f(input.fPort, input.bytes, input.variables) });
  f = find(typeof Decoder === "undefined" ? 0 : Decoder, "Decoder");
  if (typeof f === "function") return JSON.stringify({ data: f(input.bytes, input.fPort) });
  throw new Error("it has no function decodeUplink, Decode or Decoder");
})`

// input is the argument of decodeUplink, as JavaScript source.
func (u Uplink) input() string {
	list := make([]string, len(u.Bytes))
	for i, b := range u.Bytes {
		list[i] = fmt.Sprint(b)
	}
	return fmt.Sprintf(`{bytes:[%s],fPort:%d,recvTime:new Date(%d),variables:{}}`, strings.Join(list, ","), u.Port, u.At.UnixMilli())
}

// exported are the words by which a module of ECMAScript exports what it
// declares, at the beginning of a line.
var exported = regexp.MustCompile(`(?m)^([ \t]*)export[ \t]+(default[ \t]+|)(async[ \t]+function|function|class|const|let|var)\b`)

// exportList is a list of names that a module exports.
var exportList = regexp.MustCompile(`(?m)^[ \t]*export[ \t]*\{[^}]*\}[ \t]*;?`)

// exportDefault is a value that a module exports.
var exportDefault = regexp.MustCompile(`(?m)^([ \t]*)export[ \t]+default\b`)

// plain is a script without the words of a module: what it declares is found by
// its name. A module that imports others stays one and does not run.
func plain(script []byte) string {
	if !bytes.Contains(script, []byte("export")) {
		return string(script)
	}
	s := exported.ReplaceAllString(string(script), "$1$3")
	s = exportList.ReplaceAllString(s, "")
	return exportDefault.ReplaceAllString(s, "${1}module.exports =")
}

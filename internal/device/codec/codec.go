package codec

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"modernc.org/quickjs"
)

// The limits of one call. A harmless script of the public collection takes
// 0.5 ms at the median and 4.2 ms at p99 (1,399 vectors, 2-core machine).
const (
	MemoryLimit = 16 << 20              // bytes the script may hold
	TimeLimit   = 50 * time.Millisecond // of a processor
	WallLimit   = 5 * time.Second       // by the clock on the wall, whatever else the machine does
	ScriptLimit = 512 << 10             // bytes of source
	// CallLimit is how deep calls may nest. The engine looks at its clock once
	// in 10,000 calls, and a stack overflow that the script catches costs time
	// in proportion to the depth: measured 5 s at the engine's own 5,000,
	// 0.4 s at 200.
	CallLimit   = 128
	inputLimit  = 4 << 10  // bytes of an uplink; LoRaWAN carries at most 242
	outputLimit = 64 << 10 // bytes of JSON
)

// Why a script gave no data.
var (
	ErrStopped = errors.New("codec: stopped at a limit")
	ErrTooBig  = errors.New("codec: script, input or output is too big")
	ErrRefused = errors.New("codec: the script reports an error")
	ErrBroken  = errors.New("codec: the script does not decode")
)

// Uplink is what a LoRaWAN device sent.
type Uplink struct {
	Bytes []byte
	Port  int       // fPort, 1 to 223
	At    time.Time // when the network server received it; may be zero
}

// Decode runs the script's decodeUplink, or its function of an older form, and
// returns its data, a JSON object. The error is one of ErrStopped, ErrTooBig, ErrRefused and ErrBroken, wrapped
// with what the script said.
func Decode(script []byte, u Uplink) (json.RawMessage, error) {
	if len(script) > ScriptLimit || len(u.Bytes) > inputLimit {
		return nil, ErrTooBig
	}
	out, err := run(before, plain(script), after+"("+u.input()+")")
	if err != nil {
		return nil, err
	}
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []any           `json:"errors"`
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		return nil, fmt.Errorf("%w: answer: %w", ErrBroken, err)
	}
	switch {
	case len(answer.Errors) > 0:
		return nil, fmt.Errorf("%w: %.200v", ErrRefused, answer.Errors)
	case len(answer.Data) == 0 || answer.Data[0] != '{':
		return nil, fmt.Errorf("%w: no data", ErrBroken)
	}
	return answer.Data, nil
}

// run evaluates sources one after the other in a machine of its own and returns
// the text that the last comes to.
func run(sources ...string) (out string, err error) {
	vm, err := quickjs.NewVM()
	if err != nil {
		return "", fmt.Errorf("codec: new machine: %w", err)
	}
	defer func() { err = errors.Join(err, vm.Close()) }()
	vm.SetMemoryLimit(MemoryLimit)
	vm.SetMaxStackSize(CallLimit)
	w := watched(vm)
	defer w.end()
	var last any
	for _, source := range sources {
		if err := vm.SetEvalTimeout(max(1, WallLimit-time.Since(w.began))); err != nil {
			return "", fmt.Errorf("codec: limit: %w", err)
		}
		if last, err = vm.Eval(source, quickjs.EvalGlobal); err != nil {
			return "", fault(err)
		}
	}
	out, ok := last.(string)
	switch {
	case !ok:
		return "", fmt.Errorf("%w: it returned nothing", ErrBroken)
	case len(out) > outputLimit:
		return "", ErrTooBig
	}
	return out, nil
}

// fault tells a script stopped at a limit from one that is wrong. The engine
// has no error values for it, only these messages.
func fault(err error) error {
	said := err.Error()
	for _, limit := range []string{"interrupted", "out of memory", "stack overflow", "Maximum call stack", "string too long", "invalid string length"} {
		if strings.Contains(said, limit) {
			return fmt.Errorf("%w: %.200s", ErrStopped, said)
		}
	}
	return fmt.Errorf("%w: %.200s", ErrBroken, said)
}

// FromBase64 reads the bytes of an uplink as ChirpStack and The Things Stack
// write them.
func FromBase64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("codec: base64: %w", err)
	}
	if len(b) > inputLimit {
		return nil, ErrTooBig
	}
	return b, nil
}

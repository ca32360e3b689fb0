package push

import (
	"bytes"
	"crypto/md5" //nolint:gosec // the platform's rule, not ours
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
)

// Notes on an OneNET message whose signature is not as it should be. It is
// stored all the same: the token of the address has let it in, and a smoke
// alarm is not lost over the form of a signature.
const (
	NoteUnsigned = "unsigned"      // no signature, or no envelope
	NoteBadSign  = "bad signature" // one that does not fit
)

// signed: the signature is base64(md5(token + nonce + msg)).
// Source: OneNET manual, "HTTP push", data checking.
func signed(token, nonce string, msg []byte, signature string) bool {
	sum := md5.Sum([]byte(token + nonce + string(msg))) //nolint:gosec // as above
	want := base64.StdEncoding.EncodeToString(sum[:])
	return subtle.ConstantTimeCompare([]byte(want), []byte(signature)) == 1
}

// signatureNote is what is wrong with the signature of a push; empty if
// nothing is. It is taken over the bytes of msg as they were sent; newer
// platforms send msg as a string and sign what the string holds.
func signatureNote(token string, body []byte) string {
	var envelope struct {
		Msg       json.RawMessage `json:"msg"`
		Nonce     string          `json:"nonce"`
		Signature string          `json:"msg_signature"`
		Newer     string          `json:"signature"`
	}
	if json.Unmarshal(body, &envelope) != nil {
		return NoteUnsigned
	}
	if envelope.Signature == "" {
		envelope.Signature = envelope.Newer
	}
	if envelope.Signature == "" || len(envelope.Msg) == 0 {
		return NoteUnsigned
	}
	if signed(token, envelope.Nonce, bytes.TrimSpace(envelope.Msg), envelope.Signature) {
		return ""
	}
	var text string
	if json.Unmarshal(envelope.Msg, &text) == nil && signed(token, envelope.Nonce, []byte(text), envelope.Signature) {
		return ""
	}
	return NoteBadSign
}

package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Config is a gateway as the administrator set it up.
type Config struct {
	URL    string `json:"url"`
	Body   string `json:"body"`             // JSON, or a form such as to={phone}&text={text}
	Header string `json:"header,omitempty"` // name of the header that carries the secret
	Secret string `json:"secret,omitempty"`
	// What the answer must hold, beside 2xx: Code = OK. Empty: 2xx is enough.
	OKField string `json:"ok_field,omitempty"`
	OKValue string `json:"ok_value,omitempty"`
	// How a receipt looks: which field holds our id, which says how it went,
	// and what that says when the message arrived.
	IDField    string `json:"id_field,omitempty"`
	StateField string `json:"state_field,omitempty"`
	StateValue string `json:"state_value,omitempty"`
}

// Message is what is filled into the body.
type Message struct {
	ID, Phone           string
	Text                string // the whole sentence
	What, Place, Number string // its parts, for gateways that know templates only
	Link                string
}

// Trouble is why a gateway did not take a message, in words for the
// administrator: no number and no secret is in it.
type Trouble string

func (t Trouble) Error() string { return string(t) }

const answerMost = 64 << 10

// Check says which field is wrong; empty if none is.
func (c Config) Check() string {
	if !strings.Contains(c.Body, "{phone}") || !strings.Contains(c.Body, "{id}") {
		return "body"
	}
	if _, _, err := c.fill(Message{ID: "i", Phone: "1", Text: "t"}); err != nil {
		return "body"
	}
	if (c.Header == "") != (c.Secret == "") || strings.ContainsAny(c.Header+c.Secret, "\r\n") {
		return "header"
	}
	return ""
}

// Send hands one message over. A nil error means that the gateway took it.
func Send(ctx context.Context, client *http.Client, c Config, m Message) error {
	body, kind, err := c.fill(m)
	if err != nil {
		return Trouble("body")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return Trouble("address")
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Idempotency-Key", m.ID)
	if c.Header != "" {
		req.Header.Set(c.Header, c.Secret)
	}
	res, err := client.Do(req)
	if err != nil {
		return Unanswered(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, answerMost))
	if err != nil {
		return Unanswered(err)
	}
	if res.StatusCode/100 != 2 {
		return Trouble(fmt.Sprintf("HTTP %d", res.StatusCode))
	}
	return c.accepted(answer)
}

// Unanswered says why a call has no answer, without the address that an error
// of net/http repeats: it may hold a key.
func Unanswered(err error) error {
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() {
		return Trouble("timeout")
	}
	return Trouble("no answer")
}

func (c Config) accepted(answer []byte) error {
	if c.OKField == "" {
		return nil
	}
	fields, err := objects(answer)
	if err != nil || len(fields) == 0 {
		return Trouble("answer is no JSON")
	}
	if got := text(fields[0][c.OKField]); got != c.OKValue {
		return Trouble(fmt.Sprintf("%s=%.40s", c.OKField, got))
	}
	return nil
}

// fill puts a message into the body. In JSON only whole strings are touched,
// so nothing that is filled in can change its shape.
func (c Config) fill(m Message) (body []byte, kind string, err error) {
	put := strings.NewReplacer("{id}", m.ID, "{phone}", m.Phone, "{text}", m.Text, "{what}", m.What, "{place}", m.Place, "{number}", m.Number, "{link}", m.Link)
	if s := strings.TrimSpace(c.Body); strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") {
		d := json.NewDecoder(strings.NewReader(s))
		d.UseNumber()
		var shape any
		if err := d.Decode(&shape); err != nil {
			return nil, "", fmt.Errorf("gateway body: %w", err)
		}
		body, err = json.Marshal(filled(shape, put))
		return body, "application/json", err
	}
	form, err := url.ParseQuery(strings.TrimSpace(c.Body))
	if err != nil {
		return nil, "", fmt.Errorf("gateway body: %w", err)
	}
	for _, values := range form {
		for i, v := range values {
			values[i] = put.Replace(v)
		}
	}
	return []byte(form.Encode()), "application/x-www-form-urlencoded", nil
}

func filled(v any, put *strings.Replacer) any {
	switch x := v.(type) {
	case string:
		return put.Replace(x)
	case []any:
		for i := range x {
			x[i] = filled(x[i], put)
		}
	case map[string]any:
		for k := range x {
			x[k] = filled(x[k], put)
		}
	}
	return v
}

// Receipt is what a gateway says of one message later.
type Receipt struct {
	ID        string // ours
	Delivered bool
	State     string // as the gateway says it
}

// Receipts reads what a gateway posted: one object, a list of them, or a form.
// What names no id of ours is passed over.
func (c Config) Receipts(body []byte, contentType string) ([]Receipt, error) {
	id, state, want := c.IDField, c.StateField, c.StateValue
	if id == "" {
		id = "id"
	}
	if state == "" {
		state, want = "status", "delivered"
	}
	list, err := objects(body)
	if strings.HasPrefix(contentType, "application/x-www-form-urlencoded") {
		list, err = formObject(body)
	}
	if err != nil {
		return nil, err
	}
	var out []Receipt
	for _, f := range list {
		if own := text(f[id]); own != "" {
			out = append(out, Receipt{own, text(f[state]) == want, fmt.Sprintf("%.40s", text(f[state]))})
		}
	}
	return out, nil
}

func formObject(body []byte) ([]map[string]any, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	one := map[string]any{}
	for k := range form {
		one[k] = form.Get(k)
	}
	return []map[string]any{one}, nil
}

// objects are the JSON object, or the objects of a JSON list.
func objects(body []byte) ([]map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	d = json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if raw[0] == '[' {
		var list []map[string]any
		err := d.Decode(&list)
		return list, err
	}
	var one map[string]any
	err := d.Decode(&one)
	return []map[string]any{one}, err
}

func text(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	}
	return fmt.Sprint(v)
}

package robot

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/linli/linli/internal/notify/gateway"
)

// Make is whose robot it is.
type Make string

// The makes.
const (
	WeCom    Make = "wecom"    // 企业微信
	DingTalk Make = "dingtalk" // 钉钉
	Feishu   Make = "feishu"   // 飞书
)

// Makes are all makes.
func Makes() []Make { return []Make{WeCom, DingTalk, Feishu} }

// PerMinute is how many calls a robot may get in a minute: DingTalk and WeCom
// stop listening for ten minutes after the 20th.
const PerMinute = 18

const (
	textMost   = 2000 // bytes; WeCom takes 2,048
	answerMost = 16 << 10
)

// Config is a robot.
type Config struct {
	Make   Make   `json:"make"`
	URL    string `json:"url"`
	Secret string `json:"secret,omitempty"` // signs, where the make signs
}

// Send says text in the robot's group.
func Send(ctx context.Context, client *http.Client, c Config, text string, now time.Time) error {
	address, body, err := c.call(cut(text, textMost), now)
	if err != nil {
		return gateway.Trouble("address")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return gateway.Trouble("address")
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := client.Do(req)
	if err != nil {
		return gateway.Unanswered(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, answerMost))
	if err != nil {
		return gateway.Unanswered(err)
	}
	if res.StatusCode/100 != 2 {
		return gateway.Trouble(fmt.Sprintf("HTTP %d", res.StatusCode))
	}
	return accepted(answer)
}

// accepted reads the answer: errcode 0 of WeCom and DingTalk, code 0 of Feishu.
func accepted(answer []byte) error {
	var a struct {
		ErrCode *int `json:"errcode"`
		Code    *int `json:"code"`
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return gateway.Trouble("answer is no JSON")
	}
	for _, code := range []*int{a.ErrCode, a.Code} {
		if code != nil && *code != 0 {
			return gateway.Trouble("code " + strconv.Itoa(*code))
		}
	}
	if a.ErrCode == nil && a.Code == nil {
		return gateway.Trouble("answer without code")
	}
	return nil
}

// call is the address with its signature and the body.
func (c Config) call(text string, now time.Time) (string, []byte, error) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return "", nil, err
	}
	var body any
	switch c.Make {
	case WeCom:
		body = map[string]any{"msgtype": "text", "text": map[string]any{"content": text, "mentioned_list": []string{"@all"}}}
	case DingTalk:
		if c.Secret != "" {
			ms := now.UnixMilli()
			q := u.Query()
			q.Set("timestamp", strconv.FormatInt(ms, 10))
			q.Set("sign", SignDingTalk(c.Secret, ms))
			u.RawQuery = q.Encode()
		}
		body = map[string]any{"msgtype": "text", "text": map[string]any{"content": text}, "at": map[string]any{"isAtAll": true}}
	case Feishu:
		m := map[string]any{"msg_type": "text", "content": map[string]any{"text": text}}
		if c.Secret != "" {
			s := now.Unix()
			m["timestamp"], m["sign"] = strconv.FormatInt(s, 10), SignFeishu(c.Secret, s)
		}
		body = m
	default:
		return "", nil, fmt.Errorf("robot of make %q", c.Make)
	}
	b, err := json.Marshal(body)
	return u.String(), b, err
}

// SignDingTalk signs an instant in milliseconds: the secret is the key.
func SignDingTalk(secret string, ms int64) string {
	return sign(secret, strconv.FormatInt(ms, 10)+"\n"+secret)
}

// SignFeishu signs an instant in seconds: the text is the key, and nothing is
// signed.
func SignFeishu(secret string, seconds int64) string {
	return sign(strconv.FormatInt(seconds, 10)+"\n"+secret, "")
}

func sign(key, text string) string {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// cut shortens to most bytes without splitting a character.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

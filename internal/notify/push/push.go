package push

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/SherClockHolmes/webpush-go"

	"github.com/linli/linli/internal/notify/gateway"
)

// Subscription is one browser that wants to be woken.
type Subscription struct {
	Endpoint string `json:"endpoint"`
	P256dh   string `json:"p256dh"`
	Auth     string `json:"auth"`
}

// Keys sign what a neighbourhood sends; a browser subscribes to the public one.
type Keys struct{ Private, Public string }

// NewKeys makes a pair.
func NewKeys() (Keys, error) {
	private, public, err := webpush.GenerateVAPIDKeys()
	if err != nil {
		return Keys{}, fmt.Errorf("push keys: %w", err)
	}
	return Keys{private, public}, nil
}

// Note is what the browser's service worker shows.
type Note struct {
	Title   string `json:"title"`
	Body    string `json:"body"`
	Link    string `json:"link"`    // path of a page of ours
	Tag     string `json:"tag"`     // a later note with the same tag takes its place
	Receipt string `json:"receipt"` // handed back when it was shown
}

// ErrGone: the browser does not want it any more.
var ErrGone = errors.New("the subscription has ended")

// life is how long the service keeps a note for a phone that is away: an
// alarm is told again every minute.
const life = 10 * time.Minute

// ServiceHosts are where browsers' makers run their push services, for the
// operator to choose from; none is called unless it is named.
func ServiceHosts() []string {
	return []string{"fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"}
}

// Allowed reports whether an endpoint lies at one of the hosts, a star
// standing for one or more names: *.push.apple.com. It must be https.
func Allowed(endpoint string, hosts []string) bool {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "https" || u.User != nil {
		return false
	}
	for _, h := range hosts {
		if rest, star := strings.CutPrefix(h, "*"); star && strings.HasPrefix(rest, ".") && strings.HasSuffix(u.Host, rest) || u.Host == h {
			return true
		}
	}
	return false
}

// Check refuses a subscription whose keys are none.
func (s Subscription) Check() error {
	key, err := decode(s.P256dh)
	if err != nil {
		return fmt.Errorf("p256dh: %w", err)
	}
	if _, err := ecdh.P256().NewPublicKey(key); err != nil {
		return fmt.Errorf("p256dh: %w", err)
	}
	if auth, err := decode(s.Auth); err != nil || len(auth) != 16 {
		return fmt.Errorf("auth of %d bytes: %w", len(auth), errors.Join(err, ErrGone))
	}
	return nil
}

func decode(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}

const (
	// recordSize is how long every request's body is, in bytes: RFC 8030 lets a
	// service refuse more than 4,096, and Firefox on Android takes 3,070.
	recordSize = 3000
	// noteMost is how many bytes a note may have so that it fits: without what RFC
	// 8188 and 8291 put around it (86 of header, 16 of seal, 1 of padding at least).
	noteMost = recordSize - 86 - 16 - 16 - 1
)

// encode writes a note, with a shorter text where it would not fit.
func encode(n Note) ([]byte, error) {
	body, err := json.Marshal(n)
	for text := []rune(n.Body); err == nil && len(body) > noteMost; body, err = json.Marshal(n) {
		if len(text) == 0 {
			return nil, fmt.Errorf("a note of %d bytes without its text", len(body))
		}
		text = text[:len(text)*4/5]
		n.Body = string(text) + "…"
	}
	return body, err
}

// NeedsAddress reports whether a service among the hosts takes notes only of a
// sender who says by which public address it is reached: Apple's answers
// BadJwtToken to any other.
func NeedsAddress(hosts []string) bool {
	return slices.ContainsFunc(hosts, func(h string) bool { return strings.HasSuffix(h, "push.apple.com") })
}

// Send hands a note to the browser's push service. subscriber is an https
// address or mail address by which its makers could reach the operator.
func Send(ctx context.Context, client *http.Client, keys Keys, s Subscription, subscriber string, n Note) error {
	body, err := encode(n)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	res, err := webpush.SendNotificationWithContext(ctx, body, &webpush.Subscription{Endpoint: s.Endpoint, Keys: webpush.Keys{Auth: s.Auth, P256dh: s.P256dh}}, &webpush.Options{
		HTTPClient: client, Subscriber: subscriber, TTL: int(life / time.Second), Urgency: webpush.UrgencyHigh, RecordSize: recordSize,
		VAPIDPublicKey: keys.Public, VAPIDPrivateKey: keys.Private,
	})
	if err != nil {
		return gateway.Unanswered(err)
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone:
		return ErrGone
	case res.StatusCode/100 != 2:
		return gateway.Trouble(fmt.Sprintf("HTTP %d", res.StatusCode))
	}
	return nil
}

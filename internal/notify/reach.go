package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Options say how people and programs outside are reached. The zero value
// reaches nobody: nothing leaves the house unasked.
type Options struct {
	// Hosts are the hosts that webhooks, gateways and robots may lie at, with
	// a port where it is not the scheme's own.
	Hosts []string
	// PushHosts are the push services that may be called, see
	// [push.ServiceHosts]. None: no phone is woken.
	PushHosts []string
	Client    *http.Client // nil means one for each channel, that follows no redirect
	// Phone is a person's number, or empty.
	Phone func(ctx context.Context, tenant store.Tenant, person string) (string, error)
	// Say puts a sentence into words, in Chinese: what leaves has no reader to
	// ask for a language.
	Say    func(key string, args ...any) string
	Public string // address people reach the house by; empty: texts hold no link
	// Door is the path under which a person opens a message's link from outside
	// the app, where it needs no account; nil: the path as it is.
	Door func(ctx context.Context, tenant store.Tenant, person, path string) (string, error)
	// Office is the subdistrict's tenant: its gateways serve every
	// neighbourhood that has none of its own.
	Office func() store.Tenant
}

// The channels for danger, beside the app.
const (
	Push  Channel = "push"  // 手机推送
	Robot Channel = "robot" // 群机器人
	SMS   Channel = "sms"   // 短信
	Voice Channel = "voice" // 语音电话
)

// Urgent are the channels for danger.
func Urgent() []Channel { return []Channel{Push, Robot, SMS, Voice} }

// timeout is how long one call of a channel may take.
func (c Channel) timeout() time.Duration {
	if c == Voice {
		return 15 * time.Second
	}
	return 10 * time.Second
}

// ReceiptsTopic is the live topic of one neighbourhood's receipts.
func ReceiptsTopic(tenant store.Tenant) string { return "receipts/" + string(tenant) }

// said is the sentence of a message for the world outside. near says how
// exactly the place is named: short for groups and lock screens, the door for
// the one person who has to go there.
type said struct {
	what, text, place, number, link string
}

func (s *Service) sayOutside(row NotifyMessage, near string) (said, error) {
	var args map[string]string
	if err := json.Unmarshal([]byte(row.Args), &args); err != nil {
		return said{}, fmt.Errorf("outside text: %w", err)
	}
	x := said{what: s.opts.Say(args["kind_key"]), place: args[near], number: args["number"]}
	if s.opts.Public != "" {
		x.link = s.opts.Public + row.Link
	}
	x.text = Timed(args, s.opts.Say(row.Key, "kind", x.what, "place", x.place), s.opts.Say)
	if args["drill"] != "" {
		x.text = s.opts.Say("notify.out_drill", "text", x.text)
	}
	x.text = s.opts.Say("notify.out", "text", x.text, "number", x.number, "link", x.link)
	return x, nil
}

// Timed puts before a message's text that it comes late, if its args say by how
// many minutes (late).
func Timed(args map[string]string, text string, say func(key string, args ...any) string) string {
	if args["late"] == "" {
		return text
	}
	return say("notify.late", "n", args["late"], "text", text)
}

// allowed refuses every address that is not named in the options.
func (s *Service) allowed(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || !slices.Contains(s.opts.Hosts, u.Host) {
		return fault.New(fault.Invalid, "notify.hook_not_allowed")
	}
	return nil
}

// newClient is a client that follows no redirect: an allowed host must not
// send us on to another. Each channel has its own, with its own connections.
func newClient() *http.Client {
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		c.Transport = t.Clone()
	}
	return c
}

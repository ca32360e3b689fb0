package mqtt_test

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// secure opens a listener with TLS that verifies certificates of the clients'
// authority; nil: of none.
func (h *house) secure(t *testing.T, own, clients *inboxtest.Authority) string {
	t.Helper()
	c := &tls.Config{Certificates: []tls.Certificate{own.Server()}}
	if clients != nil {
		c.ClientCAs, c.ClientAuth = clients.Pool(), tls.VerifyClientCertIfGiven
	}
	addr, err := h.door.Listen("127.0.0.1:0", c)
	if err != nil {
		t.Fatal(err)
	}
	return addr.String()
}

// knock connects with certificates, if any.
func knock(t *testing.T, addr string, own *inboxtest.Authority, certs ...tls.Certificate) *client {
	t.Helper()
	c := &tls.Config{RootCAs: own.Pool(), GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		if len(certs) == 0 {
			return &tls.Certificate{}, nil
		}
		return &certs[0], nil
	}}
	raw, err := tls.Dial("tcp", addr, c)
	if err != nil {
		t.Fatal(err)
	}
	return talk(t, raw)
}

func TestBothListenersLeadToTheSameInbox(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), testTLS)
}

func testTLS(t *testing.T, s *store.Store, _ *storetest.Clock) {
	h, own := openDoor(t, s), inboxtest.NewAuthority(t)
	addr := h.secure(t, own, nil)
	secure, plain := knock(t, addr, own), h.in(t, login{id: "p", user: "bridge"})
	if code := secure.hello(login{id: "s", user: "bridge", pass: "bridge!"}); code != 0 {
		t.Fatalf("not let in: %d", code)
	}
	for _, c := range []*client{secure, plain} {
		c.send(c.publish(1, 1, "zigbee2mqtt/x", "{}", false))
		c.wantAck(0x40, 1)
	}
	if n := inboxtest.Count(t, s); n != 2 {
		t.Fatalf("%d rows, want 2", n)
	}
	intruder := dial(t, addr) // speaks plainly to the TLS listener
	intruder.send([]byte("GET / HTTP/1.1\r\n\r\n"))
	intruder.wantClosed()
}

// A certificate of the operator's authority stands for the password of the
// credential that it names, and for nothing else.
func TestCertificateStandsForThePassword(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h, own, devices := openDoor(t, s), inboxtest.NewAuthority(t), inboxtest.NewAuthority(t)
	verifying, plain := h.secure(t, own, devices), h.secure(t, own, nil)
	bridge := []tls.Certificate{devices.Client("bridge")}
	for name, tt := range map[string]struct {
		addr  string
		certs []tls.Certificate
		login login
		in    bool
	}{
		"certificate alone":                   {verifying, bridge, login{}, true},
		"with its name":                       {verifying, bridge, login{user: "bridge"}, true},
		"with another's name":                 {verifying, bridge, login{user: "detector"}, false},
		"with a wrong password":               {verifying, bridge, login{user: "bridge", pass: "x"}, false},
		"another's password counts":           {verifying, bridge, login{user: "detector", pass: "detector!"}, true},
		"password and no certificate":         {verifying, nil, login{user: "bridge", pass: "bridge!"}, true},
		"neither":                             {verifying, nil, login{user: "bridge"}, false},
		"nobody":                              {verifying, nil, login{}, false},
		"of no credential":                    {verifying, []tls.Certificate{devices.Client("stranger")}, login{}, false},
		"without a name":                      {verifying, []tls.Certificate{devices.Client("")}, login{user: "bridge"}, false},
		"another client id":                   {verifying, []tls.Certificate{devices.Client("pinned")}, login{}, false},
		"no authority is configured":          {plain, bridge, login{}, false},
		"no authority, password all the same": {plain, bridge, login{user: "bridge", pass: "bridge!"}, true},
	} {
		for _, v5 := range []bool{false, true} {
			tt.login.v5, tt.login.id = v5, "me"
			c := knock(t, tt.addr, own, tt.certs...)
			if code := c.helloBare(tt.login); (code == 0) != tt.in {
				t.Errorf("%s, MQTT 5 %t: code %x", name, v5, code)
			}
		}
	}
}

// Whoever is certified acts as the credential does.
func TestCertifiedPublishesBelowItsPrefix(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		own := inboxtest.NewAuthority(t)
		c := knock(t, h.secure(t, own, own), own, own.Client("bridge"))
		if code := c.helloBare(login{v5: true, id: "me"}); code != 0 {
			t.Fatalf("not let in: %x", code)
		}
		c.send(append(c.publish(1, 1, "zigbee2mqtt/x", "good", false), c.publish(1, 2, "smoke/d1", "bad", false)...))
		if first, second := c.wantAck(0x40, 1), c.wantAck(0x40, 2); first != 0 || second != 0x87 {
			t.Fatalf("reasons %x and %x", first, second)
		}
		if n := inboxtest.Count(t, h.store); n != 1 {
			t.Errorf("%d rows, want the good one", n)
		}
	})
}

// A certificate of another authority, of another use, or out of date is
// refused before anything is said, whatever password would follow.
func TestOtherCertificatesAreRefused(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h, own, devices := openDoor(t, s), inboxtest.NewAuthority(t), inboxtest.NewAuthority(t)
	addr := h.secure(t, own, devices)
	for name, cert := range map[string]tls.Certificate{
		"another authority": inboxtest.NewAuthority(t).Client("bridge"), "the server's authority": own.Client("bridge"),
		"a server's":  devices.Issue("bridge", inboxtest.Ever, x509.ExtKeyUsageServerAuth),
		"out of date": devices.Issue("bridge", time.Now().Add(-time.Minute), x509.ExtKeyUsageClientAuth),
	} {
		c := knock(t, addr, own, cert)
		c.sendBare(login{id: "me", user: "bridge", pass: "bridge!"})
		if head, body, err := c.read(); err == nil {
			t.Errorf("%s was answered %x %x", name, head, body)
		}
	}
}

// A credential that has ended lets its certificate in no more, and its
// connection ends.
func TestCertificateOfAnEndedCredential(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h, own := openDoor(t, s), inboxtest.NewAuthority(t)
	addr, cert := h.secure(t, own, own), own.Client("bridge")
	for range 3 { // asked once, remembered then
		if code := knock(t, addr, own, cert).helloBare(login{id: "me"}); code != 0 {
			t.Fatalf("not let in: %x", code)
		}
	}
	if n := h.keeper.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	c := knock(t, addr, own, cert)
	if code := c.helloBare(login{id: "me"}); code != 0 {
		t.Fatalf("not let in: %x", code)
	}
	h.keeper.ended.Store(true)
	h.door.Forget("b1")
	c.wantClosed()
	if code := knock(t, addr, own, cert).helloBare(login{id: "me"}); code == 0 {
		t.Error("let in after it ended")
	}
}

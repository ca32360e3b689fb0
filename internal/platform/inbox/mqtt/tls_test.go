package mqtt_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestBothListenersLeadToTheSameInbox(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), testTLS)
}

func testTLS(t *testing.T, s *store.Store, _ *storetest.Clock) {
	h := openDoor(t, s)
	cert, pool := certificate(t)
	addr, err := h.door.Listen("127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := tls.Dial("tcp", addr.String(), &tls.Config{RootCAs: pool})
	if err != nil {
		t.Fatal(err)
	}
	secure, plain := talk(t, raw), h.in(t, login{id: "p", user: "bridge"})
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
	intruder := dial(t, addr.String()) // speaks plainly to the TLS listener
	intruder.send([]byte("GET / HTTP/1.1\r\n\r\n"))
	intruder.wantClosed()
}

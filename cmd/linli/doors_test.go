package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
)

// certify writes a certificate of its own with a serial number.
func certify(t *testing.T, dir string, serial int64) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Unix(serial*1000, 0) // each renewal has another time, however fast the test is
	if err := os.Chtimes(cert, at, at); err != nil {
		t.Fatal(err)
	}
	return cert, key
}

func serialOf(t *testing.T, addr string) int64 {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // its serial number is asked for
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

func testHouse(t *testing.T) *app.App {
	t.Helper()
	a, err := app.New(context.Background(), app.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return a
}

// All four doors open, those with TLS show the certificate, and a renewed one
// is used without a new start; half a renewal closes nothing.
func TestDoorsOpenAndUseARenewedCertificate(t *testing.T) {
	dir := t.TempDir()
	cert, key := certify(t, dir, 1)
	var out bytes.Buffer
	d := doors{MQTT: "127.0.0.1:0", MQTTS: "127.0.0.1:0", Fire: "127.0.0.1:0", FireTLS: "127.0.0.1:0", TLSCert: cert, TLSKey: key}
	opened, err := d.open(&out, testHouse(t))
	if err != nil || len(opened) != 4 {
		t.Fatal(opened, err)
	}
	for _, addr := range opened {
		if !strings.Contains(out.String(), addr) {
			t.Errorf("%s is not printed", addr)
		}
	}
	if strings.Contains(out.String(), "Note") {
		t.Errorf("a warning for an address of this machine: %s", out.String())
	}
	for _, name := range []string{"mqtts", "fire_tls"} {
		if got := serialOf(t, opened[name]); got != 1 {
			t.Errorf("%s shows certificate %d", name, got)
		}
	}
	certify(t, dir, 2)
	if got := serialOf(t, opened["mqtts"]); got != 2 {
		t.Errorf("certificate %d after it was renewed", got)
	}
	if err := os.WriteFile(cert, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serialOf(t, opened["mqtts"]); got != 2 {
		t.Errorf("certificate %d while it is being renewed", got)
	}
}

// With an authority named, the MQTT door asks devices for certificates of it;
// without one, and at the other doors, it asks for none.
func TestDoorTakesCertificatesOfItsAuthority(t *testing.T) {
	dir, devices := t.TempDir(), inboxtest.NewAuthority(t)
	cert, key := certify(t, dir, 1)
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, devices.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	a, out := testHouse(t), &bytes.Buffer{}
	d := doors{MQTTS: "127.0.0.1:0", FireTLS: "127.0.0.1:0", TLSCert: cert, TLSKey: key, MQTTCA: ca}
	opened, err := d.open(out, a)
	if err != nil {
		t.Fatal(err)
	}
	d.MQTTCA = ""
	plain, err := d.open(out, a)
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]bool{opened["mqtts"]: true, opened["fire_tls"]: false, plain["mqtts"]: false} {
		asked := false
		conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { //nolint:gosec // who it is does not matter here
			asked = true
			return &tls.Certificate{}, nil
		}})
		if err != nil || asked != want {
			t.Fatalf("%s asked: %t, %v", addr, asked, err)
		}
		_ = conn.Close()
	}
	for why, d := range map[string]doors{
		"no such file": {MQTTS: "127.0.0.1:0", TLSCert: cert, TLSKey: key, MQTTCA: "/nowhere"},
		"no authority": {MQTTS: "127.0.0.1:0", TLSCert: cert, TLSKey: key, MQTTCA: key},
		"no door":      {FireTLS: "127.0.0.1:0", TLSCert: cert, TLSKey: key, MQTTCA: ca},
	} {
		if _, err := d.open(out, a); err == nil || !strings.Contains(err.Error(), "--mqtts-client-ca") {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func TestDoorsWithTLSNeedACertificate(t *testing.T) {
	a, out := testHouse(t), &bytes.Buffer{}
	if _, err := (doors{MQTTS: "127.0.0.1:0"}).open(out, a); err == nil || !strings.Contains(err.Error(), "--tls-cert") {
		t.Errorf("%v", err)
	}
	if _, err := (doors{FireTLS: "127.0.0.1:0", TLSCert: "/nowhere", TLSKey: "/nowhere"}).open(out, a); err == nil {
		t.Error("opened without a certificate")
	}
	if opened, err := (doors{}).open(out, a); err != nil || len(opened) != 0 || out.Len() != 0 {
		t.Errorf("%v %v %s", opened, err, out)
	}
}

func TestDoorThatCanBeReachedFromOutsideSaysSo(t *testing.T) {
	for addr, home := range map[string]bool{
		"127.0.0.1:1": true, "10.1.2.3:1": true, "192.168.0.1:1": true, "[fd00::1]:1": true, "[::1]:1": true,
		"0.0.0.0:1": false, "[::]:1": false, "203.0.113.1:1": false, "broken": false,
	} {
		if atHome(addr) != home {
			t.Errorf("%s: %t", addr, !home)
		}
	}
	var out bytes.Buffer
	if _, err := (doors{MQTT: "0.0.0.0:0"}).open(&out, testHouse(t)); err != nil || !strings.Contains(out.String(), "Note: no TLS here") {
		t.Errorf("%s %v", out.String(), err)
	}
}

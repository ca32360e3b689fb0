package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/linli/linli/internal/app"
)

// doors are the listeners for devices.
type doors struct {
	MQTT    string `arg:"--mqtt" default:"127.0.0.1:1883" help:"Address of the MQTT listener without TLS, for this machine or its own network; empty opens none."`
	MQTTS   string `arg:"--mqtts" placeholder:"HOST:8883" help:"Address of the MQTT listener with TLS, for devices elsewhere; needs --tls-cert and --tls-key."`
	Fire    string `arg:"--fire" placeholder:"HOST:5200" help:"Address of the listener for fire stations (GB/T 26875.3 over TCP), on a network of their own."`
	FireTLS string `arg:"--fire-tls" placeholder:"HOST:5201" help:"The same behind a TLS tunnel; needs --tls-cert and --tls-key."`
	TLSCert string `arg:"--tls-cert" help:"Certificate chain in PEM, read again when it is renewed."`
	TLSKey  string `arg:"--tls-key" help:"Its key in PEM."`
	MQTTCA  string `arg:"--mqtts-client-ca" placeholder:"FILE" help:"CA certificate in PEM; devices with a certificate from it connect to the MQTT listener with TLS without a password: the common name is the credential's name."`
}

// open opens the doors that have an address and says where they are, with a
// note where one without TLS can be reached from outside.
func (d doors) open(out io.Writer, a *app.App) (map[string]string, error) {
	secure, err := d.secure()
	if err != nil {
		return nil, err
	}
	certified, err := d.certified(secure)
	if err != nil {
		return nil, err
	}
	opened := map[string]string{}
	for _, door := range []struct {
		key, name, at string
		secure        *tls.Config
		listen        func(string, ...*tls.Config) (string, error)
	}{
		{"mqtt", "MQTT", d.MQTT, nil, a.ListenMQTT}, {"mqtts", "MQTT with TLS", d.MQTTS, certified, a.ListenMQTT},
		{"fire", "Fire stations (GB/T 26875.3)", d.Fire, nil, a.ListenFire}, {"fire_tls", "Fire stations with TLS", d.FireTLS, secure, a.ListenFire},
	} {
		if door.at == "" {
			continue
		}
		addr, err := door.listen(door.at, door.secure)
		if err != nil {
			return nil, err
		}
		opened[door.key] = addr
		fmt.Fprintf(out, "%s: %s\n", door.name, addr)
		if door.secure == nil && !atHome(addr) {
			fmt.Fprintf(out, "  Note: no TLS here, and the address is not of a private network. Keep it behind a firewall, or use --mqtts / --fire-tls.\n")
		}
	}
	return opened, nil
}

// atHome reports whether an address is of this machine or a private network.
// One that listens everywhere is not.
func atHome(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	return err == nil && (a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast())
}

// secure is the configuration of the doors with TLS; nil if there are none.
func (d doors) secure() (*tls.Config, error) {
	if d.MQTTS == "" && d.FireTLS == "" {
		return nil, nil
	}
	if d.TLSCert == "" || d.TLSKey == "" {
		return nil, fmt.Errorf("--mqtts and --fire-tls need --tls-cert and --tls-key")
	}
	c := &certificate{cert: d.TLSCert, key: d.TLSKey}
	if _, err := c.get(nil); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}, nil
}

// certified is the configuration of the MQTT door with TLS, which takes
// certificates of devices if an authority is named. Those without one come in
// by password as ever.
func (d doors) certified(secure *tls.Config) (*tls.Config, error) {
	if d.MQTTCA == "" {
		return secure, nil
	}
	if d.MQTTS == "" {
		return nil, fmt.Errorf("--mqtts-client-ca needs --mqtts")
	}
	pem, err := os.ReadFile(d.MQTTCA)
	if err != nil {
		return nil, fmt.Errorf("--mqtts-client-ca: %w", err)
	}
	secure = secure.Clone()
	if secure.ClientCAs = x509.NewCertPool(); !secure.ClientCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--mqtts-client-ca: no certificate in %s", d.MQTTCA)
	}
	secure.ClientAuth = tls.VerifyClientCertIfGiven
	return secure, nil
}

// certificate is read again when its file changes, so that a renewed one is
// used without a new start.
type certificate struct {
	cert, key string

	mu     sync.Mutex
	read   time.Time
	loaded *tls.Certificate
}

// get is the newest certificate that could be read: half a renewal does not
// close the door.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.cert)
	if err == nil && c.loaded != nil && info.ModTime().Equal(c.read) {
		return c.loaded, nil
	}
	if err == nil {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(c.cert, c.key); err == nil {
			c.loaded, c.read = &pair, info.ModTime()
		}
	}
	if c.loaded == nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return c.loaded, nil
}

package inboxtest

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
)

// How brokers that know MQTT 3.1.1 only meet a client of MQTT 5: with the
// CONNACK of their version, with that of the other, or by hanging up.
var (
	RefusesAsOld  = []byte{0x20, 2, 0, 1}
	RefusesAsNew  = []byte{0x20, 3, 0, 0x84, 0}
	RefusesMutely = []byte(nil)
)

// OnlyOlder makes of a broker one that knows MQTT 3.1.1 only, and returns its
// address.
func OnlyOlder(t testing.TB, broker string, refusal []byte) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			work.Go(func() { older(c, broker, refusal) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); work.Wait() })
	return l.Addr().String()
}

func older(c net.Conn, broker string, refusal []byte) {
	defer func() { _ = c.Close() }()
	in := bufio.NewReader(c)
	head, _ := in.ReadByte()
	n, err := binary.ReadUvarint(in)
	if err != nil || n > 1<<16 {
		return
	}
	hello := make([]byte, n)
	if _, err := io.ReadFull(in, hello); err != nil {
		return
	}
	if n < 7 || hello[6] != 4 { // after the protocol's name stands its level
		_, _ = c.Write(refusal)
		return
	}
	b, err := net.Dial("tcp", broker)
	if err != nil {
		return
	}
	defer func() { _ = b.Close() }()
	_, _ = b.Write(slices.Concat(binary.AppendUvarint([]byte{head}, n), hello))
	go func() {
		_, _ = io.Copy(b, in)
		_ = b.Close()
	}()
	_, _ = io.Copy(c, b)
}

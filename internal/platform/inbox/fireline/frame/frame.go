package frame

import (
	"encoding/binary"
	"encoding/hex"
	"time"
)

// Command is what a frame asks or tells (控制单元命令字节).
type Command byte

// The commands.
const (
	Control  Command = 1 // 控制命令
	Send     Command = 2 // 发送数据: wants a Confirm
	Confirm  Command = 3 // 确认
	Request  Command = 4 // 请求
	Response Command = 5 // 应答
	Deny     Command = 6 // 否认
)

// Checksum is how the check byte was made.
type Checksum string

// The checksums that are met.
const (
	Sum Checksum = "sum" // as in the standard
	XOR Checksum = "xor" // as some gateways do
)

// MaxData is the most bytes of data taken in a frame, so that a broken length
// cannot keep a whole frame behind it waiting for long.
const MaxData = 1024

const (
	head    = 27 // bytes before the data
	tail    = 3  // bytes behind it
	longest = head + MaxData + tail
)

// Address is a station's address, as on the wire.
type Address [6]byte

// String is the address in hexadecimal, highest byte first, as it is written
// on the device.
func (a Address) String() string {
	var b Address
	for i := range a {
		b[i] = a[len(a)-1-i]
	}
	return hex.EncodeToString(b[:])
}

// Frame is one frame.
type Frame struct {
	Serial      uint16
	Version     [2]byte // main, user
	Time        [6]byte // second, minute, hour, day, month, year-2000
	Source      Address
	Destination Address
	Command     Command
	Data        []byte
	Check       Checksum // how it was checked when read; written as Sum unless XOR
}

// Next cuts the first frame or piece of junk off a stream. n is how many bytes
// it took; 0 means that more must arrive first. If frame is nil the n bytes
// are junk: no frame begins in them. The frame's data is part of the stream.
func Next(stream []byte) (frame *Frame, n int) {
	for at := range stream {
		f, size, wait := parse(stream[at:])
		switch {
		case at == 0 && (f != nil || wait):
			return f, size
		case f != nil || wait:
			return nil, at
		}
	}
	return nil, len(stream)
}

// parse reads the frame at the beginning of b. wait says that b is too short
// to tell.
func parse(b []byte) (f *Frame, size int, wait bool) {
	if b[0] != '@' || len(b) > 1 && b[1] != '@' {
		return nil, 0, false
	}
	if len(b) < head {
		return nil, 0, true
	}
	size = head + int(binary.LittleEndian.Uint16(b[24:])) + tail
	if size > longest {
		return nil, 0, false
	}
	if len(b) < size {
		return nil, 0, true
	}
	check, ok := checked(b[2:size-tail], b[size-tail])
	if !ok || b[size-2] != '#' || b[size-1] != '#' {
		return nil, 0, false
	}
	f = &Frame{
		Serial: binary.LittleEndian.Uint16(b[2:]), Version: [2]byte(b[4:6]), Time: [6]byte(b[6:12]),
		Source: Address(b[12:18]), Destination: Address(b[18:24]), Command: Command(b[26]), Data: b[head : size-tail], Check: check,
	}
	return f, size, false
}

// checked says which checksum fits.
func checked(b []byte, check byte) (Checksum, bool) {
	sum, xor := sums(b)
	switch check {
	case sum:
		return Sum, true
	case xor:
		return XOR, true
	}
	return "", false
}

func sums(b []byte) (sum, xor byte) {
	for _, c := range b {
		sum += c
		xor ^= c
	}
	return sum, xor
}

// Bytes is the frame as it goes over the wire. Data beyond MaxData is cut off.
func (f Frame) Bytes() []byte {
	data := f.Data[:min(len(f.Data), MaxData)]
	b := make([]byte, 0, head+len(data)+tail)
	b = append(b, '@', '@')
	b = binary.LittleEndian.AppendUint16(b, f.Serial)
	b = append(b, f.Version[:]...)
	b = append(b, f.Time[:]...)
	b = append(b, f.Source[:]...)
	b = append(b, f.Destination[:]...)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(data)))
	b = append(b, byte(f.Command))
	b = append(b, data...)
	check, xor := sums(b[2:])
	if f.Check == XOR {
		check = xor
	}
	return append(b, check, '#', '#')
}

// Confirmation is the answer to a frame whose data is stored: same serial,
// addresses exchanged, no data, the checksum that the sender uses. at is the
// centre's local time.
func (f Frame) Confirmation(at time.Time) Frame {
	return Frame{
		Serial: f.Serial, Version: f.Version, Time: wireTime(at),
		Source: f.Destination, Destination: f.Source, Command: Confirm, Check: f.Check,
	}
}

func wireTime(at time.Time) [6]byte {
	return [6]byte{byte(at.Second()), byte(at.Minute()), byte(at.Hour()), byte(at.Day()), byte(at.Month()), byte(at.Year() - 2000)}
}

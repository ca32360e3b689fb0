// Package frame reads and writes the frames by which fire transmission devices
// (用户信息传输装置) report to a monitoring centre, GB/T 26875.3-2011:
//
//	40 40 | serial | version | time | source | destination | length | command | data | sum | 23 23
//	  2       2        2        6       6          6            2        1       n     1     2    = 30 + n bytes
//
// Numbers are little-endian. The end mark may occur inside the data, so the
// length decides. The sum is the low byte of the sum of all bytes from serial
// to data; gateways that XOR them instead are seen in the field and are
// accepted and noted.
//
// Reading is pure: a stream is cut into frames and junk, whatever the pieces in
// which it arrives.
package frame

//go:build !linux

package bench

import "os"

// fdatasync does more than is needed where there is no call for the data
// alone.
func fdatasync(f *os.File) error { return f.Sync() }

package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
)

// Writer makes an archive.
type Writer struct {
	file    *os.File
	zip     *zip.Writer
	members []Member
}

// Create begins an archive in a new file that only its owner can read. A file
// that is there already is fs.ErrExist.
func Create(path string) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create backup: %w", err)
	}
	return &Writer{file: f, zip: zip.NewWriter(f)}, nil
}

// Add puts a file in. Photographs are stored, everything else is packed.
func (w *Writer) Add(ctx context.Context, name string, r io.Reader) error {
	if !memberNames().MatchString(name) {
		return fmt.Errorf("back up %q: %w", name, ErrForeign)
	}
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	if path.Dir(path.Dir(name)) == "photos" {
		h.Method = zip.Store
	}
	h.SetMode(0o600)
	into, err := w.zip.CreateHeader(h)
	if err != nil {
		return fmt.Errorf("back up %s: %w", name, err)
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(into, sum), until{ctx, r})
	if err != nil {
		return fmt.Errorf("back up %s: %w", name, err)
	}
	w.members = append(w.members, Member{name, n, hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// AddFile is Add of a file on disk.
func (w *Writer) AddFile(ctx context.Context, name, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("back up %s: %w", name, err)
	}
	defer f.Close()
	return w.Add(ctx, name, f)
}

// Close writes the list and returns when the archive is on the disk. The
// members and the format are filled in.
func (w *Writer) Close(m Manifest) error {
	m.Format, m.Members = Format, w.members
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return errors.Join(err, w.Abandon())
	}
	into, err := w.zip.Create(manifestName)
	if err == nil {
		_, err = into.Write(b)
	}
	if err = errors.Join(err, w.zip.Close()); err == nil {
		err = w.file.Sync()
	}
	if err = errors.Join(err, w.file.Close()); err != nil {
		return fmt.Errorf("finish backup: %w", errors.Join(err, os.Remove(w.file.Name())))
	}
	return nil
}

// Abandon removes an archive that is not to be finished.
func (w *Writer) Abandon() error {
	return errors.Join(w.file.Close(), os.Remove(w.file.Name()))
}

// until ends a copy with its context.
type until struct {
	ctx context.Context
	r   io.Reader
}

// Read reads unless the context has ended.
func (u until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

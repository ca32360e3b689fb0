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
	"path/filepath"
)

// manifestMax bounds the list: about 130 bytes for each of two million
// photographs.
const manifestMax = 256 << 20

// Archive is an archive that was opened for reading.
type Archive struct {
	Manifest Manifest
	zip      *zip.ReadCloser
	files    map[string]*zip.File
}

// Open opens an archive and compares its list with what it holds. The content
// is checked by Extract.
func Open(path string) (*Archive, error) {
	z, err := zip.OpenReader(path)
	if errors.Is(err, zip.ErrFormat) {
		return nil, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open backup: %w", err)
	}
	a := &Archive{zip: z, files: map[string]*zip.File{}}
	if err := a.readList(); err != nil {
		return nil, errors.Join(err, z.Close())
	}
	return a, nil
}

func (a *Archive) readList() error {
	for _, f := range a.zip.File {
		if a.files[f.Name] != nil || !f.Mode().IsRegular() {
			return fmt.Errorf("%w: entry %.80q", ErrForeign, f.Name)
		}
		a.files[f.Name] = f
	}
	list := a.files[manifestName]
	if list == nil || list.UncompressedSize64 > manifestMax {
		return fmt.Errorf("%w: no list of content", ErrForeign)
	}
	r, err := list.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer r.Close()
	if err := json.NewDecoder(io.LimitReader(r, manifestMax)).Decode(&a.Manifest); err != nil {
		return fmt.Errorf("%w: list of content: %w", ErrDamaged, err)
	}
	if err := a.Manifest.check(); err != nil {
		return err
	}
	return a.compare()
}

// compare holds the list against the entries, both ways.
func (a *Archive) compare() error {
	if len(a.files) != len(a.Manifest.Members)+1 {
		return fmt.Errorf("%w: %d entries, %d listed", ErrDamaged, len(a.files)-1, len(a.Manifest.Members))
	}
	for _, m := range a.Manifest.Members {
		if f := a.files[m.Name]; f == nil || f.UncompressedSize64 != uint64(m.Bytes) {
			return fmt.Errorf("%w: %s is missing or of another length", ErrDamaged, m.Name)
		}
	}
	return nil
}

// Size is how many bytes the members have together once extracted.
func (a *Archive) Size() (total int64) {
	for _, m := range a.Manifest.Members {
		total += m.Bytes
	}
	return total
}

// Extract writes every member below dir, which exists, readable by the owner
// only, and returns when all were found unchanged and are on the disk. After
// an error what stands in dir is worth nothing.
func (a *Archive) Extract(ctx context.Context, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("extract: %w", err)
	}
	defer root.Close()
	folders := map[string]bool{".": true}
	for _, m := range a.Manifest.Members {
		folder := filepath.Dir(m.Name)
		if !folders[folder] {
			if err := root.MkdirAll(folder, 0o700); err != nil {
				return fmt.Errorf("extract %s: %w", m.Name, err)
			}
			folders[folder] = true
		}
		if err := a.extract(ctx, root, m); err != nil {
			return fmt.Errorf("extract %s: %w", m.Name, err)
		}
	}
	for folder := range folders {
		if err := syncFolder(filepath.Join(dir, folder)); err != nil {
			return fmt.Errorf("extract: %w", err)
		}
	}
	return nil
}

func (a *Archive) extract(ctx context.Context, root *os.Root, m Member) error {
	from, err := a.files[m.Name].Open()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer from.Close()
	to, err := root.OpenFile(m.Name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(to, sum), until{ctx, io.LimitReader(doubtful{from}, m.Bytes+1)})
	if err == nil {
		err = to.Sync()
	}
	if err = errors.Join(err, to.Close()); err != nil {
		return err
	}
	if n != m.Bytes || hex.EncodeToString(sum.Sum(nil)) != m.SHA256 {
		return fmt.Errorf("%w: its content has changed", ErrDamaged)
	}
	return nil
}

// doubtful calls everything that goes wrong in reading damage.
type doubtful struct{ r io.Reader }

// Read reads.
func (d doubtful) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, err
}

// Close closes the archive.
func (a *Archive) Close() error { return a.zip.Close() }

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

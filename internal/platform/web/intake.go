package web

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/linli/linli/internal/platform/budget"
	"github.com/linli/linli/internal/platform/fault"
)

// Of an intake, unless its options say otherwise.
const (
	diskMost   = 512 << 20        // bytes of uploads on disk at the same time
	firstMost  = 128 << 20        // and of those that alarms bring, which wait for no others
	diskWait   = 20 * time.Second // how long an upload waits to be let in
	bodiesMost = 96 << 20         // bytes of memory for bodies that are read whole
	bodiesWait = time.Minute      // it is on disk by then, and is not sent again lightly
)

// IntakeOptions are what an intake may hold. A zero field takes the default.
type IntakeOptions struct {
	Dir    string // where files wait; empty means the system's folder for temporary files
	Disk   int64  // bytes in it at the same time; 512 MiB
	Memory int64  // bytes of memory for bodies read whole, all together; 96 MiB
	Wait   time.Duration
	Calm   *budget.Calm // gives memory back when it is over
}

// Intake is where large bodies wait until all of them is here: on disk, under
// one budget for the whole program. Whoever sends slowly holds no memory, and
// what is larger than the rest leaves is not begun to be read.
type Intake struct {
	dir                 string
	disk, first, bodies *budget.Budget
}

// NewIntake makes the folder, and empties it of what a crash left.
func NewIntake(o IntakeOptions) (*Intake, error) {
	if o.Disk == 0 {
		o.Disk = diskMost
	}
	if o.Memory == 0 {
		o.Memory = bodiesMost
	}
	disk, bodies := o.Wait, o.Wait
	if o.Wait == 0 {
		disk, bodies = diskWait, bodiesWait
	}
	if o.Dir != "" {
		if err := cleared(o.Dir); err != nil {
			return nil, fmt.Errorf("folder of uploads: %w", err)
		}
	}
	return &Intake{o.Dir, budget.New(o.Disk, disk, nil), budget.New(firstMost, disk, nil), budget.New(o.Memory, bodies, o.Calm)}, nil
}

const spoolPattern = "upload-*.part"

func cleared(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	left, err := filepath.Glob(filepath.Join(dir, spoolPattern))
	if err != nil {
		return err
	}
	for _, name := range left {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// spool is one request's bytes on disk.
type spool struct {
	file    *os.File
	size    int64
	broken  error // of the disk
	release func()
}

// open takes a place for a request's body and makes the file. Its name is gone at once
// where the system allows it, so that a crash leaves nothing.
func (t *taking) open(ctx context.Context, n int64) (*spool, error) {
	if n < 0 {
		n = t.most // nobody said how large it is
	}
	room := t.intake.disk
	if t.first {
		room = t.intake.first
	}
	release, err := room.Take(ctx, n)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(t.intake.dir, spoolPattern)
	if err != nil {
		release()
		return nil, fault.Wrap(err, fault.Busy, "fault.busy")
	}
	_ = os.Remove(f.Name()) // close removes it elsewhere
	return &spool{file: f, release: release}, nil
}

// Write remembers what the disk said, to tell it from what the sender did.
func (s *spool) Write(b []byte) (int, error) {
	n, err := s.file.Write(b)
	s.size += int64(n)
	if err != nil {
		s.broken = err
	}
	return n, err
}

// add appends all of r and returns it for reading.
func (s *spool) add(r io.Reader) (*io.SectionReader, error) {
	from := s.size
	_, err := io.Copy(struct{ io.Writer }{s}, r)
	if s.broken != nil {
		return nil, fault.Wrap(err, fault.Busy, "fault.busy")
	}
	return io.NewSectionReader(s.file, from, s.size-from), err
}

// close gives the bytes and the place back.
func (s *spool) close() {
	_ = s.file.Close()           // nothing of it is wanted any more
	_ = os.Remove(s.file.Name()) // gone already on most systems
	s.release()
}

// taking is what one request has brought so far.
type taking struct {
	intake *Intake
	most   int64 // bytes of its body, as the route declares
	first  bool  // it is an alarm's own
	files  map[string][]File
}

type takingKey struct{}

func withTaking(ctx context.Context, i *Intake) context.Context {
	return context.WithValue(ctx, takingKey{}, &taking{intake: i, most: FormMost, files: map[string][]File{}})
}

func takingOf(ctx context.Context) *taking {
	t, ok := ctx.Value(takingKey{}).(*taking)
	if !ok {
		panic("web: a body is taken outside a Mux")
	}
	return t
}

// Hold waits for n bytes of memory, of those that large bodies share, and
// returns what gives them back. Hold them before anything large is read whole.
func Hold(ctx context.Context, n int64) (release func(), err error) {
	return takingOf(ctx).intake.bodies.Take(ctx, n)
}

package backup

import (
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Format is the form of the archives this program writes.
const Format = 1

// Names of the members that every archive has.
const (
	Database     = "linli.db"
	manifestName = "manifest.json"
)

// Manifest is the list of what an archive holds.
type Manifest struct {
	Format  int              `json:"format"`
	Program string           `json:"program"` // version that made it
	Taken   time.Time        `json:"taken"`   // instant the database stood at
	From    string           `json:"from"`    // sqlite3 or postgres
	Schema  string           `json:"schema"`  // fingerprint of the migrations
	Keys    bool             `json:"keys"`    // the keys are in it
	Missing []string         `json:"missing"` // photographs the database names and the folder had lost
	Rows    map[string]int64 `json:"rows"`    // by table
	Members []Member         `json:"members"`
}

// Member is one file of an archive.
type Member struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// What can be wrong with an archive, to be asked for with errors.Is.
var (
	// ErrForeign: it is no archive of linli's.
	ErrForeign = errors.New("not a linli backup")
	// ErrNewer: a newer program made it.
	ErrNewer = errors.New("made by a newer linli")
	// ErrDamaged: what is in it is not what was put into it.
	ErrDamaged = errors.New("backup damaged")
)

func memberNames() *regexp.Regexp {
	return regexp.MustCompile(`^(linli\.db|keys/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}|photos/[0-9a-f]{2}/[0-9a-f]{62})$`)
}

// check refuses a list that this program would not have written.
func (m Manifest) check() error {
	switch {
	case m.Format < 1:
		return fmt.Errorf("%w: no format", ErrForeign)
	case m.Format > Format:
		return fmt.Errorf("%w: format %d", ErrNewer, m.Format)
	}
	names, seen := memberNames(), map[string]bool{}
	for _, f := range m.Members {
		if !names.MatchString(f.Name) || seen[f.Name] || f.Bytes < 0 || len(f.SHA256) != 64 {
			return fmt.Errorf("%w: member %.80q", ErrForeign, f.Name)
		}
		seen[f.Name] = true
	}
	if !seen[Database] {
		return fmt.Errorf("%w: no database", ErrForeign)
	}
	return nil
}

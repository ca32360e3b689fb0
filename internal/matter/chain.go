package matter

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/linli/linli/internal/platform/store"
)

// Seal gives the entry its hash, so that whoever writes a past writes one that
// verifies: SHA-256 over the matter's fixed facts,
// every field of the entry and the hash before it, as a JSON array, which
// keeps the fields apart. Map keys are sorted by encoding/json.
func Seal(m Matter, e Entry) Entry {
	args, photos := jsonOf(e)
	b, err := json.Marshal([]any{
		m.Tenant, m.ID, m.Number, m.Kind, m.Place, m.RaisedBy, store.Ms(m.RaisedAt),
		e.Seq, store.Ms(e.At), e.Actor, e.Group, e.Verb, e.Key, args, photos, e.Audience, e.PrevHash,
	})
	if err != nil {
		panic(err) // strings and integers only
	}
	sum := sha256.Sum256(b)
	e.Hash = hex.EncodeToString(sum[:])
	return e
}

func jsonOf(e Entry) (args, photos string) {
	if e.Args == nil {
		e.Args = map[string]string{}
	}
	if e.Photos == nil {
		e.Photos = []string{}
	}
	a, err := json.Marshal(e.Args)
	if err != nil {
		panic(err) // strings only
	}
	p, err := json.Marshal(e.Photos)
	if err != nil {
		panic(err) // strings only
	}
	return string(a), string(p)
}

// Breach is a place where the chain does not hold.
type Breach struct {
	Matter string // id
	Number string
	Seq    int    // the first entry that does not fit; 0 for the head
	What   string // changed, missing, extra
}

// verifyPage is how many matters are checked at a time.
const verifyPage = 500

// Verify walks every timeline of a tenant and calls found for each breach. It
// returns how many entries hold.
func (s *Spine) Verify(ctx context.Context, tenant store.Tenant, found func(Breach)) (int, error) {
	return Verify(ctx, s.store.Reader(), tenant, found)
}

// Verify is Spine.Verify on the database as it stood at one instant, see
// [store.Store.Frozen]: while others write, a head and its timeline are
// otherwise not of the same moment.
func Verify(ctx context.Context, db store.DB, tenant store.Tenant, found func(Breach)) (int, error) {
	q, held, after := New(db), 0, ""
	for {
		rows, err := q.HeadsAfter(ctx, tenant, after, verifyPage)
		if err != nil {
			return held, fmt.Errorf("verify: %w", err)
		}
		for _, row := range rows {
			m := matterOf(row)
			entries, err := q.Entries(ctx, tenant, m.ID)
			if err != nil {
				return held, fmt.Errorf("verify: %w", err)
			}
			held += checkChain(m, entries, found)
			after = m.ID
		}
		if len(rows) < verifyPage {
			return held, nil
		}
	}
}

// checkChain checks one timeline and returns how many entries hold.
func checkChain(m Matter, rows []MatterEntry, found func(Breach)) int {
	prev := ""
	for i, row := range rows {
		e, err := entryOf(row)
		switch {
		case int(row.Seq) > i+1:
			found(Breach{m.ID, m.Number, i + 1, "missing"})
			return i
		case err != nil || e.PrevHash != prev || Seal(m, e).Hash != e.Hash:
			found(Breach{m.ID, m.Number, i + 1, "changed"})
			return i
		}
		prev = e.Hash
	}
	switch {
	case len(rows) < m.Version:
		found(Breach{m.ID, m.Number, len(rows) + 1, "missing"})
	case len(rows) > m.Version:
		found(Breach{m.ID, m.Number, m.Version + 1, "extra"})
	case prev != m.LastHash:
		found(Breach{m.ID, m.Number, 0, "changed"})
	}
	return len(rows)
}

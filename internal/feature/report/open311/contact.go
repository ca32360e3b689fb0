package open311

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Contact is how to reach the person behind a report that another program
// handed in, as far as it said.
type Contact struct {
	First string `json:"first_name,omitempty"`
	Last  string `json:"last_name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
}

// Limits of a contact's fields.
const maxContact = 200 // characters

const contactField = "open311.contact"

// keep seals a contact beside its report. An empty one leaves nothing.
func (c Contact) keep(ctx context.Context, tx *store.Tx, seal Sealer, r report.Report) error {
	if c == (Contact{}) {
		return nil
	}
	plain, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("contact: %w", err)
	}
	sealed, err := seal.Seal(r.Tenant, r.ID, contactField, string(plain))
	if err != nil {
		return err
	}
	if err := New(tx).InsertContact(ctx, r.Tenant, r.ID, sealed); err != nil {
		return fmt.Errorf("contact: %w", err)
	}
	return nil
}

// Contact is how to reach who reported through Open311: for those whom the
// access table gives report.contact at the place, and each reading is
// recorded before it is answered. A report without one is not found.
func (o *API) Contact(ctx context.Context, a people.Actor, id string) (Contact, error) {
	v, err := o.reports.Pictured(ctx, a, id)
	if err != nil {
		return Contact{}, err
	}
	if contactLevel(a, v) < people.Logged {
		return Contact{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	sealed, err := New(o.reports.Store.Reader()).ContactOf(ctx, v.Tenant, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Contact{}, fault.New(fault.NotFound, "fault.not_found")
	}
	if err != nil {
		return Contact{}, fmt.Errorf("contact: %w", err)
	}
	plain, err := o.seal.Open(v.Tenant, id, contactField, sealed)
	if err != nil {
		return Contact{}, err
	}
	var c Contact
	if err := json.Unmarshal([]byte(plain), &c); err != nil {
		return Contact{}, fmt.Errorf("contact: %w", err)
	}
	return c, o.reports.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return people.Audit(ctx, tx, a, "report.contact", "report", id, "contact")
	})
}

// contactLevel is how far the viewer may know how to reach the reporter.
func contactLevel(a people.Actor, v report.View) people.Level {
	return people.Access{}.See(a, "report", "contact", v.Subject())
}

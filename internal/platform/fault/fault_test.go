package fault_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/linli/linli/internal/platform/fault"
)

// An error of a database that is not there is busy wherever it comes up, also
// where somebody took it for something that is not there or not allowed; any other
// is our own mistake, or what it was taken for.
func TestS31_DatabaseThatIsAwayIsBusyWhateverItWasTakenFor(t *testing.T) {
	server := func(state string) error { return &pgconn.PgError{Code: state, Severity: "ERROR"} }
	for name, tt := range map[string]struct {
		err     error
		passing bool
	}{
		"broken connection":    {driver.ErrBadConn, true},
		"connection is done":   {sql.ErrConnDone, true},
		"transaction is over":  {sql.ErrTxDone, true},
		"no answer in time":    {context.DeadlineExceeded, true},
		"shut down":            {server("57P01"), true},
		"crashed":              {server("57P02"), true},
		"starting up":          {server("57P03"), true},
		"read-only standby":    {server("25006"), true},
		"disk is full":         {server("53100"), true},
		"too many connections": {server("53300"), true},
		"connection lost":      {server("08006"), true},
		"read error":           {server("58030"), true},
		"deadlock":             {server("40P01"), true},
		"a busy fault inside":  {fault.New(fault.Busy, "fault.busy"), true},
		"no row":               {sql.ErrNoRows, false},
		"a key twice":          {server("23505"), false},
		"no such table":        {server("42P01"), false},
		"caller went away":     {context.Canceled, false},
		"our own":              {errors.New("5 is no colour"), false},
	} {
		t.Run(name, func(t *testing.T) {
			err := fmt.Errorf("look: %w", tt.err)
			want, taken := fault.Internal, fault.NotFound
			if tt.passing {
				want, taken = fault.Busy, fault.Busy
			}
			if got := fault.As(err).Code; got != want {
				t.Errorf("it is %s", got)
			}
			if got := fault.Wrap(err, fault.NotFound, "fault.not_found").Code; got != taken {
				t.Errorf("taken for not found it is %s", got)
			}
			if fault.Is(err, fault.Busy) != tt.passing || fault.Passing(err) != tt.passing {
				t.Errorf("busy: %v, passing: %v", fault.Is(err, fault.Busy), fault.Passing(err))
			}
			if !errors.Is(fault.Wrap(err, fault.NotFound, "fault.not_found"), tt.err) {
				t.Error("the cause is lost")
			}
		})
	}
	if fault.Passing(nil) || fault.Wrap(nil, fault.Conflict, "fault.changed").Code != fault.Conflict {
		t.Error("no cause at all is passing")
	}
}

package fault

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

// states are the SQLSTATEs of a server that cannot serve now, by class or in
// full. Source: PostgreSQL manual, appendix A, "PostgreSQL Error Codes".
var states = map[string]bool{
	"08":    true, // connection exception
	"53":    true, // insufficient resources: the disk is full, too many connections
	"58":    true, // system error, such as an I/O error
	"57P01": true, // shut down by its administrator
	"57P02": true, // crashed
	"57P03": true, // starting up or shutting down
	"57P05": true, // the connection was idle for too long
	"57014": true, // the statement took too long
	"25006": true, // read only: a standby, or a primary that was demoted
	"25P03": true, // the transaction was idle for too long
	"55P03": true, // a lock was not to be had in time
	"40001": true, // could not be ordered among others
	"40P01": true, // a deadlock, of which it was the victim
}

// Passing reports whether an error says that a database is not there, cannot
// write, or did not answer in time. What was asked may be asked again later; it
// says nothing about what was asked for.
func Passing(err error) bool {
	var e *Error
	if errors.As(err, &e) && e.Code == Busy {
		return true
	}
	for _, sign := range []error{driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone, context.DeadlineExceeded} {
		if errors.Is(err, sign) {
			return true
		}
	}
	var server interface{ SQLState() string }
	if !errors.As(err, &server) {
		return false
	}
	state := server.SQLState()
	return states[state] || len(state) == 5 && states[state[:2]]
}

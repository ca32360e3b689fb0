package inbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// A statement costs about as much as a row, so what is under way together is
// written by few of them: each inserts so many messages, the largest that fit.
const (
	manyRows = 32
	someRows = 8
)

// rows are statements that insert several messages.
type rows struct{ many, some string }

func newRows() rows { return rows{insertOf(manyRows), insertOf(someRows)} }

// insertOf is Insert for n messages.
func insertOf(n int) string {
	head, tail, _ := strings.Cut(insert, "VALUES (")
	one, tail, _ := strings.Cut(tail, ")")
	columns := strings.Count(one, "$")
	var b strings.Builder
	b.WriteString(head + "VALUES ")
	for row := range n {
		b.WriteString(strings.Repeat(", ", min(row, 1)) + "(")
		for column := range columns {
			fmt.Fprintf(&b, "%s$%d", strings.Repeat(", ", min(column, 1)), row*columns+column+1)
		}
		b.WriteString(")")
	}
	return b.String() + tail
}

// of is the statement for the messages at the head of a batch, and how many it
// takes: 0 if the first is better written by itself. A message with a key is,
// as it may have been stored before.
func (r rows) of(batch []parcel) (query string, n int) {
	for n < len(batch) && n < manyRows && batch[n].Key == "" {
		n++
	}
	switch {
	case n == manyRows:
		return r.many, n
	case n >= someRows:
		return r.some, someRows
	}
	return "", 0
}

// writeAll writes a batch in its order and notes which messages were new.
func (r rows) writeAll(ctx context.Context, q *Queries, batch []parcel, stored []bool) error {
	for i := 0; i < len(batch); {
		query, n := r.of(batch[i:])
		if n == 0 {
			if err := write(ctx, q, batch[i].Message, &stored[i]); err != nil {
				return err
			}
			i++
			continue
		}
		args := make([]any, 0, n*strings.Count(insert, "$"))
		for end := i + n; i < end; i++ {
			args, stored[i] = batch[i].params().appendTo(args), true
		}
		if err := exactly(int64(n))(q.db.ExecContext(ctx, query, args...)); err != nil {
			return err
		}
	}
	return nil
}

// exactly is an error unless so many rows were written: what is not there must
// not be confirmed.
func exactly(n int64) func(sql.Result, error) error {
	return func(r sql.Result, err error) error {
		if err != nil {
			return err
		}
		if got, err := r.RowsAffected(); err != nil || got != n {
			return errors.Join(err, fmt.Errorf("%d messages written of %d", got, n))
		}
		return nil
	}
}

// appendTo adds the columns in the order of Insert.
func (p InsertParams) appendTo(args []any) []any {
	return append(args, p.TenantID, p.ID, p.Source, p.Device, p.Topic, p.Form, p.Body, p.Urgent, p.Unsure, p.Note, p.OnceKey, p.ReceivedAt)
}

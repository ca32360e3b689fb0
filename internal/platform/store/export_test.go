package store

import "context"

// Waiting is how many writers wait for their turn on SQLite.
func (s *Store) Waiting() int { return len(s.writer.ahead) + len(s.writer.queue) }

// LeaveOpen begins a transaction on SQLite's writing connection that nobody ends.
func (s *Store) LeaveOpen(ctx context.Context) error {
	return s.writer.pause(func() error {
		_, err := s.writer.conn.ExecContext(ctx, "BEGIN IMMEDIATE")
		return err
	})
}

package store

// Waiting is how many writers wait for their turn on SQLite.
func (s *Store) Waiting() int { return len(s.writer.ahead) + len(s.writer.queue) }

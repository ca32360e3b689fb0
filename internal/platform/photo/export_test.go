package photo

// Hold takes a place as a picture being decoded does, until release is called.
func (s *Sanitizer) Hold() (release func()) {
	s.places <- struct{}{}
	return func() { <-s.places }
}

package photo

import "context"

// Hold takes a place as a picture being decoded does, until release is called.
func (s *Sanitizer) Hold() (release func()) {
	release, err := s.places.Take(context.Background(), 1)
	if err != nil {
		panic(err)
	}
	return release
}

// Package guide runs the commands of the guides in docs/guide, so that what an
// operator copies works.
package guide

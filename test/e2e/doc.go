// Package e2e tells the house's stories in a real browser, on the sample
// subdistrict: people and places here, one file for each story.
package e2e

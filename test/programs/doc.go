// Package programs gives tests the sample subdistrict with the doors for
// programs alone: no pages, no devices. What asks is a person or nobody.
package programs

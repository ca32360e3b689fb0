package ui

import (
	"fmt"
	"strings"
)

// roofline is the drawing of lane houses: gables, chimneys, two lit windows,
// three osmanthus trees. Colours come from the style sheet.
const (
	roofWidth = 430
	roofBase  = 119
)

var roofline = drawRoofline()

// gables are the left edge and the height of each house.
func gables() [][2]int {
	return [][2]int{{0, 58}, {46, 66}, {92, 58}, {138, 74}, {184, 60}, {230, 66}, {276, 58}, {322, 72}, {368, 60}, {414, 64}}
}

func drawRoofline() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="roof" viewBox="0 0 %d %d" preserveAspectRatio="xMidYMax slice" aria-hidden="true">`, roofWidth, roofBase+1)
	for i, g := range gables() {
		lit := map[int]int{3: 26, 7: 9}[i]
		drawHouse(&b, g[0], roofBase-g[1], lit)
	}
	drawTree(&b, 118, "1.05")
	drawTree(&b, 300, ".9")
	drawTree(&b, 392, "1.1")
	b.WriteString("</svg>")
	return b.String()
}

// drawHouse draws a house with its ridge at x+23,y and the window at lit on.
func drawHouse(b *strings.Builder, x, y, lit int) {
	const w = 46
	fmt.Fprintf(b, `<path class="rf-a" d="M%d %dV%dL%d %dL%d %dV%dZ"/>`, x, roofBase, y+18, x+w/2, y, x+w, y+18, roofBase)
	fmt.Fprintf(b, `<path class="rf-l" d="M%d %dL%d %dL%d %d"/>`, x-2, y+19, x+w/2, y-1, x+w+2, y+19)
	fmt.Fprintf(b, `<rect class="rf-c" x="%d" y="%d" width="6" height="14"/>`, x+w-14, y-2)
	for _, dx := range []int{9, 26} {
		class := "rf-d"
		if dx == lit {
			class = "rf-w"
		}
		fmt.Fprintf(b, `<rect class="%s" x="%d" y="%d" width="10" height="13" rx="1.5"/>`, class, x+dx, y+26)
	}
	fmt.Fprintf(b, `<circle class="rf-d" cx="%d" cy="%d" r="3"/>`, x+w/2, y+13)
}

func drawTree(b *strings.Builder, x int, scale string) {
	fmt.Fprintf(b, `<g transform="translate(%d %d) scale(%s)"><path class="rf-t" d="M0 0V-34M0-20L-11-32M0-24L10-35"/>`, x, roofBase, scale)
	for _, c := range [][3]int{{0, -46, 17}, {-14, -37, 12}, {14, -39, 13}} {
		fmt.Fprintf(b, `<circle class="rf-f" cx="%d" cy="%d" r="%d"/>`, c[0], c[1], c[2])
	}
	for _, c := range [][2]int{{-6, -48}, {8, -41}, {-13, -36}, {4, -54}} {
		fmt.Fprintf(b, `<circle class="rf-g" cx="%d" cy="%d" r="2"/>`, c[0], c[1])
	}
	b.WriteString("</g>")
}

package alarm

import (
	"context"
	"strconv"

	"github.com/linli/linli/internal/place"
)

// face is the front of a building (楼面): a window for each dwelling, floor by
// floor, the one that calls lit red.
type face struct {
	Label   string // of the flat
	Name    string // of the building
	Floors  int
	Width   int // of the drawing; its units are arbitrary
	Height  int
	Windows []window
	At      window // the one that calls; zero if it has no place of its own here
}

// window is one dwelling; X and Y are its upper left corner.
type window struct {
	X, Y int
	Near bool // beside, above or below the one that calls
	Hot  bool
}

// The measures of the drawing.
const (
	windowStep  = 35
	floorStep   = 33
	windowWide  = 26
	windowHigh  = 24
	faceLeft    = 36
	faceTop     = 40
	faceGround  = 60
	labelWide   = 64
	mostWindows = 600 // a face of more is left out
)

// faceOf draws the building of an incident; a building without dwellings of
// its own has no face.
func (s *Service) faceOf(ctx context.Context, v View) (face, error) {
	if v.Building == "" {
		return face{}, nil
	}
	flats, err := s.Places.Subtree(ctx, v.Tenant, v.Building, place.Dwelling)
	if err != nil || len(flats) == 0 || len(flats) > mostWindows {
		return face{}, err
	}
	building, err := s.Places.ByID(ctx, v.Tenant, v.Building)
	if err != nil {
		return face{}, err
	}
	f := draw(flats, v.Place, building.Floors)
	f.Name, f.Label = building.Name, v.scene.node.Name
	return f, nil
}

// draw lays the windows out, the top floor first.
func draw(flats []place.Node, hot string, floors int) face {
	byFloor := map[int][]place.Node{}
	for _, n := range flats {
		byFloor[n.Floor] = append(byFloor[n.Floor], n)
		floors = max(floors, n.Floor)
	}
	wide, f := 0, face{Floors: floors}
	for _, row := range byFloor {
		wide = max(wide, len(row))
	}
	for floor := floors; floor >= min(1, lowest(byFloor)); floor-- {
		y := faceTop + (floors-floor)*floorStep
		for i, n := range byFloor[floor] {
			w := window{X: faceLeft + i*windowStep, Y: y, Hot: n.ID == hot}
			if w.Hot {
				f.At = w
			}
			f.Windows = append(f.Windows, w)
		}
		f.Height = y + floorStep
	}
	f.Width, f.Height = faceLeft+wide*windowStep+labelWide, f.Height+faceGround
	for i := range f.Windows {
		f.Windows[i].Near = f.At.Hot && f.Windows[i].beside(f.At)
	}
	return f
}

func lowest(byFloor map[int][]place.Node) int {
	low := 1
	for floor := range byFloor {
		low = min(low, floor)
	}
	return low
}

func (w window) beside(o window) bool {
	dx, dy := (w.X-o.X)/windowStep, (w.Y-o.Y)/floorStep
	return !w.Hot && dx*dx+dy*dy == 1
}

func (w window) class() string {
	switch {
	case w.Hot:
		return "fh"
	case w.Near:
		return "fn"
	}
	return "fw"
}

func (f face) viewBox() string { return "0 0 " + num(f.Width) + " " + num(f.Height) }

// wall is the outline with the cut corners of the roof.
func (f face) wall() string {
	r, b := f.Width-labelWide+8, f.Height-12
	return "M18 " + num(b) + "V24L36 10H" + num(r-18) + "L" + num(r) + " 24V" + num(b)
}

// way is from the door to the flat.
func (f face) way() string {
	return "M" + num(f.door()) + " " + num(f.Height-44) + "V" + num(f.At.Y+windowHigh+7) + "H" + num(f.At.X+windowWide/2)
}

func (f face) door() int { return faceLeft + (f.Width-faceLeft-labelWide)/2 }

func num(n int) string { return strconv.Itoa(n) }

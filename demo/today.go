package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
)

// scene is one report of the simulated day.
type scene struct {
	ago      time.Duration
	by       string // ref of a resident
	building string // ref
	category string
	spot     string
	words    string
	unnamed  bool
	boxes    int // how much clutter the picture shows
	moves    []move
}

// move is what the property's worker does, and when.
type move struct {
	verb  matter.Verb
	after time.Duration // since the report was sent
}

var day = []scene{
	{26 * time.Hour, "r0424", "guihua-6", "corridor.clutter", "11 楼楼道转角", "纸箱堆了快两周，旧自行车挡住消火栓，半夜老人下楼容易绊到。", true, 5,
		[]move{{matter.Take, 21 * time.Minute}, {matter.Start, 3 * time.Hour}, {matter.Finish, 22 * time.Hour}}},
	{3 * time.Hour, "r0424", "guihua-6", "ebike.indoor", "一楼门厅", "电瓶车推进楼里充电，门厅都是线。", false, 3,
		[]move{{matter.Take, 9 * time.Minute}, {matter.Start, 25 * time.Minute}}},
	{5 * time.Hour, "r0294", "guihua-5", "clean.garbage", "底层垃圾房外", "垃圾满出来了，味道很大。", false, 4, []move{{matter.Take, 40 * time.Minute}}},
	{12 * time.Minute, "r0434", "guihua-6", "corridor.light", "9 楼电梯口", "灯一闪一闪，三天了。", false, 1, nil},
}

// today plays the day so far: some reports waiting, some under way, one that
// asks its reporter to look.
func today(ctx context.Context, a *app.App, clock *Clock) error {
	defer clock.Back(0)
	worker, err := find(ctx, a, "xiwu", "s029")
	if err != nil {
		return err
	}
	for i, s := range day {
		if err := play(ctx, a, clock, i, s, worker); err != nil {
			return fmt.Errorf("simulated day, scene %d: %w", i+1, err)
		}
	}
	return nil
}

func play(ctx context.Context, a *app.App, clock *Clock, i int, s scene, worker people.Person) error {
	who, err := find(ctx, a, "xiwu", s.by)
	if err != nil {
		return err
	}
	actor, err := a.Door.ActorFor(ctx, who.Tenant, who.ID)
	if err != nil {
		return err
	}
	node, err := a.Places.ByRef(ctx, who.Tenant, s.building)
	if err != nil {
		return err
	}
	clock.Back(s.ago)
	before, err := drawn(ctx, a, s.boxes, i)
	if err != nil {
		return err
	}
	r, _, err := a.Reports.Create(ctx, actor, report.Draft{
		Place: node.ID, Category: s.category, Spot: s.spot, Words: s.words, Anonymous: s.unnamed, Source: report.FromApp,
		HappenedAt: a.Store.Now().Add(-time.Minute), Key: fmt.Sprintf("demo-%d", i), Photos: before,
	})
	if err != nil {
		return err
	}
	return work(ctx, a, clock, r.ID, s, worker)
}

// work lets the property's worker make the scene's moves.
func work(ctx context.Context, a *app.App, clock *Clock, id string, s scene, worker people.Person) error {
	actor, err := a.Door.ActorFor(ctx, worker.Tenant, worker.ID)
	if err != nil {
		return err
	}
	for _, m := range s.moves {
		clock.Back(s.ago - m.after)
		act := report.Act{ID: id, Verb: m.verb}
		if m.verb == matter.Finish {
			if act.Photos, err = drawn(ctx, a, 0, 9); err != nil {
				return err
			}
		}
		if _, err := a.Reports.Do(ctx, actor, act); err != nil {
			return err
		}
	}
	return nil
}

// picture draws a stairwell with boxes in it: an invented photograph.
func drawn(ctx context.Context, a *app.App, boxes, seed int) ([]picture.Picture, error) {
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	fill := func(r image.Rectangle, c color.RGBA) { draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src) }
	fill(img.Bounds(), color.RGBA{199, 207, 204, 255})
	fill(image.Rect(0, 330, 640, 480), color.RGBA{142, 153, 149, 255})
	fill(image.Rect(250, 120, 400, 330), color.RGBA{183, 193, 189, 255})
	fill(image.Rect(285, 150, 365, 250), color.RGBA{216, 230, 238, 255})
	for i := range boxes {
		x, y := 40+(i*97+seed*31)%430, 250+(i*53)%110
		fill(image.Rect(x, y, x+110, y+100), color.RGBA{185, 138, uint8(85 + 9*i), 255})
		fill(image.Rect(x, y+20, x+110, y+25), color.RGBA{143, 103, 55, 255})
		fill(image.Rect(x+52, y, x+57, y+100), color.RGBA{143, 103, 55, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		return nil, err
	}
	return a.Reports.Studio.Take(ctx, picture.Bytes(b.Bytes()), 1)
}

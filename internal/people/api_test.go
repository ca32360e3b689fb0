package people_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/test/programs"
)

func TestAPIPlacesPostsAndMe(t *testing.T) {
	h := programs.One(t)
	lu := h.Somebody(h.Xiwu, "r0434")
	var areas []people.WireArea
	h.Call(t, lu, "GET", "/api/v1/areas", "", 200, &areas)
	if len(areas) != 1 || areas[0].Kind != "neighbourhood" || areas[0].Letters != "XW" || countAreas(areas, "building") == 0 || countAreas(areas, "dwelling") != 0 {
		t.Errorf("%+v", areas)
	}
	officer := h.Serving(h.Office, people.SubdistrictOfficer, h.Office.Ref)
	var whole []people.WireArea
	h.Call(t, officer, "GET", "/api/v1/areas", "", 200, &whole)
	if countAreas(whole, "neighbourhood") != 4 || countAreas(whole, "compound") != 5 {
		t.Errorf("the office sees %d neighbourhoods, %d compounds", countAreas(whole, "neighbourhood"), countAreas(whole, "compound"))
	}
	var posts, same []people.WirePost
	h.Call(t, lu, "GET", "/api/v1/areas/"+h.Node(t, h.Xiwu, "guihua-6")+"/posts", "", 200, &posts)
	h.Call(t, officer, "GET", "/api/v1/areas/"+h.Node(t, h.Xiwu, "guihua-6")+"/posts", "", 200, &same)
	if !slices.ContainsFunc(posts, func(p people.WirePost) bool { return p.Group == "property" && p.Name != "" }) || len(posts) != len(same) {
		t.Errorf("%+v", posts)
	}
	h.Call(t, lu, "GET", "/api/v1/areas/%00/posts", "", 404, nil)
	var me, staff people.WireMe
	h.Call(t, lu, "GET", "/api/v1/me", "", 200, &me)
	if me.Person != lu.Person || me.Neighbourhood.Letters != "XW" || strings.Join(me.Groups, " ") != "resident" || me.Dwelling == "" {
		t.Errorf("%+v", me)
	}
	h.Call(t, officer, "GET", "/api/v1/me", "", 200, &staff)
	if len(staff.Posts) != 1 || staff.Posts[0].Role != string(people.SubdistrictOfficer) {
		t.Errorf("%+v", staff)
	}
}

func countAreas(areas []people.WireArea, kind string) int {
	n := 0
	for _, a := range areas {
		if a.Kind == kind {
			n++
		}
		n += countAreas(a.Children, kind)
	}
	return n
}

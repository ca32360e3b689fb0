package place_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
)

func TestPositionsAreReadAndWrittenExactly(t *testing.T) {
	for _, tt := range []struct{ lat, long, wantLat, wantLong string }{
		{"31.2304", "121.4737", "31.2304", "121.4737"},
		{" 31.23041660 ", "121.4737009", "31.2304166", "121.4737009"},
		{"37.76524078", "-122.4212043", "37.7652408", "-122.4212043"},
		{"0", "-0.5", "0", "-0.5"},
		{"90", "180", "90", "180"},
		{"-90.0000000", "-180", "-90", "-180"},
	} {
		p, err := place.ParsePosition(tt.lat, tt.long)
		if err != nil {
			t.Errorf("%s, %s: %v", tt.lat, tt.long, err)
			continue
		}
		if lat, long := p.Texts(); lat != tt.wantLat || long != tt.wantLong {
			t.Errorf("%s, %s: %s, %s", tt.lat, tt.long, lat, long)
		}
	}
}

func TestWhatIsNoPositionIsRefused(t *testing.T) {
	for _, tt := range [][2]string{
		{"", ""}, {"31.2", ""}, {"", "121.4"}, {"91", "0"}, {"0", "181"}, {"NaN", "0"}, {"Inf", "0"}, {"1e1", "2"}, {"0x1p3", "0"},
		{"31,2", "121,4"}, {"三十一", "0"}, {"1.2.3", "0"}, {"--1", "0"}, {"31_2", "0"}, {"0.00000000000000000000000000000000000000001", "0"},
	} {
		if _, err := place.ParsePosition(tt[0], tt[1]); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q, %q: %v", tt[0], tt[1], err)
		}
	}
}

func TestABlurredPositionIsNearAndNoFinerThanFourDecimals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := place.Position{Lat: rapid.Int64Range(-850_000_000, 850_000_000).Draw(t, "lat"), Long: rapid.Int64Range(-1_799_990_000, 1_799_990_000).Draw(t, "long")}
		b := p.Blurred()
		if b.Lat%1000 != 0 || b.Long%1000 != 0 || p.Metres(b) > 8 {
			t.Fatalf("%v became %v, %.1f m off", p, b, p.Metres(b))
		}
		lat, long := p.Texts()
		if again, err := place.ParsePosition(lat, long); err != nil || again != p {
			t.Fatalf("%v written as %s, %s is read as %v: %v", p, lat, long, again, err)
		}
	})
}

// By the great circle on a sphere of 6,371,009 m.
func TestDistancesInOneCity(t *testing.T) {
	at := func(lat, long string) place.Position {
		p, err := place.ParsePosition(lat, long)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, tt := range []struct {
		a, b place.Position
		want float64
	}{
		{at("31.2304", "121.4737"), at("31.2304", "121.4737"), 0},
		{at("31.2304", "121.4737"), at("31.2404", "121.4737"), 1112},
		{at("31.2304", "121.4737"), at("31.2304", "121.4837"), 951},
		{at("0", "179.995"), at("0", "-179.995"), 1112},
	} {
		if got := tt.a.Metres(tt.b); got < tt.want*0.995-1 || got > tt.want*1.005+1 {
			t.Errorf("%v to %v: %.0f m, want %.0f", tt.a, tt.b, got, tt.want)
		}
	}
}

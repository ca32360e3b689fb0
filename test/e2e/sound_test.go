package e2e_test

import (
	"context"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/test/e2e/browser"
)

// What the desk's page shows of its sound.
const (
	heard   = "document.documentElement.dataset.sound==='on'&&document.querySelector('[data-silent]').hidden"
	unheard = "document.documentElement.dataset.sound==='off'&&document.querySelector('[data-silent]').checkVisibility()"
	inRed   = "document.querySelector('[data-silent]').matches('.hot')"
	rings   = "+document.documentElement.dataset.ringing>1"
	rung    = "document.documentElement.dataset.rung"
	// kept lets a test reach the sound that the page makes.
	keptSound = "window.AudioContext=class extends AudioContext{constructor(){super();window.made=this}},0"
)

// atDesk opens the desk of the property.
func (s *sample) atDesk(t *testing.T, b *browser.Browser) *browser.Page {
	t.Helper()
	guard := b.Page(t)
	s.inChinese(guard)
	s.as(guard, "property")
	guard.Viewport(browser.Desk)
	guard.Open(s.url + "/alarms")
	guard.Listening()
	return guard
}

// TestS30_ADeskThatCannotSoundSaysSo: the browser lets no page sound before
// somebody touched it. A desk left on duty and opened again by itself rings, is
// heard by nobody, and says so, in red while an alarm rings; a press mends it.
func TestS30_ADeskThatCannotSoundSaysSo(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	guard := s.atDesk(t, b)
	guard.Eval("localStorage.setItem('duty','1')", nil)
	guard.Reload()
	guard.Listening()
	guard.Wait("that it says it cannot sound", unheard)
	if err := demo.Smoke(context.Background(), s.App); err != nil {
		t.Fatal(err)
	}
	guard.Wait("the second round", rings)
	guard.Wait("that it says so in red", unheard+"&&"+inRed)
	var sounded bool
	guard.Eval(rung+"!==undefined", &sounded)
	if sounded {
		t.Fatal("it says that it sounded, and the browser let it not")
	}
	looked(t, guard, "desk-unheard", browser.Desk, browser.Phone)
	guard.Viewport(browser.Desk)
	guard.Click("[data-sound-test]")
	guard.Wait("the sound", heard)
	guard.Wait("a round that is heard", "+"+rung+">0")
	guard.NoMistakes(t)
}

// TestS30_SoundThatStopsIsNoticed: sound that was unlocked and is taken away, or
// that runs in name only, is no sound; the next round takes it back where the
// browser lets it.
func TestS30_SoundThatStopsIsNoticed(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	guard := s.atDesk(t, b)
	guard.Eval(keptSound, nil)
	guard.Click("[data-sound-test]")
	guard.Wait("the sound", heard)
	guard.Eval("made.suspend(),0", nil)
	guard.Wait("that it says it cannot sound", unheard)
	if err := demo.Smoke(context.Background(), s.App); err != nil {
		t.Fatal(err)
	}
	guard.Wait("the sound again by itself", heard)
	guard.Wait("a round that is heard", "+"+rung+">0")
	guard.Eval("Object.defineProperty(made,'currentTime',{get:()=>1}),0", nil)
	guard.Wait("that it says it cannot sound, though it runs in name", "made.state==='running'&&"+unheard+"&&"+inRed)
	guard.NoMistakes(t)
}

// Package browser drives a real Chromium for the stories of test/e2e: one
// browser for all stories of a package, whose TestMain calls Main, and one empty
// profile for each person in a story.
//
//	b := browser.New(t)
//	resident, guard := b.Page(t), b.Page(t)
//	resident.Viewport(browser.Phone)
//	resident.Open(url + "/report")
//	resident.SetFiles("#photos", "testdata/stairs.jpg")
//	resident.Click("text=送出")
//	guard.WaitText("main", "楼道堆物")
//	resident.Axe(t)
//	resident.Shot(t, "report-sent")
//
// Every step waits up to Patience for what it needs and fails the test with
// what it was doing. Selectors are CSS; "text=…" finds the button, link or
// label that says so.
//
// Environment: LINLI_CHROMIUM is the browser to start (else chromium,
// chromium-browser or google-chrome on PATH), LINLI_AXE the path of axe.min.js,
// LINLI_SHOTS the folder for pictures. Where Chromium or axe is missing, a
// story says so and does not run; with CI=true that is a failure. Require
// decides this and is the only place that may.
package browser

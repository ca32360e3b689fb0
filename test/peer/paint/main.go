// Command paint opens a page in Chromium as a phone on a slow line does, with
// nothing kept from before, and prints when its largest part was painted.
// linli bench builds and runs it; it is no part of linli.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// The line: Lighthouse's slow 4G, 1.6 Mbit/s down, 750 kbit/s up, 150 ms.
// Source: github.com/GoogleChrome/lighthouse docs/throttling.md.
const (
	downKbit = 1638.4
	upKbit   = 750
	latency  = 150 // ms
)

// settled is how long after loading the page may still paint something larger.
const settled = 1500 * time.Millisecond

// watch keeps the newest largest part.
const watch = `window.lcp = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) window.lcp = e.startTime })
	.observe({type: "largest-contentful-paint", buffered: true});`

func main() {
	base := flag.String("base", "", "address of the house")
	path := flag.String("path", "/", "page")
	cookie := flag.String("cookie", "", "session")
	flag.Parse()
	if err := run(*base, *path, *cookie); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func run(base, path, cookie string) error {
	chromium, err := find()
	if err != nil {
		return err
	}
	profile, err := os.MkdirTemp("", "paint-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	alloc, stop := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(chromium), chromedp.UserDataDir(profile), chromedp.Headless,
		chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-dev-shm-usage", true))
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	ctx, timeout := context.WithTimeout(ctx, time.Minute)
	defer timeout()
	var bytes atomic.Int64
	if err := chromedp.Listen(ctx, func(ev any) {
		if done, ok := ev.(*network.EventLoadingFinished); ok {
			bytes.Add(int64(done.EncodedDataLength))
		}
	}); err != nil {
		return err
	}
	if err := chromedp.Do(ctx, prepare(base, cookie), chromedp.Navigate(base+path), chromedp.Sleep(settled)); err != nil {
		return err
	}
	lcp, err := chromedp.Run(ctx, chromedp.Evaluate[float64]("window.lcp"))
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"page": path, "lcp": lcp, "bytes": bytes.Load()})
}

// prepare makes the tab a phone on a slow line, signed in.
func prepare(base, cookie string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{})
		if err == nil {
			_, err = cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
				MatchedNetworkConditions: []*network.Conditions{{Latency: latency, DownloadThroughput: downKbit * 1000 / 8, UploadThroughput: upKbit * 1000 / 8}},
			})
		}
		if err == nil {
			_, err = cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 3, Mobile: true})
		}
		if err == nil {
			_, err = cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: "linli", Value: cookie, URL: base, Path: "/"})
		}
		if err == nil {
			_, err = cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watch})
		}
		return err
	})
}

// find looks for the browser.
func find() (string, error) {
	for _, name := range []string{os.Getenv("LINLI_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chromium; set LINLI_CHROMIUM or put chromium on PATH")
}

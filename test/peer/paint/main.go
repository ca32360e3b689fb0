// Command paint opens a page in Chromium as a phone on a slow line does, with
// nothing kept from before, and prints when its largest part was painted.
// linli bench builds and runs it; it is no part of linli.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

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
	chromedp.ListenTarget(ctx, func(ev any) {
		if done, ok := ev.(*network.EventLoadingFinished); ok {
			bytes.Add(int64(done.EncodedDataLength))
		}
	})
	var lcp float64
	if err := visit(ctx, base, path, cookie, &lcp); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"page": path, "lcp": lcp, "bytes": bytes.Load()})
}

func visit(ctx context.Context, base, path, cookie string, lcp *float64) error {
	at, err := url.Parse(base)
	if err != nil {
		return err
	}
	return chromedp.Run(ctx,
		network.Enable(),
		network.EmulateNetworkConditionsByRule([]*network.Conditions{}),
		emulation.SetDeviceMetricsOverride(390, 844, 3, true),
		network.SetCookie("linli", cookie).WithDomain(at.Hostname()).WithPath("/").WithHTTPOnly(true),
		chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := page.AddScriptToEvaluateOnNewDocument(watch).Do(ctx)
			return err
		}),
		chromedp.Navigate(base+path),
		chromedp.Sleep(settled),
		chromedp.Evaluate("window.lcp", lcp),
	)
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

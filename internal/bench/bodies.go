package bench

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The goals of m, in MB of 10^6 bytes.
const (
	crowdGoal    = 400
	strangerGoal = 100
	calmGoal     = 150
	calmAfter    = 15 * time.Second
)

// Of what is sent.
const (
	photoBytes    = 7_000_000
	jsonBytes     = 15_900_000
	strangerBytes = 40_000_000
	readers       = 4 // who load pages meanwhile, one page after the other
)

// attack is many clients that send something large at the same time.
type attack struct {
	name    string
	clients int
	peak    float64 // goal, MB
	known   bool    // as somebody signed in
	path    string
	kind    string
	body    []byte
}

// bodies measures m: what large bodies cost, and what they cost others.
func (r *run) bodies(ctx context.Context) error { return r.bodiesOf(ctx, r.Exe, r.emit) }

// bodiesOf measures m of any build: each attack on a demo of its own.
func (r *run) bodiesOf(ctx context.Context, exe string, emit func(Metric)) error {
	for _, name := range []string{"photos", "json", "strangers"} {
		if err := r.attacked(ctx, exe, name, emit); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (r *run) attacked(ctx context.Context, exe, name string, emit func(Metric)) (err error) {
	temp, err := r.folder()
	if err != nil {
		return err
	}
	p, who, err := r.demo(ctx, exe, temp)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	place, err := who.place(ctx, p.base)
	if err != nil {
		return err
	}
	a, err := attackOf(name, r.Clients, place)
	if err != nil {
		return err
	}
	before, err := leftIn(temp)
	if err != nil {
		return err
	}
	answers, pages, err := a.run(ctx, p.base, who)
	if err != nil {
		return err
	}
	peak := p.highest()
	if err := pause(ctx, calmAfter); err != nil {
		return err
	}
	after := p.memory()
	left, err := leftIn(temp)
	if err != nil {
		return err
	}
	emit(Metric{Name: "m." + name + ".peak", Value: peak, Unit: "MB", N: a.clients, Note: answers}.judged(fmt.Sprintf("<= %.0f MB", a.peak), peak <= a.peak))
	emit(Metric{Name: "m." + name + ".after", Value: after, Unit: "MB", N: a.clients, Note: "15 s later"}.judged(fmt.Sprintf("<= %d MB", calmGoal), after <= calmGoal))
	emit(Metric{Name: "m." + name + ".left", Value: float64(left - before), Unit: "files", N: a.clients, Note: "in the temporary folder"}.judged("0", left <= before))
	emit(Metric{Name: "m." + name + ".page", Value: ms(pages.quantile(.99)), Unit: "ms", P50: ms(pages.quantile(.5)), P99: ms(pages.quantile(.99)), N: len(pages.took), Note: "the first page, for others meanwhile"})
	return nil
}

// leftIn counts the files that uploads leave in a temporary folder.
func leftIn(dir string) (int, error) {
	list, err := filepath.Glob(filepath.Join(dir, "multipart-*"))
	return len(list), err
}

// visitor is somebody with a session.
type visitor struct{ *http.Client }

// demo starts a build's demo, with a temporary folder of its own, and signs the
// sample resident in: every build has that, whatever its tables are.
func (r *run) demo(ctx context.Context, exe, temp string) (*process, visitor, error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, visitor{}, err
	}
	ready := filepath.Join(temp, "ready.json")
	p, err := launch(ctx, addr, "/readyz", "env", append([]string{"TMPDIR=" + temp}, append(slices.Clone(r.prefix), exe, "demo", "--listen", addr, "--ready-file", ready)...)...)
	if err != nil {
		return nil, visitor{}, err
	}
	v, err := signedIn(ctx, ready)
	if err != nil {
		return nil, visitor{}, errors.Join(err, p.stop())
	}
	return p, v, nil
}

func signedIn(ctx context.Context, ready string) (visitor, error) {
	var x struct {
		SignIn map[string]string `json:"sign_in"`
	}
	for {
		b, err := os.ReadFile(ready)
		if err == nil && json.Unmarshal(b, &x) == nil {
			break
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return visitor{}, err
		}
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return visitor{}, err
	}
	v := visitor{&http.Client{Jar: jar, Timeout: 5 * time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 200}}}
	_, _, err = v.ask(ctx, http.MethodGet, x.SignIn["resident"], "", nil)
	return v, err
}

func (v visitor) ask(ctx context.Context, method, url, kind string, body io.Reader) (int, []byte, error) {
	q, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return 0, nil, err
	}
	if kind != "" {
		q.Header.Set("Content-Type", kind)
	}
	res, err := v.Do(q)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, b, err
}

// place is the visitor's own building, as the form for a report has it.
func (v visitor) place(ctx context.Context, base string) (string, error) {
	_, page, err := v.ask(ctx, http.MethodGet, base+"/report/new", "", nil)
	if err != nil {
		return "", err
	}
	for _, input := range regexp.MustCompile(`<input[^>]*>`).FindAll(page, -1) {
		if m := regexp.MustCompile(`value="([^"]+)"`).FindSubmatch(input); m != nil && bytes.Contains(input, []byte(`name="place"`)) {
			return string(m[1]), nil
		}
	}
	return "", errors.New("no place on the form for a report")
}

// attackOf makes what is sent, once for all clients.
func attackOf(name string, clients int, place string) (attack, error) {
	fields := map[string]string{"place": place, "category": "corridor.light", "words": "no light on floor 9"}
	switch name {
	case "photos":
		photo, err := heavyPhoto(4000, 3000, photoBytes)
		if err != nil {
			return attack{}, err
		}
		body, kind, err := upload(fields, photo, photo, photo, photo, photo, photo)
		return attack{name, clients, crowdGoal, true, "/report", kind, body}, err
	case "json":
		photo, err := heavyPhoto(1600, 1200, jsonBytes/6*3/4-200)
		if err != nil {
			return attack{}, err
		}
		one := base64.StdEncoding.EncodeToString(photo)
		body, err := json.Marshal(map[string]any{"place": place, "category": "corridor.light", "words": "no light on floor 9", "photos": []string{one, one, one, one, one, one}})
		return attack{name, max(1, clients*6/10), crowdGoal, true, "/api/v1/reports", "application/json", body}, err
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	err := errors.Join(w.WriteField("code", strings.Repeat("x", strangerBytes)), w.Close())
	return attack{name, max(1, clients*3/10), strangerGoal, false, "/sign-in", w.FormDataContentType(), b.Bytes()}, err
}

// heavyPhoto is a JPEG of noise with exactly so many bytes: what is missing
// comes after its end, where no decoder looks.
func heavyPhoto(w, h, size int) ([]byte, error) {
	dice := rand.New(rand.NewPCG(1, 7))
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for i := range img.Y {
		img.Y[i] = byte(64 + dice.IntN(64))
	}
	for quality := 90; quality > 0; quality -= 5 {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		if b.Len() <= size {
			return append(b.Bytes(), make([]byte, size-b.Len())...), nil
		}
	}
	return nil, fmt.Errorf("no quality is low enough for %d bytes", size)
}

// run lets all clients send at once, each one body, and others load pages
// meanwhile. It says how they were answered.
func (a attack) run(ctx context.Context, base string, who visitor) (string, tally, error) {
	over, end := context.WithCancel(ctx)
	defer end()
	pages, read := make([][]time.Duration, readers), sync.WaitGroup{}
	for i := range readers {
		read.Go(func() { pages[i] = who.browse(over, base) })
	}
	sender := visitor{&http.Client{Timeout: 5 * time.Minute, Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if a.known {
		sender.Jar = who.Jar
	}
	answers, sent := map[string]int{}, sync.WaitGroup{}
	var mu sync.Mutex
	for range a.clients {
		sent.Go(func() {
			status, _, err := sender.ask(ctx, http.MethodPost, base+a.path, a.kind, bytes.NewReader(a.body))
			said := strconv.Itoa(status)
			if err != nil {
				said = "cut off"
			}
			mu.Lock()
			defer mu.Unlock()
			answers[said]++
		})
	}
	sent.Wait()
	end()
	read.Wait()
	t, err := tallied(time.Second, pages...)
	slices.Sort(t.took)
	return strings.Trim(fmt.Sprint(answers), "map[]"), t, err
}

// browse loads the first page again and again, and finishes what it has begun:
// once at least, however soon the others are answered.
func (v visitor) browse(ctx context.Context, base string) (took []time.Duration) {
	for {
		began := time.Now()
		if _, _, err := v.ask(context.WithoutCancel(ctx), http.MethodGet, base+"/", "", nil); err == nil {
			took = append(took, time.Since(began))
		}
		if pause(ctx, 20*time.Millisecond) != nil {
			return took
		}
	}
}

package register

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// Pages are the import's pages.
//
// Files are tried first and taken in a second step. Between the two they are
// not kept: a register is personal data and does not wait on a disk, and any
// node may serve either step. The second step asks for the same files again
// and takes them only if they are those that were tried, by their SHA-256.
type Pages struct {
	Deps
	Frame ui.Frame
	// Show is the most problems a page lists; 200 when 0.
	Show int
}

// Routes are the doors of the import.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /admin/import", Access: "import.run", Do: p.form},
		{Pattern: "POST /admin/import", Access: "import.run", Do: p.given, Most: uploadMost + web.Upload(0), Reads: true},
	}
}

// uploadMost is how many bytes of files are taken at once.
const uploadMost = 64 << 20

// endingsMost is how many entries that would end a page names.
const endingsMost = 1000

// importPage is the form and, after a try, what came of it.
type importPage struct {
	Tried   *Report
	Mark    string // SHA-256 of the files tried, when they may be taken
	Other   bool   // other files came than were tried
	Error   string
	Most    int
	Problem []Problem // those listed
	Endings []Ending  // those listed
}

func (p *Pages) form(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, http.StatusOK, importPage{})
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, v importPage) error {
	if v.Most = p.Show; v.Most == 0 {
		v.Most = 200
	}
	if v.Tried != nil {
		v.Problem = v.Tried.Problems[:min(len(v.Tried.Problems), v.Most)]
		v.Endings = v.Tried.Endings[:min(len(v.Tried.Endings), endingsMost)]
	}
	ctx := r.Context()
	head := ui.Head{Title: words.T(ctx, "register.page.title"), Sub: words.T(ctx, "register.page.sub")}
	return web.Render(w, r, status, importView(p.Frame.Desk(r, "import", head), v))
}

// given tries the files, or takes them when they are those that were tried.
func (p *Pages) given(w http.ResponseWriter, r *http.Request) error {
	done, err := web.ParseUpload(w, r)
	defer done()
	if err != nil {
		return err
	}
	a, err := office(r.Context())
	if err != nil {
		return err
	}
	release, err := web.Hold(r.Context(), perFile*sizeOf(web.Files(r, "files")))
	if err != nil {
		return err
	}
	defer release()
	dir, mark, err := gather(web.Files(r, "files"))
	if fault.Is(err, fault.Invalid) {
		return p.show(w, r, fault.Invalid.Status(), importPage{Error: words.T(r.Context(), fault.As(err).Key), Mark: r.PostFormValue("mark")})
	}
	if err != nil {
		return err
	}
	tried := r.PostFormValue("mark")
	agreed, _ := strconv.Atoi(r.PostFormValue("end")) // none: 0
	report, err := Import(r.Context(), p.Deps, dir, Options{DryRun: tried != mark, End: agreed})
	if err != nil {
		return err
	}
	if report.DryRun {
		return p.afterTrial(w, r, report, mark, tried != "")
	}
	if err := p.record(r.Context(), a, mark); err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK, importPage{Tried: &report})
}

// afterTrial shows what would happen. What nothing can be taken of is not
// offered for taking.
func (p *Pages) afterTrial(w http.ResponseWriter, r *http.Request, report Report, mark string, other bool) error {
	v := importPage{Tried: &report, Other: other}
	if slices.ContainsFunc(report.Results, func(x Result) bool { return x.Taken }) {
		v.Mark = mark
	}
	status := http.StatusOK
	if !report.OK() {
		status = fault.Invalid.Status()
	}
	return p.show(w, r, status, v)
}

// record writes to the audit trail who took in which files, by their hash.
func (p *Pages) record(ctx context.Context, a people.Actor, mark string) error {
	return p.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return people.Audit(ctx, tx, a, "import.run", "register", mark[:32])
	})
}

// office is who imports. A register holds several neighbourhoods, so only the
// office's administrators take one in.
func office(ctx context.Context) (people.Actor, error) {
	a, err := people.ActorOf(ctx)
	if err != nil {
		return people.Actor{}, err
	}
	return a, people.Access{}.May(a, "import.run", people.Subject{})
}

// perFile is how many bytes of memory one byte of a register takes: packed,
// while the folder of it grows, and as it is read.
const perFile = 4

func sizeOf(files []web.File) (n int64) {
	for _, f := range files {
		n += f.Size
	}
	return n
}

// gather makes a folder of the uploaded files, in memory, and their mark.
func gather(files []web.File) (fs.FS, string, error) {
	if len(files) == 0 {
		return nil, "", fault.New(fault.Invalid, "register.page.no_file")
	}
	size := int64(0)
	var packed bytes.Buffer
	folder := zip.NewWriter(&packed)
	seen := map[string]bool{}
	for _, f := range files {
		name := path.Base(strings.ReplaceAll(f.Filename, `\`, "/"))
		if size += f.Size; size > uploadMost {
			return nil, "", fault.New(fault.TooLarge, "register.page.too_large")
		}
		if !fs.ValidPath(name) || name == "." || seen[name] {
			return nil, "", fault.New(fault.Invalid, "register.page.bad_name")
		}
		seen[name] = true
		if err := put(folder, name, f); err != nil {
			return nil, "", fmt.Errorf("gather %d files: %w", len(files), err)
		}
	}
	if err := folder.Close(); err != nil {
		return nil, "", fmt.Errorf("gather files: %w", err)
	}
	dir, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	if err != nil {
		return nil, "", fmt.Errorf("gather files: %w", err)
	}
	mark, err := markOf(dir)
	return dir, mark, err
}

func put(folder *zip.Writer, name string, f web.File) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := folder.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}

// markOf is the SHA-256 over names and contents, in the order of the names.
func markOf(dir fs.FS) (string, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return "", fmt.Errorf("mark files: %w", err)
	}
	all := sha256.New()
	for _, e := range entries {
		b, err := fs.ReadFile(dir, e.Name())
		if err != nil {
			return "", fmt.Errorf("mark files: %w", err)
		}
		one := sha256.Sum256(b)
		fmt.Fprintf(all, "%d:%s%x", len(e.Name()), e.Name(), one)
	}
	return hex.EncodeToString(all.Sum(nil)), nil
}

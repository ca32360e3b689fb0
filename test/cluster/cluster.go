// Package cluster is a PostgreSQL of a test's own, which may be stopped, frozen
// as a machine that hangs, followed by a standby and replaced by it.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linli/linli/test/need"
)

const patience = time.Minute

// Cluster is one PostgreSQL.
type Cluster struct {
	t    testing.TB
	bin  string // folder of its programs
	dir  string
	port int
	as   *syscall.Credential // it does not run as root; nil: as who tests
	run  *exec.Cmd
	log  *os.File
}

// New makes an empty one and starts it. It is taken away with the test.
func New(t testing.TB) *Cluster {
	t.Helper()
	c := plan(t)
	c.tool("initdb", "-D", c.dir, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	c.Start()
	return c
}

// Standby follows this one, which from then on confirms a commit once both have it.
func (c *Cluster) Standby() *Cluster {
	c.t.Helper()
	s := plan(c.t)
	s.tool("pg_basebackup", "-h", "127.0.0.1", "-p", strconv.Itoa(c.port), "-U", "postgres", "-D", s.dir, "-R", "-X", "stream", "-c", "fast", "--no-sync")
	s.Start()
	c.exec("ALTER SYSTEM SET synchronous_standby_names = '*'")
	c.exec("SELECT pg_reload_conf()")
	c.until("the standby follows", func(ctx context.Context, conn *pgx.Conn) error {
		var n int
		return conn.QueryRow(ctx, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").Scan(&n)
	})
	return s
}

// plan finds the programs, a folder and a port.
func plan(t testing.TB) *Cluster {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		need.Missing(t, "no PostgreSQL under /usr/lib/postgresql")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &Cluster{t: t, bin: filepath.Dir(found[len(found)-1]), port: l.Addr().(*net.TCPAddr).Port}
	dir := t.TempDir()
	c.dir = filepath.Join(dir, "data")
	c.log, err = os.Create(filepath.Join(dir, "log"))
	if err = errors.Join(err, l.Close(), os.Mkdir(c.dir, 0o700)); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		c.owned(dir)
	}
	t.Cleanup(func() { _ = c.log.Close() })
	return c
}

// owned gives the folder to the system's user for PostgreSQL, who must be able to
// get there.
func (c *Cluster) owned(dir string) {
	c.t.Helper()
	u, err := user.Lookup("postgres")
	if err != nil {
		need.Missing(c.t, "no user postgres")
	}
	uid, bad := strconv.Atoi(u.Uid)
	gid, worse := strconv.Atoi(u.Gid)
	if err := errors.Join(bad, worse, os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o755), os.Chown(c.dir, uid, gid)); err != nil {
		c.t.Fatal(err)
	}
	c.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)} //nolint:gosec // a user's number
}

func (c *Cluster) program(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = "/", c.log, c.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as, Setpgid: true}
	return cmd
}

func (c *Cluster) tool(name string, args ...string) {
	c.t.Helper()
	if err := c.program(name, args...).Run(); err != nil {
		c.t.Fatalf("%s: %v\n%s", name, err, c.said())
	}
}

func (c *Cluster) said() string {
	b, _ := os.ReadFile(c.log.Name())
	return string(b)
}

// Start starts it, and returns when it answers.
func (c *Cluster) Start() {
	c.t.Helper()
	c.run = c.program("postgres", "-D", c.dir, "-p", strconv.Itoa(c.port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200")
	if err := c.run.Start(); err != nil {
		c.t.Fatal(err)
	}
	run := c.run
	c.t.Cleanup(func() { c.end(run, syscall.SIGQUIT) })
	c.until("it answers", func(ctx context.Context, conn *pgx.Conn) error { return conn.Ping(ctx) })
}

// Stop shuts it down; whoever is connected is thrown out.
func (c *Cluster) Stop() {
	c.t.Helper()
	c.end(c.run, syscall.SIGINT)
}

// end ends it, however it was left; once.
func (c *Cluster) end(run *exec.Cmd, how syscall.Signal) {
	if run.ProcessState != nil {
		return
	}
	for _, pid := range processes(run.Process.Pid) {
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
	_ = run.Process.Signal(how)
	_ = run.Wait()
}

// Freeze stops all its processes where they are. Its connections stay open, the
// system goes on taking new ones, and nothing is answered.
func (c *Cluster) Freeze() {
	c.t.Helper()
	for _, pid := range processes(c.run.Process.Pid) {
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil && !errors.Is(err, syscall.ESRCH) {
			c.t.Fatal(err)
		}
	}
}

// Thaw lets it go on.
func (c *Cluster) Thaw() {
	for _, pid := range processes(c.run.Process.Pid) {
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
}

// processes are a process and its children, the parent first: then there are no
// more of them.
func processes(parent int) []int {
	list := []int{parent}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(b), ") ") // state, parent, …: proc(5)
		if f := strings.Fields(rest); len(f) > 1 && f[1] == strconv.Itoa(parent) {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
				list = append(list, pid)
			}
		}
	}
	return list
}

// Promote makes a standby the primary.
func (c *Cluster) Promote() {
	c.t.Helper()
	c.exec("SELECT pg_promote(true, 60)")
}

func (c *Cluster) exec(query string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.URL())
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, query); err != nil {
		c.t.Fatalf("%s: %v", query, err)
	}
}

func (c *Cluster) until(what string, try func(context.Context, *pgx.Conn) error) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, c.URL())
		if err == nil {
			err = errors.Join(try(ctx, conn), conn.Close(ctx))
		}
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			c.t.Fatalf("%s: %v\n%s", what, err, c.said())
		}
	}
}

// Host is where it is.
func (c *Cluster) Host() string { return fmt.Sprintf("127.0.0.1:%d", c.port) }

// URL is its own, and with those that may take its place it is what an operator
// writes for them all.
func (c *Cluster) URL(others ...*Cluster) string {
	hosts := c.Host()
	for _, o := range others {
		hosts += "," + o.Host()
	}
	url := "postgres://postgres@" + hosts + "/postgres?connect_timeout=2"
	if len(others) > 0 {
		url += "&target_session_attrs=read-write"
	}
	return url
}

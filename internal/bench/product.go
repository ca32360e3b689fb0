package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server that runs as a process of its own.
type process struct {
	cmd   *exec.Cmd
	base  string        // http://127.0.0.1:port
	mqtt  string        // 127.0.0.1:port of linli's door for devices
	ready time.Duration // from exec to the first good answer
	said  *bytes.Buffer
	ended chan error
}

// patience is how long a server may take to answer, or to end.
const patience = time.Minute

// launch starts a program and waits until path answers 200. addr is where it
// was told to listen.
func launch(ctx context.Context, addr, path string, name string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(name, args...), base: "http://" + addr, said: &bytes.Buffer{}, ended: make(chan error, 1)}
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.ended <- p.cmd.Wait() }()
	if err := p.await(ctx, path); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	p.ready = time.Since(began)
	return p, nil
}

// await asks again and again until the answer is 200.
func (p *process) await(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := newClient(p.base, 1)
	tick := time.NewTicker(500 * time.Microsecond)
	defer tick.Stop()
	for {
		if status, _, err := c.ask(ctx, request{method: http.MethodGet, path: path}); err == nil && status == http.StatusOK {
			return nil
		}
		select {
		case err := <-p.ended:
			p.ended <- err
			return fmt.Errorf("%s ended before it answered: %w: %.2000s", p.cmd.Path, err, p.said)
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", p.cmd.Path, ctx.Err())
		case <-tick.C:
		}
	}
}

// stop ends the process, in good time or by force, and waits for it.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	select {
	case err := <-p.ended:
		return asked(err)
	case <-time.After(patience / 4):
		err := errors.Join(p.cmd.Process.Kill(), asked(<-p.ended))
		return errors.Join(fmt.Errorf("%s did not stop when told to", p.cmd.Path), err)
	}
}

// asked drops how something ended that was told to end.
func asked(error) error { return nil }

// freeAddr is an address on loopback where nobody listens now.
func freeAddr(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// serve runs linli on a data folder.
func serve(ctx context.Context, command []string, dir string, more ...string) (*process, error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	mqtt, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	p, err := launch(ctx, addr, "/readyz", command[0], slices.Concat(command[1:], []string{"serve", "--data", dir, "--listen", addr, "--mqtt", mqtt}, more)...)
	if err != nil {
		return nil, err
	}
	p.mqtt = mqtt
	return p, nil
}

// memory is what the process holds of the machine's memory, in MB of 10^6
// bytes; 0 where the system does not say.
func (p *process) memory() float64 { return p.status("VmRSS:") }

// highest is the most that it ever held.
func (p *process) highest() float64 { return p.status("VmHWM:") }

func (p *process) status(name string) float64 {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				return 0
			}
			return kib * 1024 / 1e6
		}
	}
	return 0
}

// pause waits, or returns early with the context's end.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

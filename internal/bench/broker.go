package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/linli/linli/internal/simulate"
)

// compareBroker drives Mosquitto as ours was driven. It keeps nothing, and
// hands every message to one subscriber at QoS 1.
func (r *run) compareBroker(ctx context.Context, s shape, ours tally) error {
	name, goal := "b."+s.name+".of_mosquitto", fmt.Sprintf(">= %.1f x", ofBroker)
	broker, subscriber := found("mosquitto"), found("mosquitto_sub")
	if broker == "" || subscriber == "" {
		r.emit(missed(name, "x", goal, "no mosquitto and mosquitto_sub on this machine"))
		return nil
	}
	peer, err := r.sendBroker(ctx, broker, subscriber, s)
	if err != nil {
		return fmt.Errorf("mosquitto: %w", err)
	}
	m := Metric{Name: name, Value: ours.rate() / peer.rate(), Unit: "x", P50: ms(peer.quantile(.5)), P99: ms(peer.quantile(.99)), N: len(peer.took)}
	m.Note = fmt.Sprintf("ours, on disk, %.0f/s; the peer's, kept nowhere, %.0f/s; p50, p99 and n are the peer's", ours.rate(), peer.rate())
	if s.name != "alone" { // one message at a time waits for the disk each time
		m = m.judged(goal, m.Value >= ofBroker)
	}
	r.emit(m)
	return nil
}

// found is where a program lies, also among the administrator's; empty if
// nowhere.
func found(name string) string {
	for _, at := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(at); err == nil {
			return path
		}
	}
	return ""
}

func (r *run) sendBroker(ctx context.Context, broker, subscriber string, s shape) (t tally, err error) {
	dir, err := r.folder()
	if err != nil {
		return tally{}, err
	}
	addr, err := freeAddr(ctx)
	if err != nil {
		return tally{}, err
	}
	host, port, _ := strings.Cut(addr, ":")
	conf := filepath.Join(dir, "mosquitto.conf")
	text := fmt.Sprintf("listener %s %s\nallow_anonymous true\npersistence false\nlog_dest none\nmax_inflight_messages 0\nmax_queued_messages 0\n", port, host)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		return tally{}, err
	}
	serving, end := context.WithCancel(ctx)
	server := exec.CommandContext(serving, broker, "-c", conf)
	if err := server.Start(); err != nil {
		end()
		return tally{}, err
	}
	defer func() { end(); _ = server.Wait() }()
	login := simulate.Login{Addr: addr}
	if err := answers(ctx, login); err != nil {
		return tally{}, err
	}
	listener := exec.CommandContext(serving, subscriber, "-h", host, "-p", port, "-q", "1", "-t", "#")
	if err := listener.Start(); err != nil {
		return tally{}, err
	}
	defer func() { end(); _ = listener.Wait() }()
	return publish(ctx, login, s, r.Span)
}

// answers waits until a broker lets somebody in.
func answers(ctx context.Context, l simulate.Login) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		w, err := simulate.Dial(ctx, l)
		if err == nil {
			w.Close()
			return nil
		}
		if pause(ctx, patience/6000) != nil {
			return errors.Join(errors.New("the broker does not answer"), err)
		}
	}
}

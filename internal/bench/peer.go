package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
)

// rivals are the ways PocketBase is run, and how much of each is promised.
func rivals() []struct {
	name, sync string
	goal       float64
} {
	return []struct {
		name, sync string
		goal       float64
	}{{"pocketbase_full", "FULL", 4}, {"pocketbase_default", "", 1}}
}

// comparePeers drives PocketBase as ours was driven, with the same senders,
// client and span, and sets the rates side by side.
func (r *run) comparePeers(ctx context.Context, ours map[int]Metric) error {
	program, why := "", "no --peers"
	if r.Peers != "" {
		program = filepath.Join(r.Temp, "pocketbase")
		if out, err := build(ctx, filepath.Join(r.Peers, "pocketbase"), program); err != nil {
			program, why = "", fmt.Sprintf("build: %v: %.300s", err, out)
		}
	}
	for _, rival := range rivals() {
		for _, senders := range r.Senders {
			name, goal := fmt.Sprintf("d2.s%d.of_%s", senders, rival.name), fmt.Sprintf(">= %.0f x", rival.goal)
			if program == "" {
				r.emit(missed(name, "x", goal, why))
				continue
			}
			peer, err := r.sendPeer(ctx, program, rival.sync, senders)
			if err != nil {
				return fmt.Errorf("%s: %w", rival.name, err)
			}
			m := Metric{Name: name, Value: ours[senders].Value / peer.rate(), Unit: "x", P50: ms(peer.quantile(.5)), P99: ms(peer.quantile(.99)), N: len(peer.took)}
			m.Note = fmt.Sprintf("ours %.0f/s, the peer's %.0f/s; p50, p99 and n are the peer's", ours[senders].Value, peer.rate())
			r.emit(m.judged(goal, m.Value >= rival.goal))
		}
	}
	return nil
}

func (r *run) sendPeer(ctx context.Context, program, sync string, senders int) (t tally, err error) {
	dir, err := r.folder()
	if err != nil {
		return tally{}, err
	}
	addr, err := freeAddr(ctx)
	if err != nil {
		return tally{}, err
	}
	p, err := launch(ctx, addr, "/api/health", program, "-dir", dir, "-listen", addr, "-sync", sync)
	if err != nil {
		return tally{}, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	body, err := json.Marshal(sent{"building-6", sentKind, sentSpot, sentWords()})
	if err != nil {
		return tally{}, err
	}
	c := newClient(p.base, senders)
	return drive(ctx, senders, r.Span, func(ctx context.Context, _, _ int) error {
		_, err := c.send(ctx, request{method: http.MethodPost, path: "/api/collections/reports/records", kind: "application/json", body: body, want: http.StatusOK})
		return err
	})
}

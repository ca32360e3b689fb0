package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// What a resident sends: the kind is one that people photograph most.
const (
	sentKind = "corridor.clutter"
	sentSpot = "11F"
)

// The goals of d1.
const (
	photoSenders = 16
	photoGoal    = 300 * time.Millisecond
)

// photos measures d1: a report with two photographs, as the page's form sends
// it, sixteen residents at once.
func (r *run) photos(ctx context.Context) error {
	var pictures [8][]byte
	for i := range pictures {
		var err error
		if pictures[i], err = noisePicture(uint64(i + 1)); err != nil {
			return err
		}
	}
	return r.visit(ctx, 0, func(h house, p *process) error {
		c := newClient(p.base, photoSenders)
		send := func(ctx context.Context, sender, n int) error {
			at := h.homes[sender]
			body, kind, err := upload(map[string]string{
				"place": at.building, "category": sentKind, "spot": sentSpot, "words": sentSpot, "key": fmt.Sprintf("d1-%d", n),
			}, pictures[(sender+n)%len(pictures)], pictures[(sender+n+1)%len(pictures)])
			if err != nil {
				return err
			}
			_, err = c.send(ctx, request{method: http.MethodPost, path: "/report", cookie: at.cookie, kind: kind, body: body, want: http.StatusSeeOther})
			return err
		}
		return r.photoMetrics(ctx, send)
	})
}

// photoMetrics drives once with everybody sending without a break, and once
// with one sender, which is what one person waits for.
func (r *run) photoMetrics(ctx context.Context, send act) error {
	t, err := drive(ctx, photoSenders, r.Span, send)
	if err != nil {
		return err
	}
	m := t.metric("d1", "reports/s").against(r.limits["limit.reencode"] / 2)
	m.Note = "16 senders without a break"
	r.emit(m.judged("p99 <= 300 ms", t.quantile(.99) <= photoGoal))
	if t, err = drive(ctx, 1, r.Span, func(ctx context.Context, sender, n int) error { return send(ctx, photoSenders+sender, n) }); err != nil {
		return err
	}
	m = t.metric("d1.alone", "reports/s").against(r.limits["limit.reencode"] / 2)
	m.Note = "one sender"
	r.emit(m)
	return nil
}

// sent is a report as JSON.
type sent struct {
	Place    string `json:"place"`
	Category string `json:"category"`
	Spot     string `json:"spot"`
	Words    string `json:"words"`
}

// sentWords is as long as people write: some forty characters of Chinese.
func sentWords() string {
	first, _, _ := strings.Cut(sentences, "\n")
	return first
}

// reports measures d2: reports as JSON, and the same on the peers.
func (r *run) reports(ctx context.Context) error {
	ours := map[int]Metric{}
	for _, senders := range r.Senders {
		err := r.visit(ctx, 0, func(h house, p *process) error {
			m, err := r.sendJSON(ctx, h, p, senders)
			ours[senders] = m
			return err
		})
		if err != nil {
			return err
		}
		r.emit(ours[senders])
	}
	return r.comparePeers(ctx, ours)
}

func (r *run) sendJSON(ctx context.Context, h house, p *process, senders int) (Metric, error) {
	bodies := make([][]byte, senders)
	for i := range bodies {
		var err error
		if bodies[i], err = json.Marshal(sent{h.homes[i].building, sentKind, sentSpot, sentWords()}); err != nil {
			return Metric{}, err
		}
	}
	c := newClient(p.base, senders)
	t, err := drive(ctx, senders, r.Span, func(ctx context.Context, sender, n int) error {
		_, err := c.send(ctx, request{
			method: http.MethodPost, path: "/api/v1/reports", cookie: h.homes[sender].cookie, kind: "application/json",
			key: fmt.Sprintf("d2-%d", n), body: bodies[sender], want: http.StatusCreated,
		})
		return err
	})
	if err != nil {
		return Metric{}, err
	}
	return t.metric(fmt.Sprintf("d2.s%d", senders), "reports/s").against(r.limits[insertLimit(senders)]), nil
}

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// server is the listener and what it serves.
type server struct {
	http  *http.Server
	ended chan error
}

// stopWait is how long all that is under way may take to finish. What then still
// waits for a database that does not answer is given up: nothing of it was
// acknowledged.
const stopWait = 10 * time.Second

// Start runs the jobs and listens. It returns the address once requests are
// answered, and does not block.
func (a *App) Start(ctx context.Context, listen string) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	a.Inbox.Start()
	a.work.Go(func() { a.keepPresent(a.quit) })
	a.work.Go(func() { a.keepLinks(a.quit) })
	a.work.Go(func() { a.keepNights(a.quit) })
	a.Notify.Start()
	a.Jobs.Start()
	a.server = server{
		http: &http.Server{
			Handler: a.Mux.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
			MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug),
		},
		ended: make(chan error, 1),
	}
	go func() { a.server.ended <- a.server.http.Serve(l) }()
	return l.Addr().String(), nil
}

// Wait returns when the listener ends by itself, with its error, or when the
// context does.
func (a *App) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.server.ended:
		return fmt.Errorf("serve: %w", err)
	}
}

// Stop finishes requests and jobs under way and closes the house, within ten
// seconds also while PostgreSQL hangs. It may be called twice, and without Start.
func (a *App) Stop(ctx context.Context) (err error) {
	a.halt.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWait)
		defer cancel()
		if a.Store != nil {
			defer context.AfterFunc(ctx, a.Store.Cut)()
		}
		a.Hub.Close()
		if a.server.http != nil {
			err = a.server.http.Shutdown(ctx)
		}
		close(a.quit)
		a.work.Wait()
		a.mqtt.Stop()
		a.fire.Stop()
		a.Inbox.Stop()
		a.Jobs.Stop()
		a.Notify.Stop()
		err = errors.Join(err, a.close())
	})
	return err
}

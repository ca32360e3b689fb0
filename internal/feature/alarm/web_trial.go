package alarm

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/words"
)

func (w Web) trialRoutes() []web.Route {
	return []web.Route{
		{Pattern: "POST /alarms/trial", Access: "alarm.trial", Do: w.openTrial},
		{Pattern: "POST /alarms/trial/{id}/end", Access: "alarm.trial", Do: w.endTrial},
	}
}

// trialLine is an open test window as a line.
type trialLine struct{ ID, Door, Until string }

func (w Web) trialLines(ctx context.Context, a people.Actor) ([]trialLine, error) {
	list, err := w.Trials(ctx, a)
	out := make([]trialLine, len(list))
	for i, t := range list {
		out[i] = trialLine{t.ID, t.Door, words.Clock(t.Until)}
	}
	return out, err
}

func (w Web) openTrial(rw http.ResponseWriter, r *http.Request) error {
	a, err := formOf(rw, r)
	if err != nil {
		return err
	}
	minutes, _ := strconv.Atoi(r.FormValue("minutes")) // none: refused as too short
	_, err = w.OpenTrial(r.Context(), a, r.FormValue("place"), r.FormValue("device"), time.Duration(minutes)*time.Minute)
	if fault.Is(err, fault.Invalid) {
		return w.showDrill(rw, r, r.FormValue("q"), r.FormValue("place"), fault.As(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(rw, r, "/alarms", http.StatusSeeOther)
	return nil
}

func (w Web) endTrial(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := w.EndTrial(r.Context(), a, r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(rw, r, "/alarms", http.StatusSeeOther)
	return nil
}

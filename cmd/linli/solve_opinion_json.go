package main

import (
	"encoding/json"

	"github.com/linli/linli/opinion"
)

// opinionReport is the output of "linli solve opinion". Ids are written as the
// input had them: as numbers when all were numbers. Lists by statement follow
// the order of "statements".
type opinionReport struct {
	Participants int                `json:"participants"`
	Votes        int                `json:"votes"`
	Replaced     int                `json:"replaced"`
	Statements   []any              `json:"statements"`
	Counts       []opinionCount     `json:"counts"`
	Declined     *opinionDecline    `json:"declined"`
	Mean         []float64          `json:"mean,omitempty"`
	Components   []opinionAxis      `json:"components"`
	Projections  []opinionPlace     `json:"projections"`
	Silhouette   *float64           `json:"silhouette,omitempty"`
	GroupsGiven  bool               `json:"groups_given"`
	Groups       []opinionGroup     `json:"groups"`
	Consensus    []opinionConsensus `json:"group_informed_consensus"`
	Errors       []opinionFault     `json:"errors"`
}

type opinionCount struct {
	Statement any `json:"statement"`
	Agree     int `json:"agree"`
	Disagree  int `json:"disagree"`
	Pass      int `json:"pass"`
	Seen      int `json:"votes"`
}

type opinionDecline struct {
	Reason opinion.Reason `json:"reason"`
	Have   int            `json:"have"`
	Need   int            `json:"need"`
}

type opinionAxis struct {
	Share    float64   `json:"variance_share"`
	Loadings []float64 `json:"loadings"`
}

type opinionPlace struct {
	Participant any     `json:"participant"`
	X           float64 `json:"x"`
	Y           float64 `json:"y"`
	Votes       int     `json:"votes"`
	Group       *int    `json:"group"`
}

type opinionGroup struct {
	ID             int                     `json:"id"`
	Size           int                     `json:"size"`
	Silent         int                     `json:"silent"`
	Center         *[2]float64             `json:"center,omitempty"`
	Members        []any                   `json:"members"`
	Representative []opinionRepresentative `json:"representative"`
	Statements     []opinionAnswer         `json:"statements"`
}

type opinionMeasure struct {
	Probability     float64 `json:"p_success"`
	ProbabilityTest float64 `json:"p_test"`
	Repness         float64 `json:"repness"`
	RepnessTest     float64 `json:"repness_test"`
}

type opinionRepresentative struct {
	Statement any    `json:"statement"`
	Stance    string `json:"repful_for"`
	Successes int    `json:"n_success"`
	Trials    int    `json:"n_trials"`
	opinionMeasure
	BestAgree bool `json:"best_agree"`
}

type opinionAnswer struct {
	opinionCount
	ForAgree    opinionMeasure `json:"for_agree"`
	ForDisagree opinionMeasure `json:"for_disagree"`
}

type opinionConsensus struct {
	Statement any     `json:"statement"`
	Agree     float64 `json:"agree"`
	Disagree  float64 `json:"disagree"`
}

type opinionFault struct {
	Entry  int    `json:"entry"`
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// opinionWriter turns results into the report.
type opinionWriter struct{ sheet *opinion.Sheet }

// participant writes a participant's id as it was read.
func (w opinionWriter) participant(id opinion.ID) any {
	return written(id, w.sheet.NumberedParticipants)
}

// statement writes a statement's id as it was read.
func (w opinionWriter) statement(id opinion.ID) any {
	return written(id, w.sheet.NumberedStatements)
}

// written returns the id as a JSON number or string.
func written(id opinion.ID, number bool) any {
	if number && json.Valid([]byte(id)) {
		return json.Number(id)
	}
	return string(id)
}

// count writes the counts of a statement.
func (w opinionWriter) count(n opinion.Count) opinionCount {
	return opinionCount{w.statement(n.Statement), n.Agree, n.Disagree, n.Pass, n.Seen}
}

// report writes the map and the faults.
func (w opinionWriter) report(m *opinion.Map) *opinionReport {
	r := &opinionReport{
		Participants: m.Participants, Votes: m.Votes, Mean: m.Mean,
		Statements: []any{}, Counts: []opinionCount{}, Components: []opinionAxis{},
		Projections: []opinionPlace{}, Groups: []opinionGroup{},
		Consensus: []opinionConsensus{}, Errors: []opinionFault{},
	}
	for _, n := range m.Counts {
		r.Statements = append(r.Statements, w.statement(n.Statement))
		r.Counts = append(r.Counts, w.count(n))
	}
	for _, f := range w.sheet.Faults {
		r.Errors = append(r.Errors, opinionFault{f.Entry, f.Field, f.Reason})
	}
	if m.Declined != nil {
		r.Declined = &opinionDecline{m.Declined.Reason, m.Declined.Have, m.Declined.Need}
		return r
	}
	r.Silhouette = &m.Silhouette
	for _, c := range m.Components {
		r.Components = append(r.Components, opinionAxis{c.Share, c.Loadings})
	}
	for _, p := range m.Places {
		place := opinionPlace{Participant: w.participant(p.Participant), X: p.X, Y: p.Y, Votes: p.Votes}
		if p.Group >= 0 {
			place.Group = &p.Group
		}
		r.Projections = append(r.Projections, place)
	}
	return r
}

// compare writes the groups and the consensus. Given groups replace those of
// the map also in the projections.
func (w opinionWriter) compare(r *opinionReport, c *opinion.Comparison, m *opinion.Map, given bool) {
	r.GroupsGiven = given
	for id, standing := range c.Groups {
		g := w.group(id, standing)
		if !given {
			g.Center = &[2]float64{m.Groups[id].X, m.Groups[id].Y}
		}
		r.Groups = append(r.Groups, g)
	}
	for _, n := range c.Consensus {
		r.Consensus = append(r.Consensus, opinionConsensus{w.statement(n.Statement), n.Agree, n.Disagree})
	}
	if !given {
		return
	}
	r.Silhouette = nil
	groupOf := map[opinion.ID]*int{}
	for id, standing := range c.Groups {
		for _, member := range standing.Members {
			groupOf[member] = &id
		}
	}
	for i, p := range m.Places {
		r.Projections[i].Group = groupOf[p.Participant]
	}
}

// group writes what one group thinks.
func (w opinionWriter) group(id int, s opinion.Standing) opinionGroup {
	g := opinionGroup{ID: id, Size: len(s.Members), Silent: s.Silent, Representative: []opinionRepresentative{}}
	for _, member := range s.Members {
		g.Members = append(g.Members, w.participant(member))
	}
	for _, rep := range s.Representative {
		g.Representative = append(g.Representative, opinionRepresentative{
			Statement: w.statement(rep.Statement), Stance: rep.Stance.String(),
			Successes: rep.Successes, Trials: rep.Trials,
			opinionMeasure: opinionMeasure(rep.Measure), BestAgree: rep.BestAgree,
		})
	}
	for _, a := range s.Answers {
		g.Statements = append(g.Statements, opinionAnswer{w.count(a.Count), opinionMeasure(a.ForAgree), opinionMeasure(a.ForDisagree)})
	}
	return g
}

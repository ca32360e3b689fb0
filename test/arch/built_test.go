package arch_test

// built says from what a key is put together. Where that is a string type of
// the house, each of its constants must have its sentence.
type built struct {
	from      string
	dir, kind string // folder and name of the type; empty: shown by a test of the room
}

// builtKeys are the beginnings of keys that are put together while the program
// runs.
func builtKeys() map[string]built {
	return map[string]built{
		"date.month":          {from: "the month's number"},
		"date.weekday":        {from: "the weekday's number, Sunday 0"},
		"app.":                {from: "the items of the rail"},
		"app.device.":         {from: "the troubles of a device"},
		"alarm.":              {from: "the verbs and marks of an incident"},
		"alarm.propose.":      {from: "what is proposed"},
		"alarm.told.":         {from: "the steps of an incident"},
		"alarm.did.":          {from: "the verbs of an incident"},
		"alarm.act.":          {from: "the verbs of an incident"},
		"alarm.lane.":         {from: "how far a responder has come"},
		"alarm.fire.":         {from: "whether it burns"},
		"alarm.kind.":         {from: "what a detector saw"},
		"alarm.stage.":        {from: "where an incident stands"},
		"alarm.party.":        {from: "the parties that are called"},
		"alarm.sign.":         {from: "the parties that are called"},
		"alarm.step.":         {from: "the timers of an incident"},
		"alarm.next.":         {from: "the timers of an incident"},
		"alarm.cause.":        {from: "why an incident ended"},
		"notify.":             {from: "which form a secret belongs to"},
		"notify.kind.":        {from: "the kinds of gateways and robots"},
		"notify.way_":         {from: "the fields of a gateway that can be wrong"},
		"notify.way_field.":   {from: "the fields of a gateway"},
		"alarm.receipt.":      {from: "what came of a message"},
		"alarm.by.":           {"how somebody was told", "internal/notify", "Channel"},
		"phase.":              {"the phase of a matter", "internal/matter", "Phase"},
		"group.":              {"the group of people who act", "internal/people", "Group"},
		"role.":               {"the role of a post", "internal/people", "Role"},
		"photo.":              {"why a photograph was refused", "internal/platform/photo", "Code"},
		"report.did.":         {from: "the verbs of a report's moves"},
		"report.about.":       {from: "the verbs of a report's moves"},
		"report.do.":          {from: "the verbs of a report's moves"},
		"report.next.":        {from: "the step a report waits for"},
		"report.next.late_":   {from: "the step a report waits for"},
		"report.photo_":       {from: "the verbs that may bring photographs"},
		"report.words_":       {from: "the verbs that may bring words"},
		"report.told.":        {from: "the verbs of a report's moves"},
		"report.column.":      {from: "the columns of the committee's board"},
		"report.hello.":       {from: "the hour of the day"},
		"report.act.":         {from: "the verbs of a report's moves"},
		"report.ask.":         {from: "the verbs of a report's moves"},
		"report.rating":       {from: "the stars, 1 to 5"},
		"report.short.":       {from: "the kinds of trouble most often reported"},
		"register.page.":      {from: "the tables of a register"},
		"people.did.":         {from: "the actions of the audit trail"},
		"people.field.":       {from: "the fields of the access table"},
		"people.thing.":       {from: "what the actions of the audit trail are done to"},
		"people.standing.":    {from: "the standing of a person"},
		"place.kind.":         {"the kind of a place", "internal/place", "Kind"},
		"backup.":             {from: "what a backup did, shown by a test of the command"},
		"doctor.":             {from: "checks and how they came out, shown by a test of the room"},
		"verify.audit_":       {from: "why an audit trail does not hold"},
		"verify.matter_":      {from: "how a chain does not hold"},
		"register.table.":     {from: "the tables of a register"},
		"alarm.follow.":       {from: "the verbs of a follow-up"},
		"alarm.follow_stage.": {from: "the phases of a follow-up"},
		"alarm.remedy.":       {"what a follow-up does", "internal/feature/alarm", "Remedy"},
		"care.did.":           {from: "the verbs of a visit"},
		"care.act.":           {from: "the verbs of a visit"},
		"care.outcome.":       {from: "the verbs of a visit"},
		"care.state.":         {from: "the phases of a visit"},
		"care.how.":           {from: "how an entry ended"},
		"care.why.":           {"why somebody looked", "internal/feature/care", "Why"},
		"care.way.":           {"how consent was given", "internal/feature/care", "Way"},
	}
}

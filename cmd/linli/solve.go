package main

// solveCmd groups the engines. Each engine has its own file solve_<name>.go
// and adds its command here.
type solveCmd struct {
	Opinion  solveOpinionCmd `cmd:"" help:"Who agrees with whom, and on what everybody agrees."`
	Tally    solveTallyCmd   `cmd:"" help:"Count owners' votes by area and by heads."`
	Divide   divideCmd       `cmd:"" help:"Divide places and money so that nobody envies anybody."`
	Check    checkCmd        `cmd:"" help:"Verify divisions by their certificates."`
	Cost     costCmd         `cmd:"" help:"Share a cost by area, by floor or by need."`
	Projects projectsCmd     `cmd:"" help:"Choose projects under a budget."`
}

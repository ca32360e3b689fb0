package main

// solveCmd groups the engines. Each engine has its own file solve_<name>.go
// and adds its command here.
type solveCmd struct {
	Opinion  solveOpinionCmd  `cmd:"" help:"Who agrees with whom, and on what everybody agrees."`
	Tally    solveTallyCmd    `cmd:"" help:"Count owners' votes by area and by heads."`
	Divide   solveDivideCmd   `cmd:"" help:"Divide places and money so that nobody envies anybody."`
	Check    solveCheckCmd    `cmd:"" help:"Verify divisions by their certificates."`
	Cost     solveCostCmd     `cmd:"" help:"Share a cost by area, by floor or by need."`
	Projects solveProjectsCmd `cmd:"" help:"Choose projects under a budget."`
}

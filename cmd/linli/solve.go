package main

// solveCmd groups the engines. Each engine has its own file solve_<name>.go
// and adds its command here.
type solveCmd struct {
	Opinion  *solveOpinionCmd  `arg:"subcommand:opinion" help:"Who agrees with whom, and on what everybody agrees."`
	Tally    *solveTallyCmd    `arg:"subcommand:tally" help:"Count owners' votes by area and by heads."`
	Divide   *solveDivideCmd   `arg:"subcommand:divide" help:"Divide places and money so that nobody envies anybody."`
	Check    *solveCheckCmd    `arg:"subcommand:check" help:"Verify divisions by their certificates."`
	Cost     *solveCostCmd     `arg:"subcommand:cost" help:"Share a cost by area, by floor or by need."`
	Projects *solveProjectsCmd `arg:"subcommand:projects" help:"Choose projects under a budget."`
}

package main

// solveCmd groups the engines. Each engine has its own file solve_<name>.go
// and adds its command here.
type solveCmd struct {
}

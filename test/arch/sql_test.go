package arch_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

// openRooms may be read, never written, by the SQL of the rooms above them.
// The order is that of the house, lower rooms first.
func openRooms() []string { return []string{"place", "people", "matter", "picture"} }

// storeTables are made by the store itself, not by a migration.
func storeTables() map[string]string { return map[string]string{"store_schema": "store"} }

// isMigration tells the SQL files that goose reads from those that sqlc reads.
func isMigration(f *file) bool { return strings.Contains(string(f.src), "-- +goose Up") }

// sqlRoom is the room of a migration: the folder above its own.
func sqlRoom(f *file) string { return path.Base(path.Dir(f.dir())) }

func comments() *regexp.Regexp { return regexp.MustCompile(`--[^\n]*`) }

// blank takes comments out and keeps every offset.
func blank(src string) string {
	return comments().ReplaceAllStringFunc(src, func(s string) string { return strings.Repeat(" ", len(s)) })
}

// made are the names a migration gives, with where.
func made(f *file) map[string]int {
	re := regexp.MustCompile(`(?i)CREATE\s+(?:UNIQUE\s+|VIRTUAL\s+)?(?:TABLE|VIEW|INDEX)\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)`)
	names := map[string]int{}
	for _, m := range re.FindAllStringSubmatchIndex(blank(string(f.src)), -1) {
		names[string(f.src[m[2]:m[3]])] = f.line(m[2])
	}
	return names
}

func tablesCarryTheirRoom(tr *tree) []string {
	var breaches []string
	for _, f := range tr.ext(".sql") {
		if !isMigration(f) {
			continue
		}
		for name, line := range made(f) {
			if !strings.HasPrefix(name, sqlRoom(f)+"_") {
				breaches = append(breaches, fmt.Sprintf("%s:%d: %s does not start with %s_", f.path, line, name, sqlRoom(f)))
			}
		}
	}
	slices.Sort(breaches)
	return breaches
}

// tables are all names that migrations make, with their rooms, and the rooms'
// folders.
func (tr *tree) tables() (rooms, folders map[string]string) {
	rooms, folders = storeTables(), map[string]string{"internal/platform/store": "store"}
	for _, f := range tr.ext(".sql") {
		if !isMigration(f) {
			continue
		}
		folders[path.Dir(f.dir())] = sqlRoom(f)
		for name := range made(f) {
			rooms[name] = sqlRoom(f)
		}
	}
	return rooms, folders
}

// owner is the room whose folder a file lies in; empty: no room's.
func owner(folders map[string]string, dir string) string {
	for ; dir != "."; dir = path.Dir(dir) {
		if name, ok := folders[dir]; ok {
			return name
		}
	}
	return ""
}

// looksPast may read any table: it holds what reached the disk against what the
// program said, past the program.
const looksPast = "internal/bench"

// queriesStay: query files, and statements written in Go, name the tables of
// their own room and read those of the open rooms below.
func queriesStay(tr *tree) []string {
	rooms, folders := tr.tables()
	var breaches []string
	for _, f := range tr.ext(".sql") {
		if isMigration(f) || under(f.path, "test") { // what a test keeps is a whole database
			continue
		}
		for at, why := range strays(blank(string(f.src)), owner(folders, f.dir()), rooms) {
			breaches = append(breaches, fmt.Sprintf("%s:%d: %s", f.path, f.line(at), why))
		}
	}
	for _, f := range tr.product() {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING || !statement(lit.Value) {
				return true
			}
			for at, why := range strays(lit.Value, owner(folders, f.dir()), rooms) {
				if f.dir() == looksPast && strings.Contains(why, " reads ") {
					continue
				}
				breaches = append(breaches, tr.at(lit.Pos()+token.Pos(at), "%s", why))
			}
			return true
		})
	}
	slices.Sort(breaches)
	return breaches
}

func statement(s string) bool {
	return regexp.MustCompile(`\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|JOIN)\b`).MatchString(s)
}

// strays are the offsets at which a room's SQL leaves its room.
func strays(sql, own string, rooms map[string]string) map[int]string {
	found := map[int]string{}
	writes := regexp.MustCompile(`(?i)(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+$`)
	for _, m := range regexp.MustCompile(`\b[a-z]+_\w+`).FindAllStringIndex(sql, -1) {
		table := sql[m[0]:m[1]]
		theirs, known := rooms[table]
		if !known || theirs == own {
			continue
		}
		switch {
		case writes.MatchString(sql[:m[0]]):
			found[m[0]] = fmt.Sprintf("room %q writes %s, a table of %s", own, table, theirs)
		case !slices.Contains(openRooms(), theirs):
			found[m[0]] = fmt.Sprintf("room %q reads %s, a table of %s, which is not open", own, table, theirs)
		case slices.Index(openRooms(), own) >= 0 && slices.Index(openRooms(), own) < slices.Index(openRooms(), theirs):
			found[m[0]] = fmt.Sprintf("room %q reads %s of the room above it", own, table)
		}
	}
	return found
}

func dataSamples() []sample {
	const stay, carry = "queries stay in their room", "tables carry their room"
	house := func(name, query string) map[string]string {
		return map[string]string{
			"internal/place/migrations/00001_place.sql":           "-- +goose Up\nCREATE TABLE place_node (id TEXT);\n",
			"internal/matter/migrations/00001_matter.sql":         "-- +goose Up\nCREATE TABLE matter_head (id TEXT);\n",
			"internal/feature/report/migrations/00001_report.sql": "-- +goose Up\nCREATE TABLE report_detail (id TEXT);\n",
			"internal/feature/alarm/migrations/00001_alarm.sql":   "-- +goose Up\nCREATE TABLE alarm_call (id TEXT);\n",
			name: query,
		}
	}
	const report = "internal/feature/report/queries.sql"
	return append(wordSamples(), []sample{
		{"own prefix", carry, house(report, ""), ""},
		{"no prefix", carry, map[string]string{"internal/place/migrations/1.sql": "-- +goose Up\nCREATE TABLE nodes (id TEXT);\n"}, "does not start with place_"},
		{"index", carry, map[string]string{"internal/place/migrations/1.sql": "-- +goose Up\nCREATE INDEX by_name ON place_node (id);\n"}, "by_name"},
		{"own table", stay, house(report, "UPDATE report_detail SET id = $1;"), ""},
		{"open table", stay, house(report, "SELECT 1 FROM report_detail JOIN place_node ON 1 = 1;"), ""},
		{"neighbour", stay, house(report, "SELECT 1 FROM alarm_call;"), "which is not open"},
		{"writes below", stay, house(report, "INSERT INTO place_node (id) VALUES ($1);"), "writes place_node"},
		{"reads above", stay, house("internal/place/queries.sql", "SELECT 1 FROM matter_head;"), "room above"},
		{"a database that a test keeps", stay, house("test/kept.sql", "INSERT INTO alarm_call (id) VALUES ('x');"), ""},
		{"in a comment", stay, house(report, "-- as in alarm_call\nSELECT 1 FROM report_detail;"), ""},
		{"in Go", stay, house("internal/feature/report/a.go", "package report\nconst q = `SELECT 1 FROM alarm_call`\n"), "which is not open"},
		{"the bench looks", stay, house("internal/bench/a.go", "package bench\nconst q = `SELECT 1 FROM alarm_call`\n"), ""},
		{"the bench writes", stay, house("internal/bench/a.go", "package bench\nconst q = `DELETE FROM alarm_call`\n"), "writes alarm_call"},
		{"no room at all", stay, house("demo/a.go", "package demo\nconst q = `DELETE FROM place_node`\n"), "writes place_node"},
	}...)
}

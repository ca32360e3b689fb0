package sheet

import "io/fs"

// From reads one table of a folder, as CSV or else as XLSX. A table that is not
// there has no rows; nor has one of which a file says nothing that can be read.
func From(dir fs.FS, table string, spec Spec) ([]*Row, []Problem) {
	name := table + ".csv"
	f, err := dir.Open(name)
	if err != nil {
		name = table + ".xlsx"
		f, err = dir.Open(name)
	}
	if err != nil {
		return nil, nil
	}
	defer func() { _ = f.Close() }()
	read, problems := Read(name, f, spec)
	if Failed(problems) {
		return nil, problems
	}
	return read.Rows, problems
}

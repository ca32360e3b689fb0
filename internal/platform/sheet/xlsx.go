package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readXLSX reads the sheets of a workbook that hold anything. The library
// works on foreign bytes and has been seen to panic on broken ones; that makes
// the file unreadable, not the program.
func readXLSX(data []byte, wanted string) (grids []*grid, failed *Problem) {
	defer func() {
		if recover() != nil {
			grids, failed = nil, problem(0, Unreadable)
		}
	}()
	archive, failed := unpackable(data)
	if failed != nil {
		return nil, failed
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: MaxUnpacked,
		// Below this the library keeps parts in memory; above, it writes them,
		// phone numbers and all, to the temporary folder.
		UnzipXMLSizeLimit: MaxUnpacked,
		RawCellValue:      true,
	})
	if err != nil {
		return nil, problem(0, Unreadable)
	}
	defer f.Close()
	book, err := openWorkbook(archive)
	if err != nil {
		return nil, problem(0, Unreadable)
	}
	return readSheets(f, book, wanted)
}

// unpackable unpacks every part once into nothing: an archive that holds too
// much is refused before the library keeps any of it, and one with a damaged
// part is not read as if the part were empty.
func unpackable(data []byte) (*zip.Reader, *Problem) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, problem(0, Unreadable)
	}
	left := int64(MaxUnpacked)
	for _, part := range archive.File {
		r, err := part.Open()
		if err != nil {
			return nil, problem(0, Unreadable)
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
		r.Close()
		if left -= n; left < 0 || part.UncompressedSize64 > MaxUnpacked {
			return nil, problem(0, TooLarge, "max", strconv.Itoa(MaxUnpacked))
		}
		if err != nil {
			return nil, problem(0, Unreadable)
		}
	}
	return archive, nil
}

// readSheets reads the sheet that is wanted, or all that hold anything.
func readSheets(f *excelize.File, book *workbook, wanted string) ([]*grid, *Problem) {
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return nil, problem(0, Unreadable) // Excel never writes such a workbook
	}
	var grids []*grid
	var used grid
	for _, sheet := range sheets {
		visible, err := f.GetSheetVisible(sheet)
		if err != nil || wanted != "" && headerKey(sheet) != headerKey(wanted) {
			continue
		}
		g := &grid{sheet: sheet, hidden: !visible && wanted == "", cells: used.cells, before: used.before}
		failed := g.readSheet(f, book)
		if failed != nil {
			failed.Sheet = sheet
			return nil, failed
		}
		used.cells, used.before = g.cells, g.before+len(g.lines)
		if wanted != "" {
			return []*grid{g}, nil
		}
		if len(g.lines) > 0 {
			grids = append(grids, g)
		}
	}
	if wanted != "" {
		return nil, problem(0, NoSuchSheet, "sheet", wanted, "sheets", strings.Join(sheets, ", "))
	}
	return grids, nil
}

// readSheet walks the sheet as it is stored.
func (g *grid) readSheet(f *excelize.File, book *workbook) *Problem {
	if book.parts[g.sheet] == "" || strings.Contains(book.parts[g.sheet], "chartsheets/") {
		return nil
	}
	facts, err := book.facts(g.sheet)
	if err != nil {
		return problem(0, Unreadable)
	}
	rows, err := f.Rows(g.sheet)
	if err != nil {
		return problem(0, Unreadable)
	}
	defer rows.Close()
	props, _ := f.GetWorkbookProps()
	since1904 := props.Date1904 != nil && *props.Date1904
	visited := 0
	for number := 1; rows.Next(); number++ {
		raw, err := rows.Columns()
		if err != nil {
			return problem(number, Unreadable)
		}
		if visited += len(raw) + 1; visited > 2*MaxCells {
			return problem(number, TooManyRows, "max", strconv.Itoa(MaxRows))
		}
		cells := xlsxCells(raw, facts.marks[number], since1904)
		if failed := g.add(number, cells); failed != nil {
			return failed
		}
		if n := len(g.lines); n > 0 && g.lines[n-1].number == number {
			g.lines[n-1].hidden = facts.hidden[number]
		}
	}
	if rows.Error() != nil {
		return problem(0, Unreadable)
	}
	return fillMerged(facts.merged, g)
}

func xlsxCells(raw []string, marks map[int]mark, since1904 bool) []cell {
	width := len(raw)
	for col := range marks {
		width = max(width, col)
	}
	cells := make([]cell, width)
	for i := range cells {
		value := ""
		if i < len(raw) {
			value = raw[i]
		}
		cells[i].text = value
		if m, ok := marks[i+1]; ok {
			cells[i] = m.cell(value, since1904)
		}
	}
	return cells
}

// cell repairs what the file format does to numbers and dates.
func (m mark) cell(raw string, since1904 bool) cell {
	if m.uncounted {
		return cell{uncounted: true}
	}
	if m.dated && isSerial(raw) {
		if day, clock, ok := fromSerial(raw, since1904); ok {
			return cell{text: strings.TrimSpace(day + " " + clock), dated: true}
		}
	}
	number := storedNumber(raw)
	whole, _, _ := strings.Cut(strings.TrimPrefix(number, "-"), ".")
	switch {
	case len(whole) > keptDigits || strings.ContainsAny(number, "eE"):
		return cell{text: number, rounded: true}
	case m.digits != "":
		return cell{text: padded(number, m.digits)}
	}
	return cell{text: number}
}

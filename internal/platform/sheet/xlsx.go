package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readXLSX reads one sheet of a workbook. The library works on foreign bytes
// and has been seen to panic on broken ones; that makes the file unreadable,
// not the program.
func readXLSX(data []byte, wanted string) (g *grid, failed *Problem) {
	defer func() {
		if recover() != nil {
			g, failed = nil, problem(0, Unreadable)
		}
	}()
	if failed := unpackable(data); failed != nil {
		return nil, failed
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: MaxUnpacked,
		// Below this the library keeps parts in memory; above, it writes them,
		// phone numbers and all, to the temporary folder.
		UnzipXMLSizeLimit: MaxUnpacked,
		ShortDatePattern:  "yyyy-mm-dd",
		LongDatePattern:   "yyyy-mm-dd",
		LongTimePattern:   "hh:mm:ss",
	})
	if err != nil {
		return nil, problem(0, Unreadable)
	}
	defer f.Close()
	g, failed = readWorkbook(f, wanted)
	if failed != nil || len(g.lines) == 0 {
		return g, failed
	}
	return g, fillMerged(data, g)
}

// unpackable unpacks every part once into nothing: an archive that holds too
// much is refused before the library keeps any of it, and one with a damaged
// part is not read as if the part were empty.
func unpackable(data []byte) *Problem {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return problem(0, Unreadable)
	}
	left := int64(MaxUnpacked)
	for _, part := range archive.File {
		r, err := part.Open()
		if err != nil {
			return problem(0, Unreadable)
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
		r.Close()
		if left -= n; left < 0 || part.UncompressedSize64 > MaxUnpacked {
			return problem(0, TooLarge, "max", strconv.Itoa(MaxUnpacked))
		}
		if err != nil {
			return problem(0, Unreadable)
		}
	}
	return nil
}

func readWorkbook(f *excelize.File, wanted string) (*grid, *Problem) {
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return nil, problem(0, Unreadable) // Excel never writes such a workbook
	}
	if wanted != "" {
		for _, sheet := range sheets {
			if headerKey(sheet) == headerKey(wanted) {
				return readSheet(f, sheet)
			}
		}
		return nil, problem(0, NoSuchSheet, "sheet", wanted, "sheets", strings.Join(sheets, ", "))
	}
	var filled []string
	for _, sheet := range sheets {
		if visible, err := f.GetSheetVisible(sheet); err == nil && visible && hasCells(f, sheet) {
			filled = append(filled, sheet)
		}
	}
	if len(filled) == 0 {
		return &grid{}, nil
	}
	g, failed := readSheet(f, filled[0])
	if failed == nil && len(filled) > 1 {
		note := problem(0, OtherSheets, "sheet", filled[0], "sheets", strings.Join(filled[1:], ", "))
		note.Note = true
		g.notes = append(g.notes, *note)
	}
	return g, failed
}

func hasCells(f *excelize.File, sheet string) bool {
	rows, err := f.Rows(sheet)
	if err != nil {
		return true // let reading it say so
	}
	defer rows.Close()
	for n := 0; n < MaxRows && rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			return true
		}
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			return true
		}
	}
	return false
}

// readSheet walks the sheet twice in step: as stored, and as Excel shows it,
// which is how a date is told from a number.
func readSheet(f *excelize.File, sheet string) (*grid, *Problem) {
	stored, err := f.Rows(sheet)
	if err != nil {
		return nil, problem(0, Unreadable)
	}
	defer stored.Close()
	shown, err := f.Rows(sheet)
	if err != nil {
		return nil, problem(0, Unreadable)
	}
	defer shown.Close()
	props, _ := f.GetWorkbookProps()
	since1904 := props.Date1904 != nil && *props.Date1904
	g := &grid{sheet: sheet}
	visited := 0
	for number := 1; stored.Next() && shown.Next(); number++ {
		raw, err1 := stored.Columns(excelize.Options{RawCellValue: true})
		seen, err2 := shown.Columns()
		if err1 != nil || err2 != nil {
			return nil, problem(number, Unreadable)
		}
		if visited += len(raw) + 1; visited > 2*MaxCells {
			return nil, problem(number, TooManyRows, "max", strconv.Itoa(MaxRows))
		}
		if failed := g.add(number, xlsxCells(raw, seen, since1904)); failed != nil {
			return nil, failed
		}
	}
	if stored.Error() != nil {
		return nil, problem(0, Unreadable)
	}
	return g, nil
}

func xlsxCells(raw, seen []string, since1904 bool) []cell {
	cells := make([]cell, len(raw))
	for i, value := range raw {
		show := value
		if i < len(seen) {
			show = seen[i]
		}
		cells[i] = xlsxCell(value, show, since1904)
	}
	return cells
}

// xlsxCell repairs what the file format does to numbers and dates.
func xlsxCell(raw, shown string, since1904 bool) cell {
	if raw != shown && isSerial(raw) && strings.ContainsAny(shown, "-/年月:") {
		if day, clock, ok := fromSerial(raw, since1904); ok {
			return cell{text: strings.TrimSpace(day + " " + clock), dated: true}
		}
	}
	return cell{text: storedNumber(raw, raw != shown)}
}

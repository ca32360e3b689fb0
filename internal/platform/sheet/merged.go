package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The library reads merged cells only by holding the whole sheet in memory
// with every gap filled, so that one cell in the last corner costs gigabytes.
// Therefore this file walks the sheet's own part, which is a stream.

// fillMerged repeats the value of cells merged downwards in each line, as a
// reader sees it; a title merged across the sheet stays one cell. Lines
// without any cell of their own stay away.
func fillMerged(data []byte, g *grid) *Problem {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return problem(0, Unreadable)
	}
	refs, err := mergedRefs(archive, g.sheet)
	if err != nil {
		return problem(0, Unreadable)
	}
	at := make(map[int]int, len(g.lines))
	for i, l := range g.lines {
		at[l.number] = i
	}
	for _, ref := range refs {
		from, to, _ := strings.Cut(ref, ":")
		left, top, err1 := excelize.CellNameToCoordinates(from)
		_, bottom, err2 := excelize.CellNameToCoordinates(to)
		first, ok := at[top]
		if err1 != nil || err2 != nil || !ok || left > len(g.lines[first].cells) {
			continue
		}
		value := g.lines[first].cells[left-1]
		for i := first + 1; i < len(g.lines) && g.lines[i].number <= bottom; i++ {
			if g.cells++; g.cells > MaxCells {
				return problem(top, TooManyRows, "max", strconv.Itoa(MaxRows))
			}
			g.lines[i].fill(left, value)
		}
	}
	return nil
}

// fill puts value in cell col (1-based) if that is blank.
func (l *line) fill(col int, value cell) {
	for len(l.cells) < col {
		l.cells = append(l.cells, cell{})
	}
	if l.cells[col-1].text == "" {
		l.cells[col-1] = value
	}
}

// mergedRefs returns the merged ranges of a sheet, such as A2:A9.
func mergedRefs(archive *zip.Reader, sheet string) ([]string, error) {
	part, err := partOf(archive, sheet)
	if err != nil {
		return nil, err
	}
	var refs []string
	err = elements(archive, part, "mergeCell", func(attrs map[string]string) {
		refs = append(refs, attrs["ref"])
	})
	return refs, err
}

// partOf finds the part of the archive that holds a sheet: the workbook gives
// it an id, the workbook's relations give the id a target.
func partOf(archive *zip.Reader, sheet string) (string, error) {
	id, target := "", ""
	err := elements(archive, "xl/workbook.xml", "sheet", func(attrs map[string]string) {
		if attrs["name"] == sheet {
			id = attrs["id"]
		}
	})
	if err != nil {
		return "", err
	}
	err = elements(archive, "xl/_rels/workbook.xml.rels", "Relationship", func(attrs map[string]string) {
		if attrs["Id"] == id {
			target = attrs["Target"]
		}
	})
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(target, "/"), err
	}
	return path.Join("xl", target), err
}

// elements calls each with the attributes, by local name, of every element
// called name in a part.
func elements(archive *zip.Reader, part, name string, each func(attrs map[string]string)) error {
	r, err := archive.Open(part)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	decoder := xml.NewDecoder(r)
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == name {
			attrs := make(map[string]string, len(start.Attr))
			for _, a := range start.Attr {
				attrs[a.Name.Local] = a.Value
			}
			each(attrs)
		}
	}
}

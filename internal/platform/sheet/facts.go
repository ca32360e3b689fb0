package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The library tells neither how a number is formatted nor whether a formula
// has a value, and it reads merged cells only by holding the whole sheet in
// memory with every gap filled, so that one cell in the last corner costs
// gigabytes. Therefore this file walks the sheet's own part, which is a stream.

// facts are what a sheet says of its cells beside their text.
type facts struct {
	merged []string             // ranges such as A2:A9
	hidden map[int]bool         // rows
	marks  map[int]map[int]mark // row → column, both 1-based
}

// mark is what is particular about a cell: a number that is long or formatted,
// or a formula without a value.
type mark struct {
	format
	uncounted bool
}

// workbook is what the parts of an archive say.
type workbook struct {
	archive *zip.Reader
	parts   map[string]string // sheet → part
	formats []format          // by the index that cells use
}

// openWorkbook finds the parts: the archive's relations name the workbook,
// which may be called anything, and the workbook's relations its sheets.
func openWorkbook(archive *zip.Reader) (*workbook, error) {
	w := &workbook{archive: archive, parts: map[string]string{}}
	book := "xl/workbook.xml"
	err := w.relations("", func(kind, _, target string) {
		if kind == "officeDocument" {
			book = target
		}
	})
	if err != nil {
		return nil, err
	}
	targets, styles := map[string]string{}, ""
	err = w.relations(book, func(kind, id, target string) {
		targets[id] = target
		if kind == "styles" {
			styles = target
		}
	})
	if err != nil {
		return nil, err
	}
	err = w.elements(book, func(e xml.StartElement) {
		if e.Name.Local == "sheet" {
			w.parts[attr(e, "name")] = targets[attr(e, "id")]
		}
	})
	if err != nil || styles == "" {
		return w, err
	}
	return w, w.readFormats(styles)
}

// relations calls each with the relations of a part; of the archive itself
// when the part is empty.
func (w *workbook) relations(part string, each func(kind, id, target string)) error {
	folder, file := path.Split(part)
	return w.elements(path.Join(folder, "_rels", file+".rels"), func(e xml.StartElement) {
		if e.Name.Local != "Relationship" {
			return
		}
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(folder, target)
		}
		each(path.Base(attr(e, "Type")), attr(e, "Id"), strings.TrimPrefix(target, "/"))
	})
}

func (w *workbook) readFormats(part string) error {
	codes := map[string]string{}
	within := false
	return w.tokens(part, func(token xml.Token) {
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "numFmt":
				codes[attr(e, "numFmtId")] = attr(e, "formatCode")
			case "cellXfs":
				within = true
			case "xf":
				if within {
					w.formats = append(w.formats, formatOf(attr(e, "numFmtId"), codes))
				}
			}
		case xml.EndElement:
			within = within && e.Name.Local != "cellXfs"
		}
	})
}

// facts reads those of one sheet.
func (w *workbook) facts(sheet string) (*facts, error) {
	f := &walk{facts: facts{hidden: map[int]bool{}, marks: map[int]map[int]mark{}}, formats: w.formats}
	err := w.tokens(w.parts[sheet], f.token)
	return &f.facts, err
}

// walk is where the reading of a sheet's part stands.
type walk struct {
	facts
	formats  []format
	row, col int
	cell     xml.StartElement
	formula  bool
	within   string // the element of the cell whose text is read
	value    string
}

func (f *walk) token(token xml.Token) {
	switch e := token.(type) {
	case xml.StartElement:
		f.start(e)
	case xml.CharData:
		if f.within == "v" && len(f.value) < 64 {
			f.value += string(e)
		}
	case xml.EndElement:
		f.within = ""
		if e.Name.Local == "c" {
			f.end()
		}
	}
}

func (f *walk) start(e xml.StartElement) {
	f.within = e.Name.Local
	switch e.Name.Local {
	case "mergeCell":
		f.merged = append(f.merged, attr(e, "ref"))
	case "row":
		f.row, f.col = f.row+1, 0
		if n, err := strconv.Atoi(attr(e, "r")); err == nil {
			f.row = n
		}
		if hidden := attr(e, "hidden"); hidden == "1" || hidden == "true" {
			f.hidden[f.row] = true
		}
	case "c":
		f.cell, f.formula, f.value = e, false, ""
		f.col++
		if col, _, err := excelize.CellNameToCoordinates(attr(e, "r")); err == nil {
			f.col = col
		}
	case "f":
		f.formula = true
	}
}

// end keeps what is particular about the cell that ends.
func (f *walk) end() {
	kind := attr(f.cell, "t")
	if kind != "" && kind != "n" || f.col > MaxColumns {
		return
	}
	m := mark{uncounted: f.formula && f.value == ""}
	if at, err := strconv.Atoi(attr(f.cell, "s")); err == nil && at >= 0 && at < len(f.formats) {
		m.format = f.formats[at]
	}
	plain := len(f.value) <= keptDigits && !strings.ContainsAny(f.value, "eE") && m.format == (format{})
	if !m.uncounted && (plain || f.value == "") {
		return
	}
	if f.marks[f.row] == nil {
		f.marks[f.row] = map[int]mark{}
	}
	f.marks[f.row][f.col] = m
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// elements calls each with every element of a part.
func (w *workbook) elements(part string, each func(xml.StartElement)) error {
	return w.tokens(part, func(token xml.Token) {
		if e, ok := token.(xml.StartElement); ok {
			each(e)
		}
	})
}

// tokens calls each with every token of a part, which is not kept.
func (w *workbook) tokens(part string, each func(xml.Token)) error {
	r, err := w.archive.Open(part)
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
		each(token)
	}
}

package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Instant is an instant as a table holds it: 2026-11-03 14:05, in Shanghai; empty
// for the zero time.
func Instant(t time.Time) string {
	if t.IsZero() || t.UnixMilli() == 0 {
		return ""
	}
	return t.In(time.FixedZone("Asia/Shanghai", 8*60*60)).Format("2006-01-02 15:04")
}

// WriteCSV writes a table as CSV in UTF-8 with the mark by which spreadsheets know
// it. A cell that a spreadsheet would take for a formula is written as text.
func WriteCSV(head []string, rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	for _, row := range append([][]string{head}, rows...) {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = asText(c)
		}
		if err := w.Write(cells); err != nil {
			return nil, fmt.Errorf("write csv: %w", err)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// asText keeps a cell from being a formula. What people write begins with such a
// sign seldom, and what is written so is never run.
func asText(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// WriteXLSX writes a table as a workbook of one sheet whose first line stays in
// sight. Every cell is text. It is written part by part (ECMA-376, 18.3 and 22.4.2.4):
// the library that reads workbooks keeps all its methods in the program once it
// also writes them (docs/adr/0052-what-the-linker-keeps.md).
func WriteXLSX(head []string, rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, part := range []struct{ name, xml string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", worksheet(append([][]string{head}, rows...))},
	} {
		w, err := archive.Create(part.name)
		if err == nil {
			_, err = io.WriteString(w, xml.Header+part.xml)
		}
		if err != nil {
			return nil, fmt.Errorf("write xlsx: %w", err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("write xlsx: %w", err)
	}
	return b.Bytes(), nil
}

// worksheet is the part with the cells.
func worksheet(rows [][]string) string {
	var b strings.Builder
	b.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
		`<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
		`<sheetFormatPr defaultColWidth="18" defaultRowHeight="15"/><sheetData>`)
	for i, row := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for j, cell := range row {
			at, _ := excelize.CoordinatesToCellName(j+1, i+1)                           // of numbers above 0 it has no error
			fmt.Fprintf(&b, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">`, at) // a cell may leave out where it is; exceljs 4.4.0 then fails
			_ = xml.EscapeText(&b, []byte(escaped.ReplaceAllString(cell, "_x005F$0")))  // a Builder takes everything
			b.WriteString(`</t></is></c>`)
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return b.String()
}

// escaped is what a spreadsheet would take for a character written by its number.
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

#!/usr/bin/env bash
# exceljs cannot open a workbook whose cells do not say where they are.
#
# One would guess: a reader of XLSX takes any cell the standard allows. In
# ECMA-376 (18.3.1.4, CT_Cell) the attribute r of a cell is optional, as is that
# of a row: without it a cell stands behind the one before it.
#
# True: exceljs 4.4.0 fails with "TypeError: Cannot read properties of undefined
# (reading 'col')" on such a workbook, whatever else it holds; SheetJS 0.18.5 reads
# the same file, as LibreOffice 7.4 does. With r on every cell all of them agree.
# And of a text in which a code is written literally (_x0041_, which the standard
# has a writer put down as _x005F_x0041_) exceljs shows the escape, SheetJS the text.
#
# Versions: exceljs 4.4.0, xlsx (SheetJS) 0.18.5, node.
# Why it matters: a streaming writer of exports saves a third of the bytes by leaving
# r out, its own tests and spreadsheets agree, and a partner's import fails.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund exceljs@4.4.0 xlsx@0.18.5 >/dev/null 2>&1
cat >make.js <<'EOF'
const JSZip = require('jszip'), fs = require('fs');
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const pkg = 'http://schemas.openxmlformats.org/package/2006/';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
async function book(name, addressed) {
  const zip = new JSZip(), kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml.';
  const at = s => addressed ? ` r="${s}"` : '';
  zip.file('[Content_Types].xml', `<Types xmlns="${pkg}content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kind}worksheet+xml"/></Types>`);
  zip.file('_rels/.rels', `<Relationships xmlns="${pkg}relationships"><Relationship Id="a" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`);
  zip.file('xl/workbook.xml', `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="List" sheetId="1" r:id="b"/></sheets></workbook>`);
  zip.file('xl/_rels/workbook.xml.rels', `<Relationships xmlns="${pkg}relationships"><Relationship Id="b" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`);
  zip.file('xl/worksheets/sheet1.xml', `<worksheet xmlns="${main}"><sheetData><row r="1"><c${at('A1')} t="inlineStr"><is><t>number</t></is></c><c${at('B1')} t="inlineStr"><is><t>_x005F_x0041_</t></is></c></row></sheetData></worksheet>`);
  fs.writeFileSync(name, await zip.generateAsync({type: 'nodebuffer'}));
}
(async () => {
  await book('with.xlsx', true);
  await book('without.xlsx', false);
  const Excel = require('exceljs'), XLSX = require('xlsx');
  for (const name of ['with.xlsx', 'without.xlsx']) {
    const sheetjs = XLSX.utils.sheet_to_json(XLSX.readFile(name).Sheets.List, {header: 1});
    console.log(name, 'SheetJS', JSON.stringify(sheetjs));
    try {
      const w = new Excel.Workbook();
      await w.xlsx.readFile(name);
      console.log(name, 'exceljs', JSON.stringify([w.worksheets[0].getRow(1).values.slice(1)]));
    } catch (e) {
      console.log(name, 'exceljs', e.name);
    }
  }
})();
EOF
node make.js | tee out
diff out - <<'EOF'
with.xlsx SheetJS [["number","_x0041_"]]
with.xlsx exceljs [["number","_x005F_x0041_"]]
without.xlsx SheetJS [["number","_x0041_"]]
without.xlsx exceljs TypeError
EOF

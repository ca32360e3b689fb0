// Package sheet reads a register that an office keeps in Excel, as CSV or
// XLSX, and says line by line what is wrong with it.
//
// A residents' committee has its 70 households in a file that has been
// through three computers. This room takes the file as it is:
//
//   - CSV in UTF-8, with or without its mark, in GBK or GB18030, in the
//     UTF-16 that Excel calls Unicode text; commas, semicolons or tabs; any
//     line ends; line breaks inside quotes
//   - XLSX with a title above the header, a second header line, merged cells,
//     one sheet a building, dates kept as numbers, 46.460000000000001 for
//     46.46, leading zeros that only the format shows
//   - headers in English or in the Chinese words the caller lists, in any order
//   - empty lines numbered ahead, sums and signatures, which are passed over
//     with a note
//   - full-width digits and letters, odd spaces, ="0123", a leading apostrophe
//
// and refuses what cannot be repaired: a phone number that Excel has turned
// into 1.69E+10, a share of 1/2 it has turned into 2 January, a date that does
// not exist, an area that is a formula without value or one cell for two homes,
// a quotation mark that would swallow the lines below it.
//
//	file ── Read ──▶ Table ── Rows ──▶ Row.Text, Int, Area, Fen, Date, Bool, Enum
//	          │                              │
//	          └── []Problem ◀─────────── Row.Problems
//
// A Problem is data: file, line and column as the person sees them, a Code and
// its arguments. The words, what is wrong and what to do, are the catalogue's.
//
// # Limits
//
// 64 MiB a file, 256 MiB unpacked, 200,000 rows, 200 columns, 4,000,000 cells.
// What is larger is refused before it is unpacked or as soon as it is seen.
//
// # What it does not do
//
// It does not know what a household is, checks no value against another and
// writes nothing. The old binary .xls and files with a password are refused
// with advice. No number passes through a float.
package sheet

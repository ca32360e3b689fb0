// Package register takes in the registers of a subdistrict: who lives where
// and who serves whom, as its offices keep them in Excel.
//
// A residents' committee hands over a folder; each file is CSV or XLSX and
// may be missing:
//
//	neighbourhoods  neighbourhood_id, name, subdistrict, district, city
//	communities     the compounds of a neighbourhood
//	buildings       numbers are labels
//	households      one row for each home, with area, floor and tenure
//	residents       with or without phone: everybody is a full member
//	staff           a role at a subdistrict, neighbourhood, compound or building
//	volunteers      residents with a skill
//
// # What happens
//
//	files ── read ──▶ rows ── check ──▶ one transaction for each neighbourhood
//	                    └── problems: file, line, column, what is wrong, what to do
//
// A neighbourhood is taken whole or not at all: one bad row leaves its
// neighbourhood as it was and the others go in. A file that cannot be read
// stops everything, because nobody knows whose rows it holds.
//
// Importing again updates. Rows are found again by their keys and keep their
// ids; rows that say the same are not written again; who is no longer listed
// is ended as of now, not deleted. A file that is missing, or has no row of a
// neighbourhood, says nothing about it and ends nothing there; nor does a file
// of which a sheet was not read. Posts that were given by hand are left alone.
//
// An import that would end more than 5 % of a neighbourhood's table, or more
// than 20 people in all, writes nothing and asks: it names them, and is taken
// only with their exact number.
//
// Children under 14 are kept without name and phone (Personal Information
// Protection Law, articles 28 and 31: data of minors under 14 are sensitive):
// a row that has one is refused. Phones and the living-alone flag are sealed
// before they reach the database.
//
// What it does not take: owners, plates, reports and the like. Their files
// are named in the report as kept for later rooms.
package register

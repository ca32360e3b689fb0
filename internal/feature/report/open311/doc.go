// Package open311 is the door for programs outside (对外接口): they hand in
// reports and read what becomes of them, as GeoReport v2 has it
// (wiki.open311.org/GeoReport_v2), in JSON and in XML.
//
//	program ──key──▶ [API] ──▶ report ──▶ those who serve the place
//	anybody ◀─ kind, place, state; words only if the office publishes them
//
// The subdistrict office issues a key for each program and ends it ([Keys]).
// What is read back without a key holds nobody's name, flat, phone or plate.
// How to reach who reported is sealed; each reading of it is recorded
// ([API.Contact]).
//
// Its tables are made by the migrations of the room report, whose names they
// bear: databases know them so. It does not fetch what others link to, and does
// not decide what of a report happens next.
package open311

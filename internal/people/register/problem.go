package register

import (
	"context"
	"maps"
	"slices"

	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/words"
)

// What this room finds beside the codes of sheet.
const (
	// NoFiles: none of the register's tables is in the folder.
	NoFiles sheet.Code = "no_files"
	// TwoFiles: the same table as Args[other].
	TwoFiles sheet.Code = "two_files"
	// OtherFormat: a register by its name, in a format Args[ext] that is not read.
	OtherFormat sheet.Code = "other_format"
	// UnknownFile: a note; nothing is taken from it.
	UnknownFile sheet.Code = "unknown_file"
	// UnknownParent: Args[value] is in no row of the table Args[table].
	UnknownParent sheet.Code = "unknown_parent"
	// DuplicateKey: Args[value] stands in Line Args[line] already.
	DuplicateKey sheet.Code = "duplicate_key"
	// KeyElsewhere: the table Args[table] uses the key Args[value] too.
	KeyElsewhere sheet.Code = "key_elsewhere"
	// TwicePost: Line Args[line] names the same resident for the same place.
	TwicePost sheet.Code = "twice_post"
	// OtherCommunity: what Args[value] names lies in the compound Args[other].
	OtherCommunity sheet.Code = "other_community"
	// SameHome: the building has this room already, in Line Args[line].
	SameHome sheet.Code = "same_home"
	// ChildData: a name or phone of a child under 14.
	ChildData sheet.Code = "child_data"
	// BadPhone: not 5 to 15 digits.
	BadPhone sheet.Code = "bad_phone"
	// TwoPhones: several numbers in one cell.
	TwoPhones sheet.Code = "two_phones"
	// BadPosition: not a latitude and a longitude in degrees.
	BadPosition sheet.Code = "bad_position"
	// OtherScope: the role Args[role] does not serve places of this kind.
	OtherScope sheet.Code = "other_scope"
	// OtherName: the resident with this key is called otherwise.
	OtherName sheet.Code = "other_name"
	// NoName: a subdistrict's name gives no key. Write it in Han or Latin letters.
	NoName sheet.Code = "no_name"
	// OtherCount: a note; the household says Args[said] people and has Args[found].
	OtherCount sheet.Code = "other_count"
	// NoArea: a note; Args[n] homes have no area.
	NoArea sheet.Code = "no_area"
	// NoGuardian: a note; a child without a guardian's consent.
	NoGuardian sheet.Code = "no_guardian"
)

// Codes are all codes a problem may have, those of sheet included.
func Codes() []sheet.Code {
	return append(sheet.Codes(), NoFiles, TwoFiles, OtherFormat, UnknownFile, UnknownParent, DuplicateKey, KeyElsewhere, TwicePost, OtherCommunity, SameHome,
		ChildData, BadPhone, TwoPhones, BadPosition, OtherScope, OtherName, NoName, OtherCount, NoArea, NoGuardian,
		UnknownHome, NotLivingThere, TwoOfTheName)
}

// Problem is one thing wrong, or worth knowing, and whose rows it holds back.
type Problem struct {
	sheet.Problem
	// Ref is the register's key of the neighbourhood or subdistrict that is
	// not taken because of it; empty if nobody can tell whose row it is.
	Ref string
}

// Wrong says what is wrong, in the language of the context.
func (p Problem) Wrong(ctx context.Context) string { return p.sentence(ctx, "register.wrong.") }

// Mend says what to do, in the language of the context.
func (p Problem) Mend(ctx context.Context) string { return p.sentence(ctx, "register.mend.") }

// Where says where it stands: households.csv, line 12, column floor.
func (p Problem) Where(ctx context.Context) string {
	file := p.File
	if p.Sheet != "" {
		file = words.T(ctx, "register.where.sheet", "file", file, "sheet", p.Sheet)
	}
	switch {
	case p.File == "":
		return words.T(ctx, "register.where.folder")
	case p.Line == 0:
		return words.T(ctx, "register.where.file", "file", file)
	case p.Column == "":
		return words.T(ctx, "register.where.line", "file", file, "line", p.Line)
	}
	return words.T(ctx, "register.where.cell", "file", file, "line", p.Line, "column", p.Column)
}

// Text is the whole problem in one line of text.
func (p Problem) Text(ctx context.Context) string {
	key := "register.problem"
	if p.Note {
		key = "register.note"
	}
	return words.T(ctx, key, "where", p.Where(ctx), "wrong", p.Wrong(ctx), "mend", p.Mend(ctx))
}

func (p Problem) sentence(ctx context.Context, prefix string) string {
	args := make([]any, 0, 2*len(p.Args))
	for _, name := range slices.Sorted(maps.Keys(p.Args)) {
		args = append(args, name, p.Args[name])
	}
	return words.T(ctx, prefix+string(p.Code), args...)
}

package register

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/linli/linli/internal/platform/sheet"
)

// The tables of a register, in the order in which they are taken.
const (
	Neighbourhoods = "neighbourhoods"
	Communities    = "communities"
	Buildings      = "buildings"
	Households     = "households"
	Residents      = "residents"
	Staff          = "staff"
	Volunteers     = "volunteers"
)

// Tables are all tables in the order in which they are taken.
func Tables() []string {
	return []string{Neighbourhoods, Communities, Buildings, Households, Residents, Staff, Volunteers}
}

// later are the files that other rooms take.
func later() []string {
	return []string{
		"added_lifts", "ballots", "bays", "bike_census", "categories", "charging_points", "cost_allocation", "elders", "figures",
		"gates", "ideas", "medical_schedule", "meetings", "milestones", "owners", "parking_allocation",
		"parking_compensation", "partner_offers", "partner_units", "plates", "project_funding", "projects",
		"repair_fund_accounts", "reports", "rooms", "sensors", "smoke_alarm_timeline", "vendor_quotes",
		"vote_edge_cases", "votes",
	}
}

// folder is what lies in the folder handed over.
type folder struct {
	tables   map[string]string // table → file
	kept     []string          // files for later rooms
	problems []sheet.Problem
	partial  map[string]bool // tables of whose file not every row was read
}

// otherFormats are tables that are not read, by the end of their names.
func otherFormats() []string {
	return []string{".xls", ".xlsm", ".xlsb", ".et", ".ett", ".ods", ".numbers"}
}

func list(dir fs.FS) (folder, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return folder{}, fmt.Errorf("read the folder: %w", err)
	}
	f := folder{tables: map[string]string{}, partial: map[string]bool{}}
	for _, e := range entries {
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(e.Name(), "~$") {
			f.add(e.Name())
		}
	}
	if len(f.tables) == 0 {
		f.problems = append(f.problems, sheet.Problem{Code: NoFiles})
	}
	return f, nil
}

func (f *folder) add(file string) {
	ext := strings.ToLower(path.Ext(file))
	base := strings.ToLower(strings.TrimSuffix(file, path.Ext(file)))
	readable := ext == ".csv" || ext == ".xlsx"
	switch {
	case slices.Contains(otherFormats(), ext) && (slices.Contains(Tables(), base) || slices.Contains(later(), base)):
		f.problems = append(f.problems, sheet.Problem{File: file, Code: OtherFormat, Args: map[string]string{"ext": ext}})
	case readable && slices.Contains(Tables(), base):
		if twin, twice := f.tables[base]; twice {
			f.problems = append(f.problems, sheet.Problem{File: file, Code: TwoFiles, Args: map[string]string{"other": twin}})
			return
		}
		f.tables[base] = file
	case slices.Contains(later(), base):
		f.kept = append(f.kept, file)
	case base == "readme":
	default:
		f.problems = append(f.problems, sheet.Problem{File: file, Code: UnknownFile, Note: true})
	}
}

// table reads one table; a missing file gives no rows.
func (f *folder) table(dir fs.FS, name string) []*sheet.Row {
	file, ok := f.tables[name]
	if !ok {
		return nil
	}
	r, err := dir.Open(file)
	if err != nil {
		f.problems = append(f.problems, sheet.Problem{File: file, Code: sheet.Unreadable})
		return nil
	}
	defer func() { _ = r.Close() }()
	t, problems := sheet.Read(file, r, specs()[name])
	f.problems = append(f.problems, problems...)
	f.partial[name] = t.Partial
	return t.Rows
}

// col is a column that may be missing, key one that must be there and filled,
// need one that must be there.
func col(name string, aliases ...string) sheet.Column {
	return sheet.Column{Name: name, Aliases: aliases}
}

func key(name string, aliases ...string) sheet.Column {
	return sheet.Column{Name: name, Aliases: aliases, Required: true, Filled: true}
}

func need(name string, aliases ...string) sheet.Column {
	return sheet.Column{Name: name, Aliases: aliases, Required: true}
}

func area(name string, aliases ...string) sheet.Column {
	return sheet.Column{Name: name, Aliases: aliases, Area: true}
}

func specs() map[string]sheet.Spec {
	return map[string]sheet.Spec{
		Neighbourhoods: {Columns: []sheet.Column{
			key("neighbourhood_id", "居民区编号"), key("name", "居民区", "名称"), key("subdistrict", "街道"),
			col("district", "区"), col("city", "市"), col("phone", "电话", "居委会电话"),
		}},
		Communities: {Columns: []sheet.Column{
			key("community_id", "小区编号"), key("neighbourhood_id", "居民区编号"), key("name", "小区", "小区名称", "名称"),
			col("road", "路"), col("lane", "弄"), col("alias", "别名"), col("built", "建成年份"), col("kind", "房屋类型"),
			col("buildings", "楼数"), col("households", "户数"), col("committee_state", "业委会状态"), col("note", "备注"),
			col("lat", "纬度"), col("long", "经度"),
		}},
		Buildings: {Columns: []sheet.Column{
			key("building_id", "楼编号"), key("community_id", "小区编号"), key("number", "楼号"), col("group", "楼组"),
			col("floors", "层数"), col("lifts", "电梯数"), col("households", "户数"), area("area_m2", "建筑面积", "面积"), col("note", "备注"),
			col("lat", "纬度"), col("long", "经度"),
		}},
		Households: {Columns: []sheet.Column{
			key("household_id", "户编号"), key("community_id", "小区编号"), key("building_id", "楼编号"), key("room", "室", "室号", "房号"),
			col("floor", "楼层"), col("top_floor", "顶层"), area("area_m2", "建筑面积", "面积"), col("tenure", "产权性质", "产权"),
			col("occupancy", "居住情况"), col("people", "人数"),
		}},
		Residents: {Columns: []sheet.Column{
			key("resident_id", "居民编号"), key("household_id", "户编号"), key("community_id", "小区编号"), need("name", "姓名"),
			col("name_pinyin", "拼音", "姓名拼音"), key("role", "身份"), key("age_band", "年龄段"), col("lives_alone_elder", "独居老人"),
			col("phone", "手机", "手机号", "电话"), col("app_installed", "已装应用"), col("consent_version", "同意书版本"), col("guardian_consent", "监护人同意"),
		}},
		Staff: {Columns: []sheet.Column{
			key("staff_id", "工作人员编号"), key("role", "岗位", "角色"), key("scope", "服务范围"), key("organisation", "单位"),
			key("name", "姓名"), col("phone", "手机", "手机号", "电话"),
		}},
		Volunteers: {Columns: []sheet.Column{
			key("volunteer_id", "志愿者编号"), key("resident_id", "居民编号"), col("name", "姓名"), col("team", "队伍"),
			col("skill", "专长"), col("hours_2023", "服务时长"), col("willing_alarm", "愿接报警"),
		}},
	}
}

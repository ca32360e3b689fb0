package people

// Role is what a post does, or "resident" for everybody who lives here.
type Role string

// The roles. Each belongs to one [Group].
const (
	Resident           Role = "resident"           // 居民
	PropertyManager    Role = "property_manager"   // 物业经理
	PropertyStaff      Role = "property_staff"     // 物业员工
	CommitteeDirector  Role = "committee_director" // 居委会主任
	CommitteeWorker    Role = "committee_worker"   // 居委会社工
	PartySecretary     Role = "party_secretary"    // 党总支书记
	GridWorker         Role = "grid_worker"        // 网格员
	OwnersCommittee    Role = "owners_committee"   // 业委会
	BuildingLead       Role = "building_lead"      // 楼组长
	Volunteer          Role = "volunteer"          // 志愿者
	SubdistrictOfficer Role = "street_officer"     // 街道
	GridDispatcher     Role = "grid_dispatcher"    // 城运中心调度
	HousingOfficer     Role = "housing_officer"    // 房管
	Administrator      Role = "admin"              // 管理员
)

// Group is a set of roles that see and do the same: the columns of the access
// table.
type Group string

// The groups.
const (
	Residents        Group = "resident"
	Property         Group = "property"
	Committee        Group = "committee"
	OwnersCommittees Group = "owners_committee"
	BuildingLeads    Group = "building_lead"
	Volunteers       Group = "volunteer"
	Subdistrict      Group = "subdistrict"
	Administrators   Group = "admin"
)

// Groups are all groups in the order of the access table.
func Groups() []Group {
	return []Group{Residents, Property, Committee, OwnersCommittees, BuildingLeads, Volunteers, Subdistrict, Administrators}
}

// Roles are all roles.
func Roles() []Role {
	return []Role{Resident, PropertyManager, PropertyStaff, CommitteeDirector, CommitteeWorker, PartySecretary, GridWorker,
		OwnersCommittee, BuildingLead, Volunteer, SubdistrictOfficer, GridDispatcher, HousingOfficer, Administrator}
}

// Group is the role's group; an unknown role has none.
func (r Role) Group() Group {
	switch r {
	case Resident:
		return Residents
	case PropertyManager, PropertyStaff:
		return Property
	case CommitteeDirector, CommitteeWorker, PartySecretary, GridWorker:
		return Committee
	case OwnersCommittee:
		return OwnersCommittees
	case BuildingLead:
		return BuildingLeads
	case Volunteer:
		return Volunteers
	case SubdistrictOfficer, GridDispatcher, HousingOfficer:
		return Subdistrict
	case Administrator:
		return Administrators
	}
	return ""
}

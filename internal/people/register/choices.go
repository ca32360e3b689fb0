package register

import "github.com/linli/linli/internal/people"

// The words a cell may hold for one meaning: the program's own and those the
// offices use.

func committeeStates() map[string]string {
	return map[string]string{
		"normal": "normal", "正常": "normal", "reelection": "reelection", "换届": "reelection",
		"paralysed": "paralysed", "瘫痪": "paralysed", "none": "none", "无": "none",
	}
}

func tenures() map[string]string {
	return map[string]string{
		"owned": "owned", "产权": "owned", "商品房": "owned", "售后公房": "owned",
		"public": "public", "公房": "public", "直管公房": "public", "系统公房": "public",
	}
}

func occupancies() map[string]string {
	return map[string]string{
		"self": "self", "自住": "self", "rented": "rented", "出租": "rented", "租赁": "rented",
		"vacant": "vacant", "空置": "vacant", "空关": "vacant",
	}
}

func standings() map[string]string {
	return map[string]string{
		"owner": string(people.Owner), "业主": string(people.Owner), "family": string(people.Family), "家属": string(people.Family),
		"tenant": string(people.Tenant), "租户": string(people.Tenant), "租客": string(people.Tenant),
		"public_tenant": string(people.PublicTenant), "公房承租人": string(people.PublicTenant),
	}
}

func ageBands() map[string]string {
	m := map[string]string{"70以上": people.Eldest, "70岁以上": people.Eldest}
	for _, band := range people.AgeBands() {
		m[band] = band
		m[band+"岁"] = band
	}
	return m
}

func roles() map[string]string {
	m := map[string]string{
		"物业经理": string(people.PropertyManager), "物业员工": string(people.PropertyStaff), "保安": string(people.PropertyStaff),
		"居委会主任": string(people.CommitteeDirector), "社工": string(people.CommitteeWorker), "党总支书记": string(people.PartySecretary),
		"网格员": string(people.GridWorker), "业委会": string(people.OwnersCommittee), "楼组长": string(people.BuildingLead),
		"街道干部": string(people.SubdistrictOfficer), "城运调度": string(people.GridDispatcher), "房管": string(people.HousingOfficer),
		"管理员": string(people.Administrator),
	}
	for _, r := range people.Roles() {
		if r != people.Resident {
			m[string(r)] = string(r)
		}
	}
	return m
}

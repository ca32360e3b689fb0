package tally

// CivilCode is the rule of the Civil Code of the People's Republic of China,
// in force from 1 January 2021: nine items, a quorum of two thirds of area and
// heads, ordinary items by more than half and special ones by three quarters of
// those who took part (art. 278). Shanghai's rules repeat it (arts 18, 69).
// Each call returns a fresh value that the caller may change.
func CivilCode() Rule {
	twoThirds := Fraction{Num: 2, Den: 3}
	overHalf := Fraction{Num: 1, Den: 2, Over: true}
	threeQuarters := Fraction{Num: 3, Den: 4}
	ordinary := Both{Area: overHalf, Heads: overHalf}
	special := Both{Area: threeQuarters, Heads: threeQuarters}
	return Rule{
		ID:        "cn-civil-code-278",
		Region:    "CN",
		Source:    "中华人民共和国民法典第二百七十八条",
		ValidFrom: 20210101,
		Parameters: Parameters{
			Quorum: Both{Area: twoThirds, Heads: twoThirds},
			Items: []Item{
				{1, "制定和修改业主大会议事规则", "rules of procedure of the owners' assembly", ordinary},
				{2, "制定和修改管理规约", "the owners' covenant", ordinary},
				{3, "选举业主委员会或者更换业主委员会成员", "electing the owners' committee or replacing its members", ordinary},
				{4, "选聘和解聘物业服务企业或者其他管理人", "hiring or dismissing the manager", ordinary},
				{5, "使用建筑物及其附属设施的维修资金", "using the maintenance fund", ordinary},
				{6, "筹集建筑物及其附属设施的维修资金", "raising the maintenance fund", special},
				{7, "改建、重建建筑物及其附属设施", "altering or rebuilding", special},
				{8, "改变共有部分的用途或者利用共有部分从事经营活动", "changing the use of common parts, or business on them", special},
				{9, "有关共有和共同管理权利的其他重大事项", "other major matters of common ownership", ordinary},
			},
		},
	}
}

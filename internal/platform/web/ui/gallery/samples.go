package gallery

import (
	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/web/ui"
)

func tabs(current string) []ui.Tab {
	all := []ui.Tab{
		{Href: "/home", Icon: "house", Text: "首页"},
		{Href: "/empty", Icon: "messages-square", Text: "议事"},
		{Href: "/report", Icon: "camera", Text: "随手拍", Raised: true, Keep: true},
		{Href: "/parts", Icon: "square-parking", Text: "停车"},
		{Href: "/matter", Icon: "circle-user-round", Text: "我的"},
	}
	for i := range all {
		all[i].Current = all[i].Text == current
	}
	return all
}

func homeShell(p ui.Page) ui.PhoneShell {
	p.Title = "首页"
	return ui.PhoneShell{
		Page: p, Hero: true, Tabs: tabs("首页"),
		Top: ui.Top{Place: "静安桂花园 2 号 1103", Switch: true, Messages: "/empty", Unread: "2"},
	}
}

func todos() []ui.Todo {
	return []ui.Todo{
		{Href: "/parts", Icon: "vote", Tone: ui.Warn, Title: "2 号楼电梯更换 · 意见征询", Note: "还有 3 天截止，您家还没投票"},
		{Href: "/matter", Icon: "badge-check", Title: "11 楼堆物已清走，请您看看", Note: "您上周五拍的，物业今早处理"},
	}
}

func shortcuts() []ui.Shortcut {
	return []ui.Shortcut{
		{Href: "/report", Icon: "wrench", Text: "报修"}, {Href: "/board", Icon: "messages-square", Text: "议事厅"},
		{Href: "/parts", Icon: "vote", Text: "投票"}, {Href: "/empty", Icon: "calendar-check", Text: "预约"},
		{Href: "/empty", Icon: "plug-zap", Text: "充电桩"}, {Href: "/empty", Icon: "stethoscope", Text: "义诊"},
		{Href: "/empty", Icon: "hand-heart", Text: "志愿"}, {Href: "/parts", Icon: "layout-grid", Text: "全部"},
	}
}

func steps() []ui.Step {
	return []ui.Step{
		{Text: "已上报", State: ui.Done}, {Text: "物业接单", State: ui.Done},
		{Text: "现场处理", State: ui.Now}, {Text: "请您确认", State: ui.Wait},
	}
}

func bikeMatter() ui.Matter {
	return ui.Matter{
		Href: "/matter", Photo: "/photos/hall.svg", Title: "一楼门厅电瓶车推进楼", Note: "随手拍 · 昨天 21:14",
		Tone: ui.Warn, Phase: "处理中", Steps: steps(), Next: "下一步 <b>物业 王师傅</b>，今天 <b>18:00</b> 前到场",
	}
}

func reportShell(p ui.Page) ui.PhoneShell {
	p.Title = "随手拍"
	return ui.PhoneShell{
		Page: p,
		Top:  ui.Top{Back: "/home", Title: "随手拍", End: ui.DraftState()},
		Foot: ui.Button(ui.Btn{Text: "送出", Icon: "send", Kind: "primary", Size: "xl", Wide: true, Attrs: templ.Attributes{"form": "report", "data-later": true}}),
	}
}

func kinds(fault string) ui.Group {
	return ui.Group{
		Name: "kind", Legend: "这是什么问题？", Error: fault,
		Choices: []ui.Choice{
			{Value: "1", Text: "楼道堆物", Icon: "package", Checked: fault == ""}, {Value: "2", Text: "飞线充电", Icon: "plug-zap"},
			{Value: "3", Text: "乱停车", Icon: "car"}, {Value: "4", Text: "漏水", Icon: "droplets"},
			{Value: "5", Text: "灯不亮", Icon: "lightbulb-off"}, {Value: "6", Text: "垃圾", Icon: "trash-2"}, {Value: "7", Text: "其他", Icon: "ellipsis"},
		},
	}
}

func faultOf(list []ui.FormError, id string) string {
	for _, e := range list {
		if e.ID == id {
			return e.Text
		}
	}
	return ""
}

func entries() []ui.Entry {
	return []ui.Entry{
		{Time: "昨天 21:14", At: "2026-11-22T21:14:00+08:00", Text: "<b>陈先生</b> 拍下，送到物业", Quote: "电瓶车推进门厅充电，老人进出怕绊到。", State: ui.Done,
			Photos: []ui.Photo{{Src: "/photos/hall.svg", Full: "/photos/hall.svg", Alt: "门厅里的电瓶车"}}},
		{Time: "昨天 21:20", At: "2026-11-22T21:20:00+08:00", Text: "物业 <b>王师傅</b> 接单", State: ui.Done},
		{Time: "今天 09:05", At: "2026-11-23T09:05:00+08:00", Text: "已联系车主，下班后挪走", State: ui.Now},
		{Time: "今天 18:00", Text: "物业到场", State: ui.Wait},
	}
}

func deskShell(p ui.Page, head ui.Head, current string) ui.DeskShell {
	p.Title = head.Title
	rail := []ui.RailGroup{
		{Items: []ui.RailItem{
			{Href: "/today", Icon: "inbox", Text: "今日待办", Count: "6"}, {Href: "/parts", Icon: "siren", Text: "报警台", Count: "1", Hot: true},
			{Href: "/board", Icon: "kanban", Text: "看板"}, {Href: "/report", Icon: "camera", Text: "随手拍", Count: "4"},
		}},
		{Title: "登记", Items: []ui.RailItem{{Href: "/register", Icon: "users", Text: "住户与岗位"}, {Href: "/empty", Icon: "upload", Text: "导入"}}},
	}
	for g := range rail {
		for i := range rail[g].Items {
			rail[g].Items[i].Current = rail[g].Items[i].Text == current
		}
	}
	return ui.DeskShell{
		Page: p, Brand: "邻里", Role: "西武居民区 · 物业端", Rail: rail, Head: head, Tabs: tabs(""),
		Me: ui.Me{Href: "/home", Surname: "王", Name: "王师傅", Note: "当班"},
	}
}

func orders(current int) []ui.Item {
	list := []ui.Item{
		{Href: "/order", Photo: "/photos/stair.svg", Plate: "静安桂花园 2 号 3 层", Title: "楼道堆物", Note: "纸箱堆了快两周，挡住消火栓", Tone: ui.Hot, Tag: "晚了 2 小时", When: "居委已催"},
		{Href: "/order", Photo: "/photos/hall.svg", Plate: "静安桂花园 2 号 1 层", Title: "电瓶车推进楼", Note: "陈先生 · 昨天 21:14", Tone: ui.Warn, Tag: "处理中", When: "今天 18:00 前"},
		{Href: "/order", Plate: "益民公寓 6 号", Title: "门口路灯不亮", Note: "徐阿姨 · 今天 07:52", Tone: ui.Info, Tag: "等接单", When: "10:22 前接单"},
	}
	if current >= 0 {
		list[current].Current = true
	}
	return list
}

func households() ui.Grid {
	return ui.Grid{
		Caption: "2 号楼住户",
		Head:    []ui.Cell{{Text: "门牌"}, {Text: "户主"}, {Text: "面积", End: true}, {Text: "状态"}},
		Rows: [][]ui.Cell{
			{{Text: "1101 室", Href: "/register"}, {Text: "李先生"}, {Text: "89.60 ㎡", End: true}, {Part: ui.Tag(ui.OK, "check", "已开户")}},
			{{Text: "1102 室", Href: "/register"}, {Text: "周女士"}, {Text: "102.35 ㎡", End: true}, {Part: ui.Tag(ui.Warn, "", "等核对")}},
			{{Text: "1103 室", Href: "/register"}, {Text: "陈先生"}, {Text: "89.60 ㎡", End: true}, {Part: ui.Tag(ui.OK, "check", "已开户")}},
		},
	}
}

// paneRow is the row shown in the pane: the first, or none.
func paneRow(pane templ.Component) int {
	if pane == nil {
		return -1
	}
	return 0
}

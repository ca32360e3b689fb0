package people

import "strings"

// DeviceLabel is a device in coarse words, such as "iPhone · WeChat", so that
// people know their sessions apart without a fingerprint being kept. What is
// not known gives the empty string.
func DeviceLabel(agent string) string {
	device, app := firstIn(agent, deviceMarks()), firstIn(agent, appMarks())
	if device == "" || app == "" {
		return device + app
	}
	return device + " · " + app
}

// mark is a piece of a User-Agent and what it stands for.
type mark struct{ in, name string }

// The order matters: an iPad also says Mac, HarmonyOS also says Android.
func deviceMarks() []mark {
	return []mark{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"HarmonyOS", "HarmonyOS"}, {"OpenHarmony", "HarmonyOS"},
		{"Android", "Android"}, {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"Linux", "Linux"}}
}

// Almost every browser also says Chrome or Safari, so those come last.
func appMarks() []mark {
	return []mark{{"wxwork", "WeCom"}, {"MicroMessenger", "WeChat"}, {"AlipayClient", "Alipay"}, {"DingTalk", "DingTalk"},
		{"QQBrowser", "QQ"}, {"UCBrowser", "UC"}, {"Edg", "Edge"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
		{"Chrome", "Chrome"}, {"CriOS", "Chrome"}, {"Safari", "Safari"}}
}

func firstIn(s string, marks []mark) string {
	for _, m := range marks {
		if strings.Contains(s, m.in) {
			return m.name
		}
	}
	return ""
}

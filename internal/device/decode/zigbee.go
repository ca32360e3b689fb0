package decode

import (
	"strings"
)

// zigbeeKey is the key of a Zigbee device: its address, which stays when it is
// renamed or moved to another bridge.
func zigbeeKey(address string) string { return "zigbee:" + strings.ToLower(address) }

// openZigbee reads a topic of zigbee2mqtt: state and availability of a device,
// the bridge's own state, and its list of devices. Friendly names may hold
// slashes and Chinese. All else (log, requests, groups) is no letter.
func openZigbee(f Frame) ([]Letter, error) {
	rest, ok := strings.CutPrefix(f.Topic, f.Base+"/")
	if !ok || rest == "" || len(rest) > 512 {
		return nil, unreadable("topic is not below %q", f.Base)
	}
	if own, ok := strings.CutPrefix(rest, "bridge/"); ok {
		return openBridge(f, own)
	}
	if name, ok := strings.CutSuffix(rest, "/availability"); ok {
		return availability(zigbeeName(f, name), f.Body)
	}
	if strings.HasSuffix(rest, "/set") || strings.HasSuffix(rest, "/get") || len(f.Body) == 0 {
		return nil, nil // a request, or a retained message taken back
	}
	if len(f.Body) > bodyLimit {
		return nil, unreadable("%d bytes", len(f.Body))
	}
	state, err := parseObject(f.Body)
	if err != nil {
		return nil, err
	}
	l := Letter{Who: zigbeeName(f, rest), At: instant(state, "last_seen"), manner: Cached}
	l.read = func(m Model) []Observation { return readFields(m.Fields, state) }
	return []Letter{l}, nil
}

// zigbeeName names a device that only its topic is known of. The register
// looks for the name among the devices that the bridge announced.
func zigbeeName(f Frame, name string) Who {
	scope := f.Device // two bridges of a tenant may have the same base topic
	if scope == "" {
		scope = f.Base
	}
	return Who{Key: "zigbee:" + scope + "/" + name, Name: name, Bridge: zigbeeBridge(f)}
}

func zigbeeBridge(f Frame) string {
	if f.Device != "" {
		return f.Device
	}
	return "zigbee2mqtt:" + f.Base
}

// availability is {"state":"online"}, or the bare word in older versions.
func availability(who Who, body []byte) ([]Letter, error) {
	state := strings.TrimSpace(string(body))
	if strings.HasPrefix(state, "{") {
		o, err := parseObject(body)
		if err != nil {
			return nil, err
		}
		state = str(o, "state")
	}
	switch state {
	case "online", "offline":
		return []Letter{{Who: who, read: says(Observation{Kind: Online, Value: onOff(state == "online")})}}, nil
	case "":
		return nil, nil
	}
	return nil, unreadable("availability")
}

func openBridge(f Frame, own string) ([]Letter, error) {
	bridge := Who{Key: zigbeeBridge(f), Name: f.Base}
	switch own {
	case "state":
		return availability(bridge, f.Body)
	case "devices":
		list, err := announcements(f.Body)
		if err != nil {
			return nil, err
		}
		return []Letter{{Who: bridge, Announced: list, read: says(Observation{Kind: Online, Value: On})}}, nil
	case "info", "logging", "health", "event":
		return []Letter{{Who: bridge, read: says(Observation{Kind: Online, Value: On})}}, nil
	}
	return nil, nil
}

// readFields reads a whole state. A field that the device did not declare
// counts if its name and a true or false leave no doubt: before the bridge has
// announced a detector, its smoke is smoke all the same.
func readFields(fields []Field, state object) []Observation {
	known := map[string]Field{}
	for _, f := range fields {
		known[f.Property] = f
	}
	var news []Observation
	used := map[string]bool{"last_seen": true}
	for _, property := range sortedKeys(state) {
		v := state[property]
		field, declared := known[property]
		if !declared {
			field = undeclared(property, v)
		}
		if o, ok := field.read(v); ok {
			news = append(news, o)
			used[property] = o.Kind != Unclear
		}
	}
	online := Observation{Kind: Online, Value: On, Extra: leaves(state, func(path string) bool { return used[path] })}
	return append([]Observation{online}, news...)
}

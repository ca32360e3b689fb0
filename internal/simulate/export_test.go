package simulate

import "time"

// Script is a plan's messages as lines.
func Script(p Plan, started time.Time) (lines []string, smoke map[int]bool) {
	smoke = map[int]bool{}
	for _, m := range p.script(started) {
		lines = append(lines, m.at.String()+" "+Detector(m.detector)+" "+string(m.kind)+" "+m.body)
		if m.smoke {
			smoke[m.detector] = true
		}
	}
	return lines, smoke
}

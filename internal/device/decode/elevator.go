package decode

// openLift reads what a lift's box sends in linli's own shape: device, event,
// at, and whatever else it knows.
func openLift(f Frame) ([]Letter, error) {
	o, err := parseObject(f.Body)
	if err != nil {
		return nil, err
	}
	id := str(o, "device")
	if id == "" {
		return nil, unreadable("no device named")
	}
	l := Letter{Who: Who{Key: "elevator:" + id}, At: instant(o, "at"), Message: str(o, "id"), manner: Happen}
	envelope := func(path string) bool { return path == "device" || path == "event" || path == "at" || path == "id" }
	online := Observation{Kind: Online, Value: On, Extra: leaves(o, envelope)}
	l.read = says(online, liftEvent(str(o, "event")))
	if test, _ := o["test"].(bool); test {
		l.read = says(online, liftEvent(str(o, "event")), Observation{Kind: Test, Value: On})
	}
	return []Letter{l}, nil
}

func liftEvent(event string) Observation {
	switch event {
	case "entrapment", "entrapment_cleared":
		return Observation{Kind: Entrapment, Value: onOff(event == "entrapment")}
	case "fault", "fault_cleared":
		return Observation{Kind: Fault, Value: onOff(event == "fault")}
	case "heartbeat":
		return Observation{Kind: Elevator, Value: "running"}
	}
	return unclear(map[string]string{"event": event})
}

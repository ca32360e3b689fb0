package open311

// Hide is what the public reads of a text where the register is empty.
func Hide(s string) string { return hide(s, &neighbours{}) }

package sheet

// Lower makes the bounds of unpacking small until restore is called.
func Lower(most int64) (restore func()) {
	was, were := unpacked, shared
	unpacked, shared = most, most/2
	return func() { unpacked, shared = was, were }
}

package sim

// Twice runs a seed two times. Equal seeds of one build have equal events: that is the invariant
// Deterministic (D13), and what every replay, every link and every step back stands on. When the
// runs differ, the second report says so as its violation.
func Twice(seed uint64, opts RandomOptions) (first, second Report) {
	first, second = RandomRun(seed, opts), RandomRun(seed, opts)
	if second.OK() && (first.Fingerprint != second.Fingerprint || first.Step != second.Step) {
		second.Violation = "Deterministic"
		second.Detail = "the first run was " + first.Fingerprint.String() + ", the second " +
			second.Fingerprint.String()
	}
	return first, second
}

package scenario

// Verdict says how far a check of the running step is.
type Verdict uint8

// The verdicts.
const (
	Undecided Verdict = iota
	Held
	Broken
)

// Verdicts returns how far the checks of the running step are, in their order; nil while no step
// runs. At the end of the step its StepResult has the rest.
func (s *Session) Verdicts() []Verdict {
	if !s.run.running {
		return nil
	}
	list := make([]Verdict, len(s.run.checks))
	for i, c := range s.run.checks {
		switch {
		case c.decided && c.ok:
			list[i] = Held
		case c.decided:
			list[i] = Broken
		}
	}
	return list
}

package sim

import "github.com/zabscope/zabscope/core/check"

// judge lets the invariants of core/check decide.
type judge struct{ *check.Checker }

// NewJudge returns the judge of core/check.
func NewJudge(w *World) Judge {
	voters, _ := w.Servers()
	return judge{check.New(voters)}
}

// CloneObserver copies the judge with all that it has seen.
func (j judge) CloneObserver() Observer { return judge{j.Clone()} }

// Verdict names the first invariant that was broken.
func (j judge) Verdict() (name, detail string) {
	if v := j.Violations(); len(v) > 0 {
		return v[0].Name, v[0].Detail
	}
	return "", ""
}

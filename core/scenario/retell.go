package scenario

import "github.com/zabscope/zabscope/core/zk"

// Retell gives the lines of a scenario in free play with the same servers, seed and settings, up to
// the first violation, and returns the link of that moment: a page needs no file to open it. The
// name is that of what was broken, "" for nothing.
func Retell(f *File) (j Journal, broken string, err *Error) {
	free := *f
	free.Name, free.Steps, free.Intro, free.Down = "", nil, nil, true
	s, err := NewSession(&free, Options{Quirks: f.Settings.Quirks})
	for i := 0; err == nil && i < len(f.Steps); i++ {
		err = s.retell(&f.Steps[i])
	}
	if err != nil {
		return Journal{}, "", err
	}
	if list := s.Violations(); len(list) > 0 {
		broken = list[0].Name
	} else if stopped := s.tl.World().Failure(); stopped != nil {
		broken = stopped.Name
	}
	return s.Journal(), broken, nil
}

// retell gives the lines of one step.
func (s *Session) retell(step *Step) *Error {
	for i := range step.Blocks {
		for _, l := range step.Blocks[i].Lines {
			if len(s.Violations()) > 0 {
				return nil
			}
			switch {
			case l.Verb == "wait":
				s.passUntilBroken(s.Now().Add(l.d))
			default:
				if res := s.Command(l.Text); res.Err != nil {
					return res.Err
				}
			}
		}
	}
	return nil
}

// passUntilBroken lets time pass, to the first violation at most.
func (s *Session) passUntilBroken(until zk.Instant) {
	for len(s.Violations()) == 0 && s.Advance(1, until) {
	}
}

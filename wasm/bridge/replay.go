package bridge

import (
	"github.com/zabscope/zabscope/core/scenario"
)

// replaySteps is how many steps a replay goes between two looks at the time.
const replaySteps = 16

// restore replays a link. Its scenario must be the one that is loaded. Until it is done the page
// shows the run that was there.
func (b *Bridge) restore(a *Args) (any, error) {
	j, err := readLink(a)
	if err != nil {
		return nil, err
	}
	file, err := b.fileOf(j)
	if err != nil {
		return nil, err
	}
	find := func(string) (*scenario.File, *scenario.Error) { return file, nil }
	r, problem := scenario.NewReplay(j, find, b.options(file, j.Seed))
	if problem != nil {
		return nil, problem
	}
	b.clock.playing = false
	return b.begun(b.restoreJob(r, file))
}

// fileOf returns what a link is a run of.
func (b *Bridge) fileOf(j *scenario.Journal) (*scenario.File, error) {
	f := b.session.File()
	if j.Scenario == "" {
		free, problem := j.FreePlay()
		if problem != nil {
			return nil, problem
		}
		return free, nil
	}
	if f.Name != j.Scenario {
		return nil, &scenario.Error{
			Code: scenario.CodeNoScenario, Args: []string{j.Scenario},
		}
	}
	return f, nil
}

func (b *Bridge) restoreJob(r *scenario.Replay, file *scenario.File) *job {
	return &job{
		slice: func(left func() bool) (any, bool, error) {
			for {
				more, problem := r.Go(replaySteps)
				if problem != nil {
					return nil, true, problem
				}
				if !more {
					b.restored(r.Session(), file)
					return nil, true, nil
				}
				if !left() {
					return nil, false, nil
				}
			}
		},
		look: func() Work {
			now, goal := r.Progress()
			return Work{Kind: "restore", Now: ms(now), Until: ms(goal), Fast: true}
		},
		stop: b.stoppedError,
	}
}

// restored shows the run that a link replayed.
func (b *Bridge) restored(s *scenario.Session, file *scenario.File) {
	if file != b.session.File() {
		b.lesson = lesson{}
	}
	b.begin(s)
	b.lesson.rest = nil
	b.lesson.follow(b)
}

func (b *Bridge) stoppedError() (any, error) {
	return nil, errStopped{b.stoppedResult().Error}
}

// Progress says how the rest of a scenario went.
type Progress struct {
	OK     bool               `json:"ok"`
	Failed []scenario.Failure `json:"failed"`
}

// runAll runs the rest of the scenario at full speed.
func (b *Bridge) runAll(*Args) (any, error) {
	b.clock.playing = false
	b.stopWork()
	b.toHead()
	return b.begun(b.lessonJob("run", func() bool { return false }, b.report))
}

// lessonJob lets the scenario go on until a goal or its end.
func (b *Bridge) lessonJob(kind string, goal func() bool, result func() any) *job {
	return &job{
		slice: func(left func() bool) (any, bool, error) {
			for !goal() {
				more, err := b.lesson.forward(b)
				if err != nil {
					return nil, true, err
				}
				if !more {
					break
				}
				if !left() {
					return nil, false, nil
				}
			}
			return result(), true, nil
		},
		look: func() Work {
			return Work{Kind: kind, Now: ms(b.session.Now()), Fast: true}
		},
		stop: b.stoppedError,
	}
}

func (b *Bridge) report() any {
	p := Progress{OK: true, Failed: []scenario.Failure{}}
	for _, r := range b.session.Results() {
		p.Failed = append(p.Failed, r.Failed...)
	}
	p.OK = len(p.Failed) == 0
	return p
}

package bridge

// typedNext does for the line :next, typed in a lesson, what the lesson's own buttons do: the
// question of a step comes before the step, and a step is played so that it can be seen.
func (b *Bridge) typedNext() Result {
	index, running := b.session.StepIndex()
	switch {
	case running:
		b.resume()
		return b.sayNext(index, "lesson.next.again", true)
	case index+1 == len(b.lesson.file.Steps):
		r, _ := b.execute(":next")
		return r
	case b.lesson.opened <= index:
		b.toHead()
		b.lesson.enter(b, index+1)
	}
	if b.lesson.asks(index + 1) {
		return b.sayNext(index+1, "lesson.next.asks", false)
	}
	if _, err := b.lessonRun(nil); err != nil {
		return b.sayNext(index+1, err.Error(), false)
	}
	return Result{OK: true}
}

// sayNext prints the line :next with what comes of it for a step.
func (b *Bridge) sayNext(step int, key string, ok bool) Result {
	e := b.console.add(":next", ms(b.session.Now()))
	e.spot = b.here()
	e.Output = b.text.T(key, "n", step+1, "title", b.lesson.titleOf(step))
	if !ok {
		e.State = "error"
	}
	return e.result()
}

// asks reports whether the question of a step still waits for the learner.
func (l *lesson) asks(step int) bool {
	return l.file.Steps[step].Question() != nil && !l.guesses[step].locked
}

// typesNext reports whether a typed line is the lesson's :next.
func (b *Bridge) typesNext(line string) bool {
	return b.live == nil && len(b.lesson.guesses) > 0 && line == ":next"
}

// resume lets a step that has begun go on, from the moment that is shown.
func (b *Bridge) resume() {
	b.stopWork()
	b.lesson.running, b.clock.playing = true, true
}

// noteNext says whether the step that the line :next has begun can be seen to play.
func (b *Bridge) noteNext() string {
	if b.clock.playing {
		return b.text.T("lesson.next.plays")
	}
	return b.text.T("lesson.next.still")
}

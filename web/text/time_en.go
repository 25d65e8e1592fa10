package text

// timeEN are the English words of time: speeds, steps, branches and why something
// happened. See parse for the form.
const timeEN = `
# What time waits for
time.stopped = Stopped at {t}, before it was done; give the line again to go on
time.hurry = Finish now
time.stop = Stop
js.work.line = Until {line} is done
js.work.restore = Replaying the run
js.work.run = Running the scenario
js.work.lesson = Going to the step
js.load.unknown = There is no scenario "{name}" ({n}); pick one from the Lessons menu
js.load.offline = Could not fetch "{name}": there is no connection; check it and try again
duel.which = Which comparison
duel.deciding = The one that decided
duel.last = The last one
`

package text

// lessonEN are the English words of the lesson player and the home page. See
// parse for the form.
const lessonEN = `
# A lesson
nav.all = All lessons
lesson.place = lesson {n} of {of}
lesson.exhibit = exhibit {n} of {of}
lesson.exhibit.following = Next exhibit:
lesson.minutes = {n} min
lesson.steps = {n step|steps}
lesson.restart = Start over
lesson.resume = Continue there
lesson.following = Next lesson:
lesson.ticked = done
level.basic = Basic
level.core = Core
level.deep = Deep

# One step
lesson.predict = Predict first
lesson.pick = Or click the server on the stage.
lesson.lock = Lock in
lesson.skip = Skip the question
lesson.skipped = Skipped.
lesson.lines = What will be done
lesson.run = Run this step
lesson.answer = Show the answer
lesson.running = Running…
lesson.halted = Stopped in the middle of the step
lesson.on = Go on
lesson.next.asks = Step {n}, “{title}”, begins with a question (tab Lesson). Lock in an answer or
	choose “Skip the question” there; then :next runs the step.
lesson.next.again = Step {n}, “{title}”, is not over yet; it goes on playing.
lesson.next.plays = The step plays now; time stops at its end.
lesson.next.still = The step has begun, but time stands still: press play to see it.
lesson.finish = To the end of the step
lesson.goto = Go to this step
lesson.look = Look at:
lesson.look.server = server {n}
lesson.look.votes = votes of server {n}
lesson.less = One less
lesson.more = One more
lesson.up = Earlier: {what}
lesson.down = Later: {what}
lesson.server = Server {n}
lesson.nobody = Nobody
stage.ask = Which server? Click it, or select it and press Enter.

# What came of it
lesson.yours = Your answer
lesson.happened = What happened
lesson.right = As you predicted
lesson.wrong = It went another way: here is the catch
lesson.evidence = Show me
lesson.back = Back to the end of the step
lesson.checks = Checks
lesson.checked = {k} of {n check holds|checks hold}
check.waiting = waiting
check.ok = passed
check.failed = failed
lesson.broken = Something that was done in between changed the outcome. Do the step again to
	see it unspoilt.
lesson.next = Next
lesson.reset = Do this step again

# The end of a lesson
lesson.end = That was the lesson
lesson.score = {k} of your {n prediction|predictions} came true
lesson.free = Keep playing from here
lesson.free.text = The cluster is yours now, as it stands: drag, cut, kill, write.

# What scripts say
js.lesson.was = You were at step {n} of {of}.
js.lesson.back = The step begins where the last one ended. What you did in between is undone.
js.lesson.free = The cluster is yours. Drag a server away, press K, or type a line.

# The front page
home.text = Five servers vote and a sixth observes: they elect a leader, agree on every write, split
	and recover, in your browser.
	Slow them down, step back, break them, and see why each of them decided as it did.
home.learn = Start with the first lesson
home.play = Play freely
home.play.text = Nothing to install, no account. The simulator runs in this page and nothing
	leaves it.
home.start = Try it here
home.live = The first lesson, running
home.skip = Skip to the lessons
home.lessons = Lessons
home.lessons.text = Each takes a few minutes: read, predict, run, see what happened and why.
home.chapter = Chapter {n}
home.museum = The bug museum
home.museum.text = Bugs that ZooKeeper had, switched back on: see what breaks, then see the
	same with the fix. Two have nothing to switch here, and say why.
home.planned = In preparation:
home.foot = zabscope is independent of the Apache Software Foundation. Apache ZooKeeper is its
	trademark.
chapter.1 = Meet the ensemble
chapter.2 = The ZAB protocol
chapter.3 = Failures and partitions
chapter.4 = Data model and clients
chapter.5 = Theory to compare with
chapter.6 = Recipes
js.home.continue = Continue: {title}
`

// Package trace is the one stream of events that everything else is derived from: nothing is
// shown, checked, narrated or exported that is not an Event.
//
// An event is flat, has a place (Ref), a cause (the Ref of the event that made it happen) and, when
// it records a decision, the rule (Why) and both alternatives (Vote and Prev). The table in
// kinds.go says for each kind which fields it fills. Four rules hold: the stream is sufficient (any
// state that a page shows changes only by an event), causal, reasoned, and described in one table
// from which the text and NDJSON forms are made.
package trace

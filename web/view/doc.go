// Package view is what a page shows, as one value: Model is folded from the trace by Apply and from
// nothing else, so the same page shows a simulated cluster, a live one and a recorded file.
//
// The package knows what happened, not how to say it or where to draw it: sentences are in web/text
// (which narrates the Events kept here), places and colours in web/ui and static. It never imports
// the simulator or the node; a shadow test proves that the model equals the nodes' own status.
//
// A Model is cloned at every checkpoint of a timeline, so Clone is cheap: parts are shared and the
// copy that writes first copies the part. Everything reachable from a Model is read-only for
// callers. Slices are in the order in which a page lists them.
package view

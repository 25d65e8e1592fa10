// Package ui is what people see: templ components for the page and its panels, and the geometry of
// the stage. The server renders the first paint with them and the Worker every later change, so the
// page has one markup language and its JavaScript knows nothing of ZooKeeper.
//
// A component takes one value and decides nothing. The values are made here from a view.Model by
// plain functions (BuildStage, BuildVotes, …), which are where the tests look. Words come from
// web/text. A panel is a component whose root element has a stable id; the Worker sends a panel
// again only when its HTML differs from what was sent last.
//
// Places are decided in this package alone: every glyph, link and client has numbers (Geometry),
// and the page only moves things between the last numbers and the new ones.
package ui

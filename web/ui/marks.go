package ui

import (
	"math"
	"strconv"

	"github.com/zabscope/zabscope/core/zk"
)

func translate(p Point) string {
	return "translate(" + number(p.X) + " " + number(p.Y) + ")"
}

// turned puts a mark in the middle of a curve, looking along it or back.
func turned(c Curve, back bool) string {
	d := c.At(0.55).sub(c.At(0.45))
	angle := math.Atan2(d.Y, d.X) * 180 / math.Pi
	if back {
		angle += 180
	}
	return translate(c.At(0.5)) + " rotate(" + number(angle) + ")"
}

var roleIcons = map[zk.Role]string{
	zk.Leading: "crown", zk.Following: "dot", zk.Observing: "eye", zk.Looking: "question",
	zk.Down: "cross",
}

func roleIcon(r zk.Role) string { return roleIcons[r] }

func olderText(n int) string {
	if n > 99 {
		return "…99+"
	}
	return "+" + strconv.Itoa(n)
}

// resultClass sorts the result of an operation: ok, error or waiting.
func resultClass(result string) string {
	switch result {
	case "":
		return "waiting"
	case "ok", "gone":
		return result
	}
	return "error"
}

func resultMark(result string) string {
	marks := map[string]string{"waiting": " …", "ok": " ✓", "error": " ✗"}
	return marks[resultClass(result)]
}

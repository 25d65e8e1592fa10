package scenario

import (
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/check"
)

// When says over which part of its step a check must hold.
type When uint8

// The forms of a check.
const (
	AtEnd    When = iota // when the step ends
	Within               // at some moment not later than D after the step began
	Always               // at every moment of the step
	Never                // at no moment of the step
	Violates             // the invariant Name is broken during the step
)

// Check is one line of an expect block.
type Check struct {
	When When
	D    time.Duration // Within
	Expr *Expr         // nil for Violates
	Name string        // Violates
	Text string        // as written
	Line int
}

// ParseCheck reads one line of an expect block.
func ParseCheck(text string) (Check, *Error) {
	c := Check{Text: strings.TrimSpace(text)}
	if name, ok := strings.CutPrefix(c.Text, "violated "); ok {
		return c.violates(strings.TrimSpace(name))
	}
	rest, err := c.prefix()
	if err != nil {
		return c, err
	}
	c.Expr, err = ParseExpr(rest)
	return c, err
}

// prefix reads "within 5s:", "always:" and "never:".
func (c *Check) prefix() (rest string, err *Error) {
	head, rest, ok := strings.Cut(c.Text, ":")
	if !ok || strings.Contains(head, `"`) {
		return c.Text, nil
	}
	word, arg, _ := strings.Cut(strings.TrimSpace(head), " ")
	arg = strings.TrimSpace(arg)
	switch {
	case word == "within":
		d, ok := parseDuration(arg)
		if !ok {
			return "", fail(CodeBadDuration, arg, "within 5s: leader == 3")
		}
		c.When, c.D = Within, d
	case word == "always" && arg == "":
		c.When = Always
	case word == "never" && arg == "":
		c.When = Never
	default:
		return "", fail(CodeExprToken, head+":", c.Text)
	}
	return rest, nil
}

func (c Check) violates(name string) (Check, *Error) {
	c.When, c.Name = Violates, name
	if !contains(check.Names(), name) {
		return c, fail(CodeExprName, name, strings.Join(check.Names(), ", "))
	}
	return c, nil
}

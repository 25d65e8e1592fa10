package scenario

import "strings"

// predictKinds are the kinds of predictions.
var predictKinds = []string{"pick-server", "choice", "multi", "number", "order"}

// readPredict reads a question: its text, then options "- text => check" or an answer "= value",
// and the event that decides, "@ event". A translation has the texts only.
func (b *Block) readPredict(kind string, body []string, prose bool) *Error {
	b.Kind = Predict
	if !contains(predictKinds, kind) {
		return fail(CodePredict, kind, strings.Join(predictKinds, ", "))
	}
	q := &Question{Kind: kind}
	b.Predict = q
	for i, text := range body {
		if err := q.readLine(strings.TrimSpace(text), prose); err != nil {
			return err.at(b.Line + 1 + i)
		}
	}
	q.Text = strings.TrimSpace(q.Text)
	return q.complete(prose)
}

func (q *Question) readLine(text string, prose bool) (err *Error) {
	switch {
	case strings.HasPrefix(text, "- "):
		return q.readOption(text[2:], prose)
	case strings.HasPrefix(text, "= "):
		q.Answer, err = parseValue(text[2:])
		return err
	case strings.HasPrefix(text, "@ "):
		return q.readShown(text[2:])
	}
	if q.Text != "" && text != "" {
		q.Text += "\n"
	}
	q.Text += text
	return nil
}

func (q *Question) readShown(source string) (err *Error) {
	if q.Shown, err = ParseExpr(source); err != nil {
		return err
	}
	if q.Shown.root.class&isEvent == 0 {
		return fail(CodePredictBody, `event after "@", not `+source)
	}
	return nil
}

func (q *Question) readOption(text string, prose bool) *Error {
	label, source, ok := strings.Cut(text, " => ")
	o := Option{Text: strings.TrimSpace(label)}
	if !ok && !prose {
		return fail(CodePredictBody, `" => check" after "`+o.Text+`"`)
	}
	if ok {
		var err *Error
		if o.Expr, err = ParseExpr(source); err != nil {
			return err
		}
	}
	q.Options = append(q.Options, o)
	return nil
}

// complete fills in what goes without saying and refuses what is missing.
func (q *Question) complete(prose bool) *Error {
	if q.Text == "" {
		return fail(CodePredictBody, "question")
	}
	choose := q.Kind == "choice" || q.Kind == "multi" || q.Kind == "order"
	if choose && len(q.Options) < 2 {
		return fail(CodePredictBody, `options "- text => check"`)
	}
	if q.Kind == "pick-server" && q.Answer == nil && !prose {
		q.Answer, _ = parseValue("leader")
	}
	if q.Kind == "number" && q.Answer == nil && !prose {
		return fail(CodePredictBody, `answer "= value"`)
	}
	return nil
}

// CheckTranslation refuses a translation that is not in step with the scenario: it must have the
// same steps in the same order, and for each question one with as many options.
func (f *File) CheckTranslation(t *File) *Error {
	for i := range max(len(f.Steps), len(t.Steps)) {
		switch {
		case i >= len(t.Steps):
			return fail(CodeNoFork, f.Steps[i].ID)
		case i >= len(f.Steps) || f.Steps[i].ID != t.Steps[i].ID:
			return fail(CodeStepTwice, t.Steps[i].ID).at(t.Steps[i].Line)
		}
		mine, theirs := f.Steps[i].questions(), t.Steps[i].questions()
		if len(mine) != len(theirs) {
			return fail(CodePredictBody, "translation of each question").at(t.Steps[i].Line)
		}
		for j := range mine {
			if mine[j].Kind != theirs[j].Kind || len(mine[j].Options) != len(theirs[j].Options) {
				return fail(CodePredictBody, "same options").at(t.Steps[i].Line)
			}
		}
	}
	return nil
}

// questions returns the step's predictions, in order.
func (s *Step) questions() []*Question {
	var all []*Question
	for i := range s.Blocks {
		if q := s.Blocks[i].Predict; q != nil {
			all = append(all, q)
		}
	}
	return all
}

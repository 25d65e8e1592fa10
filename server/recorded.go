package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/zabscope/zabscope/core/recording"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/web/text"
)

// replay plays a flight recording and tells its story.
func (c runCommand) replay(s streams, lang text.Lang, traced *traceFile) error {
	if len(c.Paths) > 0 {
		return usageError{errors.New("--replay plays one recording, and no scenario")}
	}
	file, err := os.ReadFile(c.Replay)
	if err != nil {
		return usageError{err}
	}
	var hash trace.Hash
	var chapter uint64
	report, err := recording.Play(file, func(m recording.Moment) bool {
		if m.Described && !c.Quiet {
			tellStart(s, &m)
		}
		chapter = m.Chapter
		for i := range m.Output.Trace {
			e := &m.Output.Trace[i]
			hash = hash.Add(e)
			traced.write(e)
			if !c.Quiet && !m.Described {
				story(s.out, lang, e)
			}
		}
		return true
	})
	tellReport(s, &report)
	if err != nil {
		fmt.Fprintf(s.errs, "%s: %v\n", c.Replay, err)
		return errFailed
	}
	fmt.Fprintf(s.out, "fingerprint %s %s (%d chapters, the last is %d)\n", c.Replay, hash,
		report.Chapters, chapter)
	return nil
}

// tellStart says where a story begins that has no beginning.
func tellStart(s streams, m *recording.Moment) {
	st := m.Node.Status()
	fmt.Fprintf(s.out, "             server %s is %s in %s (leader %s, epoch %d, zxid %s)\n", st.ID,
		st.Role, st.Phase, st.Leader, st.Current, st.Applied)
}

func tellReport(s streams, r *recording.Report) {
	when := func(ms int64) string {
		return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05.000Z")
	}
	fmt.Fprintf(s.out, "server %s, %s to %s: %d inputs; the recorder and the replay agree at %d"+
		" places\n", r.Server, when(r.First), when(r.Last), r.Inputs, r.Marks)
	if r.Gaps > 0 {
		fmt.Fprintf(s.out, "%d times something is missing: the recorder could not keep up, or the"+
			" file is damaged\n", r.Gaps)
	}
	if r.Lost > 0 {
		fmt.Fprintf(s.out, "the file is damaged: %d inputs at least cannot be read\n", r.Lost)
	}
	if r.Torn {
		fmt.Fprintln(s.out, "the end of the file is torn: what was before is all there")
	}
	if r.Broken != "" {
		fmt.Fprintf(s.out, "then invariant %s did not hold\n", r.Broken)
	}
	if r.End != "" {
		fmt.Fprintf(s.out, "it ended: %s\n", r.End)
	}
}

// traceFile is where --trace writes events; nil drops them.
type traceFile struct {
	file *os.File
	w    *bufio.Writer
	line []byte
}

// createTrace creates the file that --trace names, if it names one.
func createTrace(path string) (*traceFile, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("--trace: %w", err)
	}
	return &traceFile{file: file, w: bufio.NewWriter(file)}, nil
}

func (t *traceFile) write(e *trace.Event) {
	if t == nil {
		return
	}
	t.line = trace.AppendNDJSON(t.line[:0], e)
	_, _ = t.w.Write(t.line) // an error stays until close
}

func (t *traceFile) close() error {
	if t == nil {
		return nil
	}
	return errors.Join(t.w.Flush(), t.file.Close())
}

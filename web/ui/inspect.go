package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// Inspector is what is known of the selected server, link, client or message.
type Inspector struct {
	Text    text.Printer
	Target  string // "server-3", "" for nothing
	Title   string
	Role    string // of a server, "LEADING"
	Icon    string
	Actions []Action
	Groups  []FieldGroup
	Bytes   *Bytes // of a message
}

// FieldGroup is a headed list of fields.
type FieldGroup struct {
	Name   string
	Fields []Field
}

// BuildInspector describes what v selects.
func BuildInspector(m *view.Model, v View, t text.Printer) Inspector {
	n := Inspector{Text: t, Target: v.Target()}
	kind, name, _ := strings.Cut(n.Target, "-")
	switch kind {
	case "servers":
		n.group(m, v.Servers())
	case "server":
		n.server(m, name)
	case "link":
		n.link(m, name)
	case "client":
		n.client(m, name)
	case "message":
		n.message(m, name)
	}
	if n.Title == "" {
		n.Target = ""
	}
	n.Actions = BuildActions(m, n.Target, t)
	return n
}

func (n *Inspector) server(m *view.Model, name string) {
	id, _ := SelectedServer("server-" + name)
	s := m.Server(id)
	if s == nil || id == 0 {
		return
	}
	t := n.Text
	n.Title = t.T("server.title", "n", s.ID)
	n.Role, n.Icon = s.Role.String(), roleIcon(s.Role)
	if isBlank(m, s) {
		n.Icon = "question"
	}
	n.Groups = []FieldGroup{
		{t.T("inspect.identity"), identityFields(m, s, t)},
		{t.T("inspect.election"), electionFields(m, s)},
		{"ZAB", zabFields(s, t)},
		{t.T("inspect.storage"), append(logFields(s, t), storageFields(s, t)...)},
		{t.T("inspect.links"), peerFields(m, s, t)},
	}
	if heard := heardFields(s, t); len(heard) > 0 {
		n.Groups = slices.Insert(n.Groups, 2, FieldGroup{t.T("inspect.heard"), heard})
	}
	if here := sessionFields(m, s); len(here) > 0 {
		n.Groups = append(n.Groups, FieldGroup{t.T("inspect.sessions.here"), here})
	}
	if s.Role == zk.Leading && len(s.Learners) > 0 {
		n.Groups = append(n.Groups, FieldGroup{t.T("inspect.learners"), learnerFields(s, t)})
	}
}

// group describes several servers, one line each.
func (n *Inspector) group(m *view.Model, set zk.ServerSet) {
	n.Title, n.Icon = groupTitle(set, n.Text), "lasso"
	var fields []Field
	for s := range m.Servers() {
		if set.Has(s.ID) {
			fields = append(fields, Field{
				Name:  n.Text.T("server.title", "n", s.ID),
				Value: stateWord(m, s) + " · " + ZxidText(s.LastLogged), Mono: true,
			})
		}
	}
	n.Groups = []FieldGroup{{n.Text.T("inspect.identity"), fields}}
}

func identityFields(m *view.Model, s *view.Server, t text.Printer) []Field {
	kind := "inspect.voter"
	if s.Observer {
		kind = "inspect.observer"
	}
	fields := []Field{
		{Name: "myid", Value: s.ID.String(), Mono: true},
		{Name: t.T("inspect.kind"), Value: t.T(kind)},
		stateField(m, s, t),
	}
	if letters := m.ClientsAt(s.ID); len(letters) > 0 {
		var b strings.Builder
		for _, c := range letters {
			b.WriteString(c.String() + " ")
		}
		value := strings.TrimSpace(b.String())
		fields = append(fields, Field{Name: t.T("status.clients"), Value: value})
	}
	return append(fields, Field{Name: t.T("inspect.sessions"), Value: strconv.Itoa(s.Sessions)})
}

func stateField(m *view.Model, s *view.Server, t text.Printer) Field {
	f := Field{
		Name: t.T("inspect.state"), Value: s.Role.String() + " · " + RoleWord(s.Role, t),
		Note: barredText(m, s, t),
	}
	if isBlank(m, s) {
		f.Value = "? · " + unheard(m, t)
	}
	return f
}

func electionFields(m *view.Model, s *view.Server) []Field {
	round := strconv.FormatUint(s.Ballot.Round, 10)
	fields := []Field{
		{Name: "state", Value: stateWord(m, s), Mono: true},
		{Name: "logicClock", Value: round, Mono: true},
	}
	if s.Ballot.Vote.Leader != 0 {
		fields = append(fields, Field{Name: "vote", Value: s.Ballot.Vote.String(), Mono: true})
	}
	if s.Leader != 0 {
		fields = append(fields, Field{Name: "leader", Value: s.Leader.String(), Mono: true})
	}
	return fields
}

func zabFields(s *view.Server, t text.Printer) []Field {
	fields := []Field{
		{Name: t.T("inspect.phase"), Value: s.Phase.String(), Mono: true},
		epochField("acceptedEpoch", s.Accepted, s.DurableAccepted, t),
		epochField("currentEpoch", s.Current, s.DurableEpoch, t),
		zxidField(t.T("inspect.logged"), s.LastLogged),
		zxidField(t.T("inspect.durable"), s.LastDurable),
		zxidField(t.T("inspect.committed"), s.Committed),
		zxidField(t.T("inspect.applied"), s.Applied),
	}
	for i := range s.Outstanding {
		p := &s.Outstanding[i]
		fields = append(fields, Field{
			Name:  t.T("inspect.outstanding"),
			Value: p.Zxid.Short() + " · ACK " + serverList(p.Acks), Mono: true,
		})
	}
	return fields
}

func epochField(name string, now, durable zk.Epoch, t text.Printer) Field {
	f := Field{Name: name, Value: strconv.FormatUint(uint64(now), 10), Mono: true}
	if now != durable {
		f.Help = t.T("inspect.notdurable", "e", durable)
	}
	return f
}

func zxidField(name string, z zk.Zxid) Field {
	return Field{Name: name, Value: ZxidText(z), Mono: true, Help: z.String()}
}

func storageFields(s *view.Server, t text.Printer) []Field {
	fields := []Field{
		{Name: t.T("inspect.transactions"), Value: strconv.Itoa(s.Older + len(s.Cells))},
		zxidField(t.T("inspect.snapshot"), s.Snapshot),
	}
	if s.Digest != 0 {
		digest := strconv.FormatUint(s.Digest, 16)
		fields = append(fields, Field{Name: t.T("inspect.digest"), Value: digest, Mono: true})
	}
	if s.Fsync > 0 {
		fields = append(fields, Field{Name: t.T("inspect.fsync"), Value: "+" + duration(s.Fsync)})
	}
	return fields
}

func learnerFields(s *view.Server, t text.Printer) []Field {
	var fields []Field
	for i := range s.Learners {
		l := &s.Learners[i]
		value := ZxidText(l.Acked)
		if l.Sync != zk.NoMsg {
			value = l.Sync.String() + " +" + strconv.Itoa(l.Count) + " · ACK " + value
		}
		name := t.T("server.title", "n", l.ID)
		fields = append(fields, Field{Name: name, Value: value, Mono: true})
	}
	return fields
}

func (n *Inspector) link(m *view.Model, name string) {
	a, b, ok := ends(name)
	if !ok {
		return
	}
	t := n.Text
	n.Title, n.Icon = t.T("link.spoken", "a", a, "b", b), "cut"
	for _, l := range []view.Link{m.Link(a, b), m.Link(b, a)} {
		state := t.T("link.healthy")
		if l.Cut {
			state = t.T("link.iscut")
		}
		fields := []Field{{Name: t.T("inspect.state"), Value: state}}
		if l.Delay > 0 {
			value := "+" + duration(l.Delay)
			fields = append(fields, Field{Name: t.T("inspect.delay"), Value: value})
		}
		if l.Loss > 0 {
			fields = append(fields, Field{Name: t.T("inspect.loss"), Value: percent(l.Loss)})
		}
		n.Groups = append(n.Groups, FieldGroup{l.From.String() + " → " + l.To.String(), fields})
	}
}

// ends reads the two servers out of a link's name, "1-4".
func ends(name string) (zk.ServerID, zk.ServerID, bool) {
	first, second, ok := strings.Cut(name, "-")
	a, errA := strconv.ParseUint(first, 10, 6)
	b, errB := strconv.ParseUint(second, 10, 6)
	return zk.ServerID(a), zk.ServerID(b), ok && errA == nil && errB == nil && a > 0 && b > 0
}

func (n *Inspector) client(m *view.Model, name string) {
	if len(name) != 1 {
		return
	}
	c := m.Client(zk.ServerID(name[0]))
	if c == nil {
		return
	}
	t := n.Text
	n.Title, n.Icon = t.T("client.title", "c", c.ID), "client"
	fields := []Field{
		{Name: t.T("inspect.state"), Value: c.Phase.String(), Mono: true},
		{Name: t.T("inspect.server"), Value: whereabouts(c, t)},
		{Name: "session", Value: sessionText(c.Sess), Mono: true},
		zxidField(t.T("inspect.seen"), c.LastZxid),
	}
	fields = append(fields, clientSession(m, c, t)...)
	n.Groups = []FieldGroup{{t.T("inspect.session"), fields}}
	var ops []Field
	for i := len(c.Ops) - 1; i >= 0 && len(ops) < 8; i-- {
		o := &c.Ops[i]
		result := o.Err
		if result == "" {
			result = "…"
		}
		ops = append(ops, Field{Name: result, Value: visible(shorten(o.Line, 60)), Mono: true})
	}
	if len(ops) > 0 {
		n.Groups = append(n.Groups, FieldGroup{t.T("inspect.ops"), ops})
	}
}

// whereabouts names the server of a client, or says that it has none.
func whereabouts(c *view.Client, t text.Printer) string {
	if c.Server == 0 {
		return t.T("client.nowhere")
	}
	return t.T("server.title", "n", c.Server)
}

func sessionText(s zk.SessionID) string { return "0x" + strconv.FormatUint(uint64(s), 16) }

func (n *Inspector) message(m *view.Model, name string) {
	if f := m.Flight(name); f != nil {
		n.flight(f)
	}
}

func (n *Inspector) flight(f *view.Flight) {
	t := n.Text
	n.Title, n.Icon = f.Type.String()+"  "+f.From.String()+" → "+f.To.String(), "share"
	fields := []Field{
		{Name: t.T("inspect.sent"), Value: Seconds(f.T0), Mono: true},
		{Name: t.T("inspect.cause"), Value: f.ID.String(), Mono: true},
	}
	if f.T1 > 0 {
		arrives := Field{Name: t.T("inspect.arrives"), Value: Seconds(f.T1), Mono: true}
		fields = append(fields, arrives)
	}
	n.Groups = []FieldGroup{{t.T("inspect.journey"), fields}}
	if f.Msg != nil {
		n.Groups = append(n.Groups, FieldGroup{t.T("inspect.fields"), detailFields(f.Msg, t)})
	}
}

package shell

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// A quota command is several requests, of which each depends on the answers so far. So it is
// written as a function that asks one after the other, and is played again from its beginning
// with every answer that comes.

// quotaLimits are the options of setquota and delquota: each sets one limit.
var quotaLimits = [...]struct {
	flag  byte
	name  string
	least int64
	limit func(u *zk.Usage) *int64
}{
	{'n', "the num quota must be greater than zero", 1,
		func(u *zk.Usage) *int64 { return &u.Count }},
	{'b', "the bytes quota must be greater than or equal to zero", 0,
		func(u *zk.Usage) *int64 { return &u.Bytes }},
	{'N', "the num quota must be greater than zero", 1,
		func(u *zk.Usage) *int64 { return &u.CountHard }},
	{'B', "the bytes quota must be greater than or equal to zero", 0,
		func(u *zk.Usage) *int64 { return &u.BytesHard }},
}

func parseListQuota(o *options) (Command, *Error) {
	return Command{plan: planListQuota, path: o.rest[0]}, nil
}

func parseSetQuota(o *options) (Command, *Error) {
	if err := o.onlyOne(); err != nil {
		return Command{}, err
	}
	if o.flags == "" {
		return Command{}, failAs(cliPackage+"MissingOptionException: Missing required option: "+
			"[-n num soft quota, -b bytes soft quota, -N num hard quota, -B bytes hard quota]",
			CodeUsage, o.usage)
	}
	if len(o.rest) == 0 {
		return Command{}, o.bad()
	}
	path := o.rest[0]
	c := Command{plan: planSetQuota, path: path, quota: zk.NoUsage}
	if strings.HasPrefix(path, zk.QuotaPath) {
		return c, refuse("cannot set a quota under the path: " + zk.QuotaPath)
	}
	if path == "/" { // Apache's zkCli fails at the path of the quota
		return c, badPath(path, "Path must not end with / character")
	}
	for _, l := range quotaLimits {
		if !o.has(l.flag) {
			continue
		}
		n, err := strconv.ParseInt(o.values[l.flag], 10, 64)
		if err != nil {
			said := "NumberFormatException happens when parsing the option value"
			return c, failAs(said, CodeNumber, o.values[l.flag], o.usage)
		}
		if n < l.least {
			return c, refuse(l.name)
		}
		*l.limit(&c.quota) = n
	}
	return c, checkPath(path)
}

func parseDelQuota(o *options) (Command, *Error) {
	if err := o.onlyOne(); err != nil {
		return Command{}, err
	}
	c := Command{plan: planDelQuota, path: o.rest[0], quota: zk.NoUsage}
	for _, l := range quotaLimits {
		if o.has(l.flag) {
			*l.limit(&c.quota) = 0
		}
	}
	return c, nil
}

// onlyOne refuses a second option of a group of which one may be given.
func (o *options) onlyOne() *Error {
	if len(o.flags) < 2 {
		return nil
	}
	said := cliPackage + "AlreadySelectedException: The option '" + o.flags[1:2] +
		"' was specified but an option from this group has already been selected: '" +
		o.flags[:1] + "'"
	return failAs(said, CodeUsage, o.usage)
}

// play is one playing of a quota command: next is the answer that comes next.
type play struct {
	*Run
	next int
}

// playQuota plays the command with the answers so far: it ends, or asks for one more.
func (r *Run) playQuota() {
	r.text = Text{}
	p := play{Run: r}
	switch r.cmd.plan {
	case planListQuota:
		p.listQuota()
	case planSetQuota:
		p.setQuota()
	case planDelQuota:
		p.delQuota()
	}
	if p.next <= len(r.answers) {
		r.done = true
	}
}

// ask sends a request. It returns false when the answer is still to come, or was an error that
// nobody but fine expects: then the command ends with the error.
func (p *play) ask(req zk.Request, fine zk.Err) (answer, bool) {
	p.next++
	if p.next > len(p.answers) {
		p.req = req
		return answer{}, false
	}
	a := p.answers[p.next-1]
	if a.err != zk.OK && a.err != fine {
		p.req = req
		p.fail(a.err)
		return a, false
	}
	return a, true
}

func (p *play) children(path string) (names []string, exists, ok bool) {
	a, ok := p.ask(zk.Request{Op: zk.OpGetChildren, Path: path}, zk.ErrNoNode)
	if !ok || a.err != zk.OK {
		return nil, false, ok
	}
	return sorted(a.reply.Children), true, true
}

func (p *play) read(path string) (data []byte, exists, ok bool) {
	a, ok := p.ask(zk.Request{Op: zk.OpGetData, Path: path}, zk.ErrNoNode)
	if !ok || a.err != zk.OK {
		return nil, false, ok
	}
	return a.reply.Data, true, true
}

// write does what must succeed.
func (p *play) write(req zk.Request) bool {
	req.Version = -1
	_, ok := p.ask(req, zk.OK)
	return ok
}

func (p *play) create(path, data string) bool {
	req := zk.Request{Op: zk.OpCreate, Path: path, ACL: zk.OpenACL}
	if data != "" {
		req.Data = []byte(data)
	}
	return p.write(req)
}

func (p *play) quotaPath() string  { return zk.QuotaPath + p.cmd.path }
func (p *play) limitsPath() string { return p.quotaPath() + "/" + zk.QuotaLimit }
func (p *play) statsPath() string  { return p.quotaPath() + "/" + zk.QuotaStats }

// listQuota prints the limits and the usage.
func (p *play) listQuota() {
	p.text.complain("absolute path is " + p.limitsPath())
	limits, exists, ok := p.read(p.limitsPath())
	if !ok {
		return
	}
	if !exists {
		p.err = zk.ErrNoNode
		p.text.complain("quota for " + p.cmd.path + " does not exist.")
		return
	}
	p.text.print("Output quota for " + p.cmd.path + " " + string(limits))
	if stats, _, ok := p.read(p.statsPath()); ok {
		p.text.print("Output stat for " + p.cmd.path + " " + string(stats))
	}
}

// setQuota sets one limit, unless a quota above or below is in the way.
func (p *play) setQuota() {
	a, ok := p.ask(zk.Request{Op: zk.OpExists, Path: p.cmd.path}, zk.ErrNoNode)
	switch {
	case !ok:
	case a.err != zk.OK:
		p.giveUp(p.cmd.path + " does not exist.")
	case p.freeAbove() && p.freeBelow(p.cmd.path) && p.makePlace():
		p.setLimit()
	}
}

func (p *play) giveUp(said string) {
	p.err = zk.ErrBadArguments
	p.text.complain(said)
}

// freeAbove looks for a quota of a znode above.
func (p *play) freeAbove() bool {
	for i := 1; i < len(p.cmd.path); i++ {
		if p.cmd.path[i] != '/' {
			continue
		}
		above := p.cmd.path[:i]
		names, exists, ok := p.children(zk.QuotaPath + above)
		if !ok || !exists {
			return ok
		}
		for _, name := range names {
			if name == zk.QuotaLimit {
				p.giveUp(p.cmd.path + " has a parent " + above + " which has a quota")
				return false
			}
		}
	}
	return true
}

// freeBelow looks for a quota of a znode below path; nodesMax of them are enough.
func (p *play) freeBelow(path string) bool {
	names, _, ok := p.children(zk.QuotaPath + path)
	if !ok || p.next > nodesMax {
		return ok
	}
	for _, name := range names {
		switch {
		case name == zk.QuotaStats:
		case name != zk.QuotaLimit:
			if !p.freeBelow(join(path, name)) {
				return false
			}
		case path != p.cmd.path:
			p.giveUp(p.cmd.path + " has a child " + path + " which has a quota")
			return false
		}
	}
	return true
}

// makePlace creates the znodes of the quota, as far as they are missing.
func (p *play) makePlace() bool {
	path := p.quotaPath()
	for i := len(zk.QuotaPath) + 1; i <= len(path); i++ {
		if i < len(path) && path[i] != '/' {
			continue
		}
		_, exists, ok := p.children(path[:i])
		if !ok || !exists && !p.create(path[:i], "") {
			return false
		}
	}
	return true
}

// setLimit writes the limits and warns of those that are exceeded already.
func (p *play) setLimit() {
	data, exists, ok := p.read(p.limitsPath())
	if !ok {
		return
	}
	limits, _ := zk.ParseUsage(data)
	for _, l := range quotaLimits {
		if asked := *l.limit(&p.cmd.quota); asked >= 0 {
			*l.limit(&limits) = asked
		}
	}
	switch {
	case exists:
		set := zk.Request{
			Op: zk.OpSetData, Path: p.limitsPath(), Data: []byte(limitsText(&limits)),
		}
		ok = p.write(set)
	default:
		ok = p.create(p.limitsPath(), limitsText(&limits)) &&
			p.create(p.statsPath(), "count=0,bytes=0")
	}
	if ok {
		p.warn(&limits)
	}
}

func (p *play) warn(limits *zk.Usage) {
	data, _, ok := p.read(p.statsPath())
	if !ok {
		return
	}
	used, _ := zk.ParseUsage(data)
	exceeded := func(name string, n int64, limits ...int64) {
		for _, limit := range limits {
			if limit >= 0 && limit < n {
				p.text.print("[Warning]: the " + name + " quota you create is less than the " +
					"existing " + name + ":" + strconv.FormatInt(n, 10))
				return
			}
		}
	}
	exceeded("count", used.Count, limits.Count, limits.CountHard)
	exceeded("bytes", used.Bytes, limits.Bytes, limits.BytesHard)
}

func limitsText(u *zk.Usage) string {
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	return "count=" + n(u.Count) + ",bytes=" + n(u.Bytes) + "=;byteHardLimit=" + n(u.BytesHard) +
		";countHardLimit=" + n(u.CountHard)
}

// delQuota takes back one limit, or the quota with what was made for it.
func (p *play) delQuota() {
	data, exists, ok := p.read(p.limitsPath())
	if !ok {
		return
	}
	if !exists {
		p.text.print("Quota does not exist for " + p.cmd.path)
		return
	}
	if p.cmd.quota == zk.NoUsage {
		p.removeQuota()
		return
	}
	limits, _ := zk.ParseUsage(data)
	for _, l := range quotaLimits {
		if *l.limit(&p.cmd.quota) >= 0 {
			*l.limit(&limits) = -1
		}
	}
	p.write(zk.Request{
		Op: zk.OpSetData, Path: p.limitsPath(), Data: []byte(limitsText(&limits)),
	})
}

// removeQuota deletes the quota, and above it whatever is empty then.
func (p *play) removeQuota() {
	path := p.quotaPath()
	names, _, ok := p.children(path)
	for _, name := range names {
		ok = ok && p.write(zk.Request{Op: zk.OpDelete, Path: join(path, name)})
	}
	for ok && len(path) > len(zk.QuotaPath) {
		names, _, ok = p.children(path)
		if !ok || len(names) > 0 || !p.write(zk.Request{Op: zk.OpDelete, Path: path}) {
			return
		}
		path = path[:strings.LastIndexByte(path, '/')]
	}
}

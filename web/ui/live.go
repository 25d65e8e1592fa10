package ui

// liveCommands start real nodes to look at.
var liveCommands = []string{"zabscope ensemble -n 3", "zabscope ensemble -n 3 --allow-faults"}

// liveTryLines are lines to try on real nodes, each with the key of what it does.
var liveTryLines = [][2]string{
	{"A: create /app red", "try.app"}, {"A: set /app blue", "try.set"},
	{"B: get /app", "try.get"}, {"A: create -e /here a", "try.ephemeral"},
	{"A: create -s /n- hello", "try.create"}, {":kill leader", "try.kill"},
	{":start *", "try.start"}, {":partition 1|2,3", "live.try.partition"}, {":heal", "try.heal"},
	{":pause 2", "live.try.pause"}, {":resume *", "live.try.resume"},
}

// liveChecks are what is looked at on the way to real nodes; the page's script fills them in.
var liveChecks = []string{"reached", "admitted", "cluster", "nodes"}

// liveRights are what a person may do there, as view.Rights counts.
var liveRights = []string{"watch", "act", "break"}

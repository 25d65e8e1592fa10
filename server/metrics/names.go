package metrics

// described is a name and its meaning.
type described struct{ name, help string }

// counters are counted here. Names without zabscope_ are Apache's.
var counters = []described{
	{"proposal_count", "Proposals that this server has made as a leader."},
	{"commit_count", "Transactions that this server has committed as a leader."},
	{"snap_count", "Learners that this leader gave a snapshot."},
	{"diff_count", "Learners that this leader gave the transactions that they lacked."},
	{"looking_count", "Times that this server has begun to look for a leader."},
	{"stale_sessions_expired", "Sessions that this leader has let expire."},
	{"learner_proposal_received_count", "Proposals that this learner has received."},
	{"learner_commit_received_count", "Commits that this learner has received."},
	{"quit_leading_due_to_disloyal_voter", "Times that this leader has given up its voters."},
}

// summaries are durations in milliseconds, and counts where they say so.
var summaries = []described{
	{"election_time", "From looking to a decision, ms."},
	{"fsynctime", "Writing a batch of the log and making it durable, ms."},
	{"snapshottime", "Saving a snapshot, ms."},
	{"dbinittime", "Reading the disk at the start, ms."},
	{"readlatency", "From a read's arrival to its answer, ms."},
	{"updatelatency", "From a write's arrival to its answer, ms."},
	{"propagation_latency", "From a transaction's stamp to the tree of this server, ms."},
	{"proposal_latency", "From a transaction's stamp to this learner's log, ms."},
	{"quorum_ack_latency", "From a proposal to its quorum, ms."},
	{"sync_process_time", "From handing transactions to the disk until they are durable, ms."},
	{"follower_sync_time", "What this follower took to catch up with its leader, ms."},
	{"observer_sync_time", "What this observer took to catch up with its leader, ms."},
	{"unavailable_time", "How long this server served nobody, ms."},
	{"leader_unavailable_time", "How long there was no leader before this one, ms."},
	{"node_created_watch_count", "Watches that a creation has fired."},
	{"node_deleted_watch_count", "Watches that a deletion has fired."},
	{"node_changed_watch_count", "Watches that a change of data has fired."},
	{"node_children_watch_count", "Watches that a change of children has fired."},
}

// ackLatency has a label: key is the server that acknowledged.
var ackLatency = described{"ack_latency", "From a proposal to an ACK of server key, ms."}

// silent are names that dashboards ask for and that nothing here is the like of: a proposal and a
// commit are each one step of one goroutine, and a COMMIT carries no time.
var silent = []described{
	{"proposal_process_time", "Nothing: proposing is no stage of its own here."},
	{"commit_process_time", "Nothing: committing is no stage of its own here."},
	{"commit_propagation_latency", "Nothing: a COMMIT does not say when it was sent."},
}

// counted ends the help of what only rises.
const counted = "since the start."

// monitored come from mntr.
var monitored = []described{
	{"ephemerals_count", "Ephemeral znodes."},
	{"num_alive_connections", "Connections of clients."},
	{"avg_latency", "Mean time of an answer since srst, ms."},
	{"min_latency", "Least time of an answer since srst, ms."},
	{"max_latency", "Longest time of an answer since srst, ms."},
	{"outstanding_requests", "Requests that wait for an answer."},
	{"znode_count", "Znodes."},
	{"global_sessions", "Sessions of the ensemble."},
	{"local_sessions", "Sessions of this server alone."},
	{"packets_sent", "Packets to clients since srst."},
	{"packets_received", "Packets from clients since srst."},
	{"watch_count", "Watches of this server's clients."},
	{"max_file_descriptor_count", "Files that the process may open."},
	{"open_file_descriptor_count", "Files that the process has open."},
	{"approximate_data_size", "Paths and data of all znodes, bytes."},
	{"uptime", "Since the start, ms."},
	{"connection_rejected", "Connections that were not let in " + counted},
	{"connection_request_count", "Connections that came " + counted},
	{"connection_drop_count", "Connections that ended " + counted},
	{"bytes_received_count", "Bytes from clients " + counted},
	{"response_bytes", "Bytes to clients " + counted},
	{"quorum_size", "Servers that vote; of a leader."},
	{"learners", "Learners that are connected; of a leader."},
	{"synced_followers", "Followers that are up to date; of a leader."},
	{"synced_non_voting_followers", "Always 0; of a leader."},
	{"synced_observers", "Observers that are up to date; of a leader."},
	{"pending_syncs", "Syncs that wait; of a leader."},
	{"leader_uptime", "Since this server leads, ms."},
	{"last_proposal_size", "Bytes of the last proposal, -1 before there is one."},
	{"min_proposal_size", "Bytes of the smallest proposal, -1 before there is one."},
	{"max_proposal_size", "Bytes of the largest proposal, -1 before there is one."},
	{"zabscope_epoch", "The server's currentEpoch."},
	{"zabscope_leader", "The id of the leader, 0 while none is known."},
	{"zabscope_bad_frames", "Clients that were dropped for what they sent " + counted},
	{"zabscope_slow_clients", "Clients that were dropped for what they left unread " + counted},
	{"zabscope_peers_refused", "Connections to the peer port that were refused " + counted},
}

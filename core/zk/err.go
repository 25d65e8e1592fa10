package zk

import "strconv"

// Err is a protocol outcome with Apache's number (KeeperException); OK is 0.
type Err int32

// The outcomes.
const (
	OK                         Err = 0
	ErrSystem                  Err = -1
	ErrRuntimeInconsistency    Err = -2
	ErrDataInconsistency       Err = -3
	ErrConnectionLoss          Err = -4
	ErrMarshalling             Err = -5
	ErrUnimplemented           Err = -6
	ErrOperationTimeout        Err = -7
	ErrBadArguments            Err = -8
	ErrUnknownSession          Err = -12
	ErrAPI                     Err = -100
	ErrNoNode                  Err = -101
	ErrNoAuth                  Err = -102
	ErrBadVersion              Err = -103
	ErrNoChildrenForEphemerals Err = -108
	ErrNodeExists              Err = -110
	ErrNotEmpty                Err = -111
	ErrSessionExpired          Err = -112
	ErrInvalidCallback         Err = -113
	ErrInvalidACL              Err = -114
	ErrAuthFailed              Err = -115
	ErrSessionMoved            Err = -118
	ErrNotReadOnly             Err = -119
	ErrEphemeralOnLocalSession Err = -120
	ErrNoWatcher               Err = -121
	ErrRequestTimeout          Err = -122
	ErrReconfigDisabled        Err = -123
	ErrQuotaExceeded           Err = -125
	ErrThrottled               Err = -127
)

var errNames = []struct {
	err  Err
	name string
}{
	{OK, "ok"}, {ErrSystem, "SystemError"}, {ErrRuntimeInconsistency, "RuntimeInconsistency"},
	{ErrDataInconsistency, "DataInconsistency"}, {ErrConnectionLoss, "ConnectionLoss"},
	{ErrMarshalling, "MarshallingError"}, {ErrUnimplemented, "Unimplemented"},
	{ErrOperationTimeout, "OperationTimeout"}, {ErrBadArguments, "BadArguments"},
	{ErrUnknownSession, "UnknownSession"}, {ErrAPI, "APIError"}, {ErrNoNode, "NoNode"},
	{ErrNoAuth, "NoAuth"}, {ErrBadVersion, "BadVersion"},
	{ErrNoChildrenForEphemerals, "NoChildrenForEphemerals"}, {ErrNodeExists, "NodeExists"},
	{ErrNotEmpty, "NotEmpty"}, {ErrSessionExpired, "SessionExpired"},
	{ErrInvalidCallback, "InvalidCallback"}, {ErrInvalidACL, "InvalidACL"},
	{ErrAuthFailed, "AuthFailed"}, {ErrSessionMoved, "SessionMoved"},
	{ErrNotReadOnly, "NotReadOnly"}, {ErrEphemeralOnLocalSession, "EphemeralOnLocalSession"},
	{ErrNoWatcher, "NoWatcher"}, {ErrRequestTimeout, "RequestTimeout"},
	{ErrReconfigDisabled, "ReconfigDisabled"}, {ErrQuotaExceeded, "QuotaExceeded"},
	{ErrThrottled, "ThrottledOp"},
}

// String returns Apache's code name as the check language spells it: "ok", "NoNode".
func (e Err) String() string {
	for _, n := range errNames {
		if n.err == e {
			return n.name
		}
	}
	return "Err(" + strconv.Itoa(int(e)) + ")"
}

// ParseErr finds a code by the name that String prints.
func ParseErr(name string) (Err, bool) {
	for _, n := range errNames {
		if n.name == name {
			return n.err, true
		}
	}
	return OK, false
}

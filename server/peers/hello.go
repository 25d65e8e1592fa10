package peers

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/zabscope/zabscope/core/zk"
)

// protocol is the WebSocket sub-protocol: the version of everything that goes over a link. Both
// sides name what they speak before anything else is said.
const protocol = "zabscope.peer.1"

const (
	version      = 1
	nonceSize    = 32
	proofSize    = sha256.Size
	clusterMax   = 100     // bytes of a cluster's name
	handshakeMax = 1 << 10 // bytes of a frame until a link has proved itself
)

var order = binary.BigEndian

// hello is what a dialler says of itself and of whom it wants to speak with.
type hello struct {
	from, to          zk.ServerID
	channel           zk.Channel
	voters, observers zk.ServerSet
	instance          [8]byte // drawn at each start of a process
	nonce             [nonceSize]byte
	cluster           string
}

var helloMagic = []byte("ZABP")

func (h *hello) bytes() []byte {
	b := append([]byte{}, helloMagic...)
	b = append(b, version, byte(h.channel), byte(h.from), byte(h.to))
	b = order.AppendUint64(b, uint64(h.voters))
	b = order.AppendUint64(b, uint64(h.observers))
	b = append(b, h.instance[:]...)
	b = append(b, h.nonce[:]...)
	return append(b, h.cluster...)
}

const helloSize = 4 + 4 + 8 + 8 + 8 + nonceSize // without the cluster's name

func parseHello(b []byte) (hello, error) {
	if len(b) < helloSize || len(b) > helloSize+clusterMax || !bytes.HasPrefix(b, helloMagic) {
		return hello{}, errors.New("the first frame is no hello of a zabscope server")
	}
	if b[4] != version {
		return hello{}, fmt.Errorf("it speaks version %d, we speak %d", b[4], version)
	}
	h := hello{channel: zk.Channel(b[5]), from: zk.ServerID(b[6]), to: zk.ServerID(b[7])}
	h.voters = zk.ServerSet(order.Uint64(b[8:]))
	h.observers = zk.ServerSet(order.Uint64(b[16:]))
	copy(h.instance[:], b[24:])
	copy(h.nonce[:], b[32:])
	h.cluster = string(b[helloSize:])
	return h, nil
}

// newNonce draws what makes a proof fresh: the dialler's is in its hello, the acceptor's is its
// answer to that.
func newNonce() (n [nonceSize]byte) {
	_, _ = rand.Read(n[:]) // never fails
	return n
}

// secrets derives what a link needs from the cluster secret and from what both sides have said:
// the version, the channel, both ids, the roles, the cluster and both draws are in the transcript.
type secrets struct {
	key        []byte
	transcript []byte // hello, then challenge
}

func (s *secrets) derive(purpose string) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(purpose))
	mac.Write([]byte{0})
	mac.Write(s.transcript)
	return mac.Sum(nil)
}

// Each side proves itself, and seals, with keys that only this direction of this link has.
func (s *secrets) dialProof() []byte   { return s.derive("zabscope peer: dialler's proof") }
func (s *secrets) acceptProof() []byte { return s.derive("zabscope peer: acceptor's proof") }
func (s *secrets) dialKey() []byte     { return s.derive("zabscope peer: key of the dialler") }
func (s *secrets) acceptKey() []byte   { return s.derive("zabscope peer: key of the acceptor") }

func isProof(got, want []byte) bool { return hmac.Equal(got, want) }

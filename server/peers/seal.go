package peers

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
)

// seal encrypts the frames of one direction of one link, or opens them. Its key is used for nothing
// else, and the number of a frame is its nonce: a frame that is repeated, left out, moved or sent
// back does not open.
type seal struct {
	aead  cipher.AEAD
	count uint64
}

const sealSize = 16 // bytes that sealing adds

var errSeal = errors.New("a frame that is not the next one of this link")

func newSeal(key []byte) *seal {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the key has the wrong size
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return &seal{aead: aead}
}

func (s *seal) nonce() []byte {
	var nonce [12]byte
	order.PutUint64(nonce[4:], s.count)
	s.count++
	return nonce[:]
}

// close appends the sealed plain to frame.
func (s *seal) close(frame, plain []byte) []byte {
	return s.aead.Seal(frame, s.nonce(), plain, nil)
}

// open appends what is in a frame to plain.
func (s *seal) open(plain, frame []byte) ([]byte, error) {
	plain, err := s.aead.Open(plain, s.nonce(), frame, nil)
	if err != nil {
		return nil, errSeal
	}
	return plain, nil
}

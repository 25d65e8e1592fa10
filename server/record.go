package main

import (
	"cmp"
	"fmt"
	"log/slog"

	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/recorder"
	"github.com/zabscope/zabscope/server/zoocfg"
)

// takeRecording prefers what the command line says of the flight recording over zoo.cfg.
func (c nodeCommand) takeRecording(cfg *zoocfg.Config) error {
	cfg.RecordFile = cmp.Or(c.Record, cfg.RecordFile)
	if c.RecordSize == "" {
		return nil
	}
	size, err := zoocfg.ParseSize(c.RecordSize)
	if err != nil {
		return fmt.Errorf("--record-size: %w", err)
	}
	if size < recorder.SizeMin {
		return fmt.Errorf("--record-size: %d MB are the least", recorder.SizeMin>>20)
	}
	cfg.RecordSize = size
	return nil
}

// openRecorder returns the flight recorder that was asked for, nil for none.
func openRecorder(cfg zoocfg.Config, log *slog.Logger) (drive.Recorder, error) {
	if cfg.RecordFile == "" {
		return nil, nil
	}
	r, err := recorder.Open(cfg.RecordFile, cfg.RecordSize, log)
	if err != nil {
		return nil, usageError{err}
	}
	return r, nil
}

# zabscope. `make help` lists what there is, in the order a newcomer needs it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO      ?= go
ADDR    ?= 127.0.0.1:8080
SEEDS   ?= 200
FIRST   ?= 1
FOR     ?= 20m
LEVEL   ?= dev
FUZZTIME ?= 20s
OUT     := out
BIN     := bin/zabscope
COMMIT  := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
WASMENV := GOOS=js GOARCH=wasm
WASMPKG := ./wasm/...
LDFLAGS := -s -w -X main.commit=$(COMMIT)

.PHONY: help run test check wasm build sim explore export bench e2e soak fuzz size release generate clean \
	coverage chaos mutants bench-zookeeper cli fmt vet staticcheck templ-check unit scenarios \
	go-dep test-deps browser-dep

help: ## list what there is
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' \
		$(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  run takes ADDR=$(ADDR), sim takes SEEDS=$(SEEDS) FIRST=$(FIRST), chaos takes FOR=$(FOR),"
	@echo "  wasm takes LEVEL=dev or release."

run: build ## build everything and serve the playground
	./$(BIN) play --addr $(ADDR)

test: test-deps wasm ## run every test, in a real browser too
	$(GO) test -timeout 40m ./...

check: fmt vet staticcheck templ-check unit scenarios ## what every commit must pass; no browser

wasm: go-dep ## build the simulator for the browser and pack the page
	@mkdir -p $(OUT)
	GO=$(GO) bash wasm/_overlay/print > $(OUT)/overlay.json
	$(WASMENV) $(GO) build -overlay $(OUT)/overlay.json $$(cat wasm/_overlay/gcflags) \
		-trimpath -ldflags '-s -w' -o $(OUT)/zabscope.wasm ./wasm
	$(GO) run ./server/assets/pack --wasm $(OUT)/zabscope.wasm --level $(LEVEL) \
		--wasm-exec "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js"

build: wasm ## build bin/zabscope with the page inside
	@$(MAKE) --no-print-directory cli

sim: cli ## random simulation with faults, SEEDS=200 from FIRST=1 on
	@mkdir -p $(OUT)
	./$(BIN) sim --first $(FIRST) --seeds $(SEEDS) --report $(OUT)/sim.json

export: build ## the playground as static files in out/site
	./$(BIN) export $(OUT)/site

bench: go-dep ## benchmarks, five runs each, for benchstat
	@mkdir -p $(OUT)
	$(GO) test -run '^$$' -bench . -benchmem -count 5 ./core/... ./web/... ./wasm/... \
		| tee $(OUT)/bench.txt

e2e: browser-dep wasm ## browser tests, with screenshots in out/shots
	$(GO) test -count=1 -timeout 40m ./web/e2e/...

explore: cli ## try every order of events within small bounds, minutes
	./$(BIN) explore

soak: SEEDS = 5000
soak: cli ## five thousand random seeds; Ctrl-C tells where to go on, FIRST=
	@mkdir -p $(OUT)
	./$(BIN) sim --first $(FIRST) --seeds $(SEEDS) --report $(OUT)/soak.json

coverage: go-dep ## how much of the core random runs reach, SEEDS=200, and why not all
	GO=$(GO) OUT=$(OUT) SEEDS=$(SEEDS) FIRST=$(FIRST) bash .ci/coverage

chaos: go-dep ## break a real ensemble while clients use it, FOR=20m
	ZABSCOPE_CHAOS=$(FOR) $(GO) test -count=1 -v -timeout 2h -run '^TestChaos$$' ./server/chaos

bench-zookeeper: cli ## an ensemble beside Apache ZooKeeper's, which must be installed
	bash .ci/need peers
	$(GO) run ./server/versus --out $(OUT)/versus

fuzz: go-dep ## fuzz each target for FUZZTIME=20s
	GO=$(GO) FUZZTIME=$(FUZZTIME) bash .ci/fuzz

size: go-dep ## what a browser downloads, against its budget
	$(GO) test -count=1 -v -run Size ./wasm/...

release: ## build with the best compression
	$(MAKE) build LEVEL=release

generate: go-dep ## write the Go code of the templ components again
	$(GO) tool templ generate -include-version=false

clean: ## remove what was built
	rm -rf bin $(OUT)
	find static/dist -mindepth 1 -not -name README.md -delete

cli: go-dep
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./server

fmt:
	@unformatted=$$(gofmt -l core web wasm server static scenarios); \
	if [[ -n $$unformatted ]]; then \
		echo "not formatted; run gofmt -w on:"; echo "$$unformatted"; exit 1; fi

vet:
	$(GO) vet ./...
	$(WASMENV) $(GO) vet $(WASMPKG)
	GOOS=windows $(GO) vet ./...
	GOOS=darwin $(GO) vet ./...

staticcheck:
	@mkdir -p $(OUT)
	$(GO) build -o $(OUT)/staticcheck honnef.co/go/tools/cmd/staticcheck
	$(OUT)/staticcheck ./...
	$(WASMENV) $(OUT)/staticcheck $(WASMPKG)

templ-check:
	GO=$(GO) bash .ci/templ-check

# The race detector needs a C compiler, and core has no goroutines for it to watch.
unit:
	$(GO) test ./core/...
	GO=$(GO) bash .ci/unit

mutants: cli ## how soon random runs notice each known mistake; ten CPU minutes for each at most
	./$(BIN) sim --short --mutants --for 10m

scenarios: cli
	$(GO) test ./scenarios/...
	./$(BIN) run --quiet scenarios scenarios/museum

go-dep:
	@GO=$(GO) bash .ci/need go

test-deps: go-dep browser-dep
	@GO=$(GO) bash .ci/need compiler

browser-dep:
	@GO=$(GO) bash .ci/need browser

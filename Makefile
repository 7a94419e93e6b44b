# make run    builds bin/tallinn and shows the public account in a browser
# make test   runs every test, as the build server does
#
# Everything else is in the list below: make help.

GO   ?= go
ARGS ?=

# A developer's environment does not change what is built: the module file is
# the only source of versions, no experiment or workspace leaks in, and a
# clone that belongs to another user (a container's mount) still builds.
# An older Go fetches the version that go.mod asks for.
export GOFLAGS     := -mod=readonly -buildvcs=false
export GOTOOLCHAIN := auto
export GOWORK      := off
unexport GOEXPERIMENT GODEBUG

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -X tallinn/app.Version=$(VERSION)

# Tests run under the race detector, but for those of the house, of what
# computes for long and shares little, each several times slower under it, and
# of app, of which below (PLAIN); where the former run in parallel, their own
# tests compare the results. 12 minutes are for the slowest package, not all.
PLAIN     := tallinn/(app$$|(aid/match|defence|bench|web/webtest)(/|$$))
# Of the whole hub and its journeys, which take five times as long under it,
# those do in which many act at once or a hub ends (doc/decisions/0290); the
# rest with make race.
ATONCE    := ManyAtOnce|ExactlyWhatFits|TwoHubs|DatabaseAway|ListsAreLive|NeedEvents|Notices
# vet has been over everything before, and go test's own would do it twice more.
TESTFLAGS ?= -timeout 12m -vet=off
FUZZTIME  ?= 20s

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help run two build release test check needs fmt generated vet staticcheck house tests race bench crash generate fuzz clean go

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build, load the public data, serve on http://127.0.0.1:8080; ARGS="--addr A --data DIR"
	bin/tallinn demo $(ARGS)

two: build ## two hubs on one PostgreSQL, at ports 8080 and 8081; kill one and go on at the other
	bin/tallinn demo --two $(ARGS)

build: go ## build bin/tallinn: pure Go, no C compiler
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/tallinn ./cmd/tallinn

release: go ## build dist/ for Linux, twice in two folders, and compare; with the list of parts, and vulnerabilities if VULNDB names a folder
	@.ci/release "$(VERSION)"

test: go needs fmt generated vet staticcheck house tests ## every check and every test

check: ## exactly what the build server runs
	.ci/run

needs:
	@.ci/needs

fmt:
	@unformatted=$$(git ls-files --cached --others --exclude-standard '*.go' | xargs -r $$($(GO) env GOROOT)/bin/gofmt -l); \
	test -z "$$unformatted" || { echo "not formatted; run gofmt -w on:"; echo "$$unformatted"; exit 1; }

generated:
	@$(GO) tool templ generate -check -log-level warn || \
	{ echo "generated pages are older than their .templ files; run: make generate"; exit 1; }

vet:
	$(GO) vet ./...

staticcheck:
	$(GO) tool staticcheck ./...

house: ## the house rules alone, in a second or two
	$(GO) test -count=1 .

tests: export TALLINN_NEED_BROWSER := 1
tests: export TALLINN_NEED_POSTGRES := 1
tests:
	CGO_ENABLED=1 $(GO) test -race $(TESTFLAGS) $$($(GO) list ./... | grep -vx tallinn | grep -vE '^$(PLAIN)')
	CGO_ENABLED=1 $(GO) test -race $(TESTFLAGS) -run '$(ATONCE)' ./app
	$(GO) test $(TESTFLAGS) -skip '$(ATONCE)' $$($(GO) list ./... | grep -E '^$(PLAIN)')

race: go needs ## every test under the race detector, journeys too: half an hour
	CGO_ENABLED=1 TALLINN_NEED_BROWSER=1 TALLINN_NEED_POSTGRES=1 $(GO) test -race -timeout 60m -vet=off $$($(GO) list ./... | grep -vx tallinn)

bench: go ## measure; bench/README.md says what is asked
	$(GO) test -run '^$$' -bench . -timeout 60m ./bench/...
	$(GO) test -run '^$$' -bench Notice -benchtime 100x ./app
	$(GO) test -count=1 -run '^Test(Peers|Readers)$$' -peers $$(command -v cargo >/dev/null && echo -rust) -v -timeout 60m ./bench/detect

crash: go needs ## kill, pause and cut off hubs again and again, longer than make test does
	TALLINN_CRASH_ROUNDS=1000 TALLINN_CUT_ROUNDS=200 TALLINN_CRASH_SECONDS=30 TALLINN_NEED_POSTGRES=1 \
	$(GO) test -count=1 -timeout 60m -run 'Kill|Cut|Histories|PausedHub|Disk' -v ./record/...
	TALLINN_SIM_SEEDS=1000 $(GO) test -count=1 -timeout 60m -v ./record/recordtest/simtest
	TALLINN_FLIPS=10000 $(GO) test -count=1 -timeout 60m -v ./app/inspect

generate: go ## write the Go files of the .templ pages anew, and the list of what tests prove of ASVS
	$(GO) tool templ generate -log-level warn
	$(GO) test -count=1 -run '^TestASVS$$' . -write-asvs

fuzz: go ## run every fuzz target for FUZZTIME, 20 s unless said
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

clean: ## remove what was built
	rm -rf bin dist

go:
	@command -v $(GO) >/dev/null || \
	{ echo "Go is missing; install 1.26 or later from https://go.dev/dl/, or any Go from 1.21 on, which fetches the version it needs"; exit 1; }
	@$(GO) list -m >/dev/null || \
	{ echo "this Go is too old to read go.mod; install 1.26 or later from https://go.dev/dl/"; exit 1; }

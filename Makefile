# What one does with linli. `make` or `make help` lists it.

TOOL    := CGO_ENABLED=0 go tool -modfile=tools/go.mod
SOURCES := $(shell git ls-files '*.go' | grep -v '_templ\.go$$\|\.sql\.go$$')
# C made into Go is not watched for races: see .ci/run.
RACE    := -race $(foreach t,sqlite/lib libquickjs/... libc/... memory,-gcflags='modernc.org/$(t)=-race=false -d=checkptr=0')

.PHONY: help check format lint arch fresh test branches generate demo bench e2e fuzz

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

check: format lint arch fresh test ## Everything that must hold before a commit is shown.

format: ## Fail if a Go file is not formatted.
	@test -z "$$(gofmt -l $(SOURCES) | tee /dev/stderr)"

lint: ## What the compiler lets pass and we do not.
	go vet ./...
	$(TOOL) golangci-lint run ./...

arch: ## The rules of the house: imports, tables, words, sizes.
	go test -count=1 ./test/arch

fresh: generate ## Fail if generated code differs from what is committed.
	git diff --exit-code -- '*_templ.go' '*.sql.go'

test: ## All tests with the race detector; both databases when LINLI_TEST_POSTGRES is set.
	go test $(RACE) ./...

branches: ## The engines' tests take 95 of 100 branches at least; lists the others.
	go run ./test/branches -least 95 ./fair ./tally ./opinion

generate: ## Make the Go code of pages and queries anew.
	$(TOOL) templ generate -log-level warn
	$(TOOL) sqlc generate

demo: ## Show the sample subdistrict on http://127.0.0.1:8080.
	go run ./cmd/linli demo

bench: ## Measure this machine against the goals.
	go run ./cmd/linli bench

e2e: ## The stories in a real browser, as CI runs them: nothing may be missing.
	CI=true go test -count=1 ./test/e2e/...

FUZZTIME ?= 1m

fuzz: ## Explore every fuzz target, one minute each (FUZZTIME=10s); a finding fails.
	@git grep -oE '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go' | sed 's/:func / /' | while read -r file target; do \
		echo "$$file $$target"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "./$$(dirname $$file)" || exit 1; \
	done

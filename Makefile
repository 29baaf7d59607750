# Every target sets up what it lacks. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

CARGO ?= cargo
PORT ?= 8080
# Tools of our own first: trunk and wasm-bindgen by version, wasm-opt from npm.
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(PATH):$(HOME)/.cargo/bin
export CARGO PORT
export TRUNK_SKIP_VERSION_CHECK := true

# What dist/ is made from.
SOURCES := $(shell find src crates/*/src crates/*/Cargo.toml www scripts/post-build.mjs scripts/parts.mjs scripts/first-part.txt scripts/policy.mjs -type f) \
           Cargo.toml Cargo.lock Trunk.toml package-lock.json .cargo/config.toml
WASM := --target wasm32-unknown-unknown --features web

.PHONY: help serve dev dist test test-browsers check gallery bench bench-quick prove fuzz soak profile clean setup

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 20

serve: dist ## build in release, and serve on loopback (PORT=8080)
	@exec node scripts/serve.mjs

dev: setup-web ## serve, and build again on each save (reload by hand)
	@mkdir -p target && exec trunk serve --cargo-profile dev-fast --port $(PORT) --dist target/dev-dist

dist: setup-web dist/index.html ## the folder for a static host, and dist-npm/ for npm

dist/index.html: $(SOURCES)
	trunk --log warn build --release
	@node scripts/npm-package.mjs
	@node scripts/budget.mjs --report

test: setup dist ## native tests, wasm tests and browser tests; ends with a line of counts
	@node scripts/test.mjs

test-browsers: dist ## a small suite in Firefox and in WebKit (BROWSERS="firefox" for one)
	@scripts/setup browsers
	@$(if $(DISPLAY),,xvfb-run -a) node tests/browser/others.mjs $(BROWSERS)

check: setup dist ## format, lints, docs, architecture, byte budget
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets --features cli -- -D warnings
	CLIPPY_CONF_DIR=scripts/clippy-wasm $(CARGO) clippy --locked $(WASM) --lib --bin mixed-movements --test wasm -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps --features cli
	$(CARGO) test --locked --features cli --test native architecture
	node scripts/check-js.mjs
	node scripts/budget.mjs
	node scripts/profile.mjs --check
	node scripts/instructions.mjs

gallery: setup-rust ## one page of every kind of chart in every state: target/gallery/index.html
	@$(CARGO) test --quiet --locked --features cli --test native gallery
	@echo target/gallery/index.html

bench: setup dist bench/node_modules ## engine and page beside other libraries, in a browser; writes docs/performance.md
	$(CARGO) bench --locked -p statcube --bench steps
	timeout 3600 node bench/run.mjs

bench-quick: setup dist bench/node_modules ## the same with fewer steps, in minutes
	timeout 1200 node bench/run.mjs --quick

# The libraries to compare with: a lock file of their own, and no install scripts.
bench/node_modules: bench/package-lock.json
	cd bench && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

prove: setup dist ## what takes too long for `make test`: many more cases, and the engine against DuckDB
	PROVE=1 PROPTEST_CASES=$${PROPTEST_CASES:-20000} $(CARGO) test --locked --release --workspace --features cli
	DAMAGES=$${DAMAGES:-10000} node tests/browser/run.mjs damaged
	node scripts/prove-dist.mjs

profile: setup ## note anew what runs until the first chart, by which the program is split in two
	node scripts/profile.mjs

# Seconds of all targets together.
FUZZ_SECONDS ?= 3600
FUZZ_TARGETS := decoder query url

fuzz: ## look for input that stops the program (FUZZ_SECONDS=3600)
	@scripts/setup fuzz
	@mkdir -p $(FUZZ_TARGETS:%=fuzz/found/%)
	@for target in $(FUZZ_TARGETS); do \
	  $(CARGO) +stable fuzz run -s none $$target fuzz/found/$$target fuzz/corpus/$$target -- \
	    -max_total_time=$$(( $(FUZZ_SECONDS) / $(words $(FUZZ_TARGETS)) )) -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 || exit 1; \
	done

soak: setup dist ## a reader without a plan, in a browser (SOAK_SECONDS=1800, SEED=…)
	@SOAK_SECONDS=$${SOAK_SECONDS:-1800} SEED=$${SEED:-$$RANDOM} node tests/browser/run.mjs chaos

clean: ## take away all that was made, but the tools
	$(CARGO) clean
	rm -rf dist dist-npm target/dev-dist test-results

setup: ## install what is missing
	@scripts/setup

.PHONY: setup-rust setup-web
setup-rust:
	@scripts/setup rust
setup-web:
	@scripts/setup wasm node

# The everyday commands. `just ci` is what must hold before a change is taken.

url := "http://127.0.0.1:8080"

_default:
    @just --list

# Run the demo on http://127.0.0.1:8080
run:
    cargo run

# Run all tests, on SQLite and, where there is one, PostgreSQL
test *arguments:
    cargo test --workspace {{arguments}}

# Check the layout of the code, and clippy with warnings as errors
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Write schema.graphql anew
schema:
    cargo run --quiet -- schema > schema.graphql

# Audit a running server against GraphQL over HTTP
audit:
    cd tests/http_audit && npm ci --ignore-scripts && node run.mjs {{url}}/graphql

# Drive the page of a running demo in Chromium
browser:
    cd tests/browser && npm ci --ignore-scripts && node run.mjs {{url}}

# Measure the server beside hand-written SQL, such as `just bench --size small`; see docs/performance.md
bench *arguments:
    cargo run --release --locked -p guildhall-bench -- run {{arguments}}

# Everything that must hold before a change is taken
ci:
    .ci/run

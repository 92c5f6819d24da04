#!/usr/bin/env bash
# Runs the property tests of the readers and of each standardizer for minutes instead of moments.
#
#   benches/fuzz.sh [MINUTES] [TARGET ...]        default: 10, for each of them
#
# Each target is run again and again with new seeds until it has taken its time on the CPU; the
# first failure ends it and prints the shrunk case, which proptest keeps under
# `proptest-regressions/`.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:-10}
# Many at once, or starting the tests takes longer than running them.
n_at_once=20000
targets=(
  ingest::tests::anything ingest::tests::damaged ingest::json ingest::amount
  standardize::tests::any_cells standardize::email standardize::phone standardize::phone_plain
  standardize::name standardize::full_name standardize::date standardize::postcode standardize::text
  standardize::value standardize::id
)
[ $# -le 1 ] || targets=("${@:2}")

tests=${TESTS:-$(cargo test --release --locked --lib --no-run --message-format=json |
  grep -o '"executable":"[^"]*"' | tail -1 | cut -d'"' -f4)}
out=$(mktemp)
trap 'rm -f "$out" "$out.time"' EXIT
TIMEFORMAT='%U'
for target in "${targets[@]}"; do
  n_cases=0 spent_s=0
  # Only the property tests take PROPTEST_CASES; the others of a module cost next to nothing.
  while awk "BEGIN { exit !($spent_s < $minutes * 60) }"; do
    { time PROPTEST_CASES="$n_at_once" "$tests" "$target" --quiet > "$out" 2>&1; } 2> "$out.time" ||
      { cat "$out"; echo "$target failed"; exit 1; }
    n_cases=$((n_cases + n_at_once))
    spent_s=$(awk "BEGIN { print $spent_s + $(cat "$out.time") }")
  done
  echo "| $target | $n_cases | $spent_s s |"
done

#!/usr/bin/env bash
# Runs the property tests of the readers and of each standardizer for minutes instead of moments.
#
#   benches/fuzz.sh [MINUTES]        default: 10, for each of them
#
# Each target is run again and again with new seeds until its time is over; the first failure ends
# it and prints the shrunk case, which proptest keeps under `proptest-regressions/`.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:-10}
targets=(
  ingest::tests::anything ingest::tests::damaged ingest::json ingest::amount
  standardize::tests::any_cells standardize::email standardize::phone standardize::phone_plain
  standardize::name standardize::full_name standardize::date standardize::postcode standardize::text
  standardize::value standardize::id
)

tests=${TESTS:-$(cargo test --release --locked --lib --no-run --message-format=json |
  grep -o '"executable":"[^"]*"' | tail -1 | cut -d'"' -f4)}
for target in "${targets[@]}"; do
  cases=2000 n_cases=0 start=$SECONDS
  # Only the property tests take PROPTEST_CASES; the others of a module cost next to nothing.
  while ((SECONDS - start < minutes * 60)); do
    PROPTEST_CASES=$cases "$tests" "$target" --quiet > /tmp/fuzz.$$ 2>&1 ||
      { cat /tmp/fuzz.$$; echo "$target failed"; exit 1; }
    n_cases=$((n_cases + cases))
  done
  echo "| $target | $n_cases | $((SECONDS - start)) s |"
done
rm -f /tmp/fuzz.$$

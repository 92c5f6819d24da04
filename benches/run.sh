#!/usr/bin/env bash
# Times whole nightly runs against Polars reading the same exports and writing them as Parquet
# (reference A: the floor under any such job). Prints a line per size, in Markdown.
#
#   benches/run.sh [ROWS ...]        default: 100000 1000000
#
# Needs python3; Polars is installed into a folder of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(100000 1000000)

cargo build --release --locked --quiet
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'polars==1.35.2' 2>/dev/null ||
  "$work/venv/bin/pip" install --quiet polars

for rows in "${sizes[@]}"; do
  target/release/headcount synth --contacts "$rows" --seed 1 --out "$work/synth-$rows"
  "$work/venv/bin/python" benches/compare.py "$rows" "$work/synth-$rows" target/release/headcount
  rm -rf "$work/synth-$rows"
done

"""Runs headcount and reference A in turn over the same exports and prints their ratio.

compare.py ROWS FOLDER HEADCOUNT [HEADCOUNT ...]: the folder is one that `headcount synth` made.
Several builds run in turn, a line each; seconds of different hours cannot be compared.
"""

import shutil
import statistics
import sys
from pathlib import Path

from measured import measured

TURNS = 3

REFERENCE_A = """
import sys, polars as pl
from pathlib import Path
folder = Path(sys.argv[1])
for file in sorted((folder / "crm").iterdir()):
    if file.suffix == ".csv":
        frame = pl.read_csv(file, infer_schema=False, truncate_ragged_lines=True,
                            encoding="utf8-lossy", quote_char='"')
    else:
        frame = pl.read_parquet(file)
    frame.write_parquet(folder / (file.stem + ".a.parquet"))
"""


def timed(command):
    """Gives wall seconds, CPU seconds and peak memory in MB of one command."""
    wall, cpu, n_bytes, _ = measured(command)
    return wall, cpu, n_bytes / 2**20


def main():
    rows, folder, programs = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    out = folder / "out"
    reference = [sys.executable, "-c", REFERENCE_A, str(folder)]
    turns = []
    for _ in range(TURNS + 1):
        of_turn = []
        for program in programs:
            shutil.rmtree(out, ignore_errors=True)
            shutil.rmtree(folder / "snapshots", ignore_errors=True)
            run = [program, "run", str(folder / "nightly.toml"), "--out", str(out), "--quiet"]
            of_turn.append(timed(run))
        turns.append([*of_turn, timed(reference)])
    # The first turn warms the page cache.
    *ours, (wall_a, cpu_a, _) = (medians(column) for column in zip(*turns[1:]))
    for wall, cpu, memory in ours:
        print(
            f"| {rows:,} | {wall:.1f} s | {cpu:.1f} s | {memory:,.0f} MB | "
            f"{memory * 1e6 * 1.048576 / rows:,.0f} B | {wall_a:.2f} s | {cpu_a:.1f} s | "
            f"{wall / wall_a:.1f} | {cpu / cpu_a:.1f} |"
        )


def medians(runs):
    return [statistics.median(figures) for figures in zip(*runs)]


if __name__ == "__main__":
    main()

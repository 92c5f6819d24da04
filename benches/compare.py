"""Runs headcount and reference A in turn over the same exports and prints their ratio.

compare.py ROWS FOLDER HEADCOUNT: the folder is one that `headcount synth` made.
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
    rows, folder, headcount = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    out = folder / "out"
    run = [headcount, "run", str(folder / "nightly.toml"), "--out", str(out), "--quiet"]
    reference = [sys.executable, "-c", REFERENCE_A, str(folder)]
    ours, theirs = [], []
    for turn in range(TURNS + 1):
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(folder / "snapshots", ignore_errors=True)
        pair = timed(run), timed(reference)
        if turn > 0:  # the first warms the page cache
            ours.append(pair[0])
            theirs.append(pair[1])
    wall, cpu, memory = (statistics.median(run[place] for run in ours) for place in range(3))
    wall_a, cpu_a, memory_a = (statistics.median(run[p] for run in theirs) for p in range(3))
    print(
        f"| {rows:,} | {wall:.1f} s | {cpu:.1f} s | {memory:,.0f} MB | "
        f"{memory * 1e6 * 1.048576 / rows:,.0f} B | {wall_a:.2f} s | {cpu_a:.1f} s | "
        f"{wall / wall_a:.1f} | {cpu / cpu_a:.1f} |"
    )


if __name__ == "__main__":
    main()

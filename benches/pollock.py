"""Scores how headcount reads the files of the Pollock benchmark, as the benchmark scores a loader.

pollock.py FOLDER [HEADCOUNT] [WEIGHTS]

FOLDER is its `polluted_files`, with `csv` and `clean` in it; WEIGHTS its `pollock_weights.json`.
Every file is printed by `headcount profile --rows` and set against its clean version: success, and
precision, recall and F1 of header, records and cells, ten numbers in all. The benchmark compares
headers and records after guessing the types of cells; here they must be equal but for spaces
around them.

Source: Vitagliano et al., "Pollock: A Data Loading Benchmark", PVLDB 16 (2023), section 4.
"""

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def parsed(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def agreement(wanted, found):
    """Gives precision, recall and F1 of two bags, in the order and words of the benchmark."""
    if not wanted:
        return 1.0, 1.0, 1.0
    n_both = sum((Counter(wanted) & Counter(found)).values())
    if not n_both:
        return 0.0, 0.0, 0.0
    precision, recall = n_both / len(wanted), n_both / len(found)
    return precision, recall, 2 * precision * recall / (precision + recall)


def scores(program, folder, name):
    done = subprocess.run([program, "profile", str(folder / "csv" / name), "--rows"], capture_output=True)
    clean = parsed((folder / "clean" / name).read_bytes())
    if not clean:
        return [1.0] * 10
    if done.returncode:
        return [0.0] * 10
    found = parsed(done.stdout)
    header = [[cell.strip() for row in rows[:1] for cell in row] for rows in (clean, found)]
    records = [["".join(cell.strip() for cell in row) for row in rows[1:]] for rows in (clean, found)]
    cells = [[cell for row in rows for cell in row] for rows in (clean, found)]
    return [1.0, *agreement(*header), *agreement(*records), *agreement(*cells)]


def main():
    folder, program = Path(sys.argv[1]), (sys.argv + ["target/release/headcount"])[2]
    names = sorted(path.name for path in (folder / "csv").iterdir())
    with ThreadPoolExecutor(2) as pool:
        by_name = dict(zip(names, pool.map(lambda name: scores(program, folder, name), names)))
    print(f"simple {sum(map(sum, by_name.values())) / len(names):.3f} of 10, over {len(names)} files")
    if len(sys.argv) > 3:
        weights = json.load(open(sys.argv[3]))
        total = sum(sum(own) * weights.get(name, 0) for name, own in by_name.items())
        print(f"weighted {total / sum(weights.get(name, 0) for name in names):.3f}")
    for name, own in sorted(by_name.items(), key=lambda item: sum(item[1]))[:12]:
        print(f"{sum(own):7.3f} {name}")


if __name__ == "__main__":
    main()

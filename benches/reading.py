"""Times reading a clean CSV file into a table, by headcount and by Polars in turn, and prints the ratio.

reading.py [MEGABYTES]      default: 1000

Needs Polars and a Rust toolchain; builds the bench `reading` itself unless READING names it.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile

TURNS = 3

POLARS = """
import sys, polars as pl
print(pl.read_csv(sys.argv[1], infer_schema=False).height)
"""

FIELDS = ("source_id,first_name,last_name,email,phone,street,city,region,postal_code,country,"
          "birth_date,created_at,segment,language")


def invented(path, n_megabytes):
    """Writes rows of fourteen columns without a quote: what a system exports that escapes nothing."""
    random.seed(1)
    words = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randint(4, 10))) for _ in range(5000)]
    rows = []
    for number in range(20_000):
        first, last, street, city = (word.title() for word in random.choices(words, k=4))
        rows.append(
            f"{first},{last},{first.lower()}.{last.lower()}@{random.choice(words)}.example,"
            f"+49 30 {random.randint(100000, 999999)},{street} {random.randint(1, 200)},{city},"
            f"Berlin,{random.randint(10000, 99999)},DE,19{random.randint(50, 99)}-0{random.randint(1, 9)}-1{random.randint(0, 9)},"
            f"2026-01-02T03:04:05Z,Consumer,de\n")
    with open(path, "w") as out:
        out.write(FIELDS + "\n")
        n_bytes = number = 0
        while n_bytes < n_megabytes * 1_000_000:
            part = "".join(f"{number + place},{row}" for place, row in enumerate(rows))
            number += len(rows)
            n_bytes += out.write(part)
    return number


def program():
    """Builds the bench and gives its path."""
    if "READING" in os.environ:
        return os.environ["READING"]
    built = subprocess.run(["cargo", "bench", "--bench", "reading", "--no-run", "--message-format=json"],
                           check=True, stdout=subprocess.PIPE).stdout
    lines = [json.loads(line) for line in built.splitlines()]
    return [line["executable"] for line in lines if line.get("target", {}).get("name") == "reading"][-1]


def timed(command):
    """Gives wall seconds, CPU seconds and peak memory in MB of one command, and what it printed."""
    start = os.times().elapsed
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    printed = child.stdout.read().decode().split()[0]
    _, status, usage = os.wait4(child.pid, 0)
    wall = os.times().elapsed - start
    if status:
        sys.exit(f"{command[0]} failed")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, int(printed)


def main():
    n_megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    reading = program()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "clean.csv")
        n_rows = invented(path, n_megabytes)
        ours, theirs = [], []
        for turn in range(TURNS + 1):
            pair = timed([reading, path]), timed([sys.executable, "-c", POLARS, path])
            assert pair[0][3] == pair[1][3] == n_rows
            if turn > 0:  # the first warms the page cache
                ours.append(pair[0])
                theirs.append(pair[1])
        n_bytes = os.path.getsize(path)
    (wall, cpu, memory), (wall_p, cpu_p, memory_p) = (
        [statistics.median(run[place] for run in runs) for place in range(3)] for runs in (ours, theirs))
    print(f"| {n_bytes / 1e6:,.0f} MB, {n_rows:,} rows | {wall:.2f} s | {cpu:.2f} s | {memory:,.0f} MB | "
          f"{wall_p:.2f} s | {cpu_p:.2f} s | {memory_p:,.0f} MB | {wall_p / wall:.2f} | {cpu_p / cpu:.2f} |")


if __name__ == "__main__":
    main()

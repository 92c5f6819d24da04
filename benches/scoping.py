#!/usr/bin/env python3
"""Times breach scoping over a snapshot against Polars reading and writing the same files.

    benches/scoping.py HEADCOUNT NIGHT WORK --customers 10000000 --hashes 5000000

NIGHT is the folder of a snapshot that a nightly run left (`snapshots/<instant>`). It is laid out
as many times over as it takes to come to so many customers, each time with other e-mail addresses
and customer ids; deduplicating that many is measured elsewhere. The list holds SHA-256 of e-mail
addresses: four fifths of customers, the others of nobody. Reference A is Polars reading the
tables of the snapshot and the list and writing each as Parquet (zstd, as headcount writes).
Both run RUNS times in turn, after one that warms the page cache; medians are printed.
"""

import argparse
import hashlib
import json
import shutil
import statistics
import sys
from pathlib import Path

import polars as pl

from measured import measured

AT = "2026-03-01T00:00:00Z"
FOLDER = "20260301T000000Z"
TABLES = ["contacts", "contact_points", "golden_records", "lineage", "customers"]

INCIDENT = f"""id = "leak"
kind = "security_breach"
occurred_from = "2026-02-20T00:00:00Z"
occurred_to = "2026-02-25T00:00:00Z"
discovered_at = "2026-02-26T00:00:00Z"
confirmed_at = "2026-02-26T00:00:00Z"
determination_at = "2026-02-26T00:00:00Z"

[[scope]]
name = "dump"
file = "hashes.txt"
identifier = "email_sha256"
header = false
data_classes = ["email", "password_hash_weak", "name"]
"""

PIPELINE = f"""pipeline = "breach_scoping"
incidents = ["incident.toml"]

[run]
root = "."
clock = "2026-03-02T00:00:00Z"
currency = "EUR"

[snapshot]
dir = "snapshots"
as_of = "{AT}"
"""


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_of(name, table, number, n_records, n_customers):
    """One more copy of a table: its records and customers follow those of the copies before."""
    other = []
    if "record" in table.collect_schema():
        other.append((pl.col("record") + number * n_records).cast(pl.UInt32))
    if "customer" in table.collect_schema():
        other.append((pl.col("customer") + number * n_customers).cast(pl.UInt32))
    if "customer_id" in table.collect_schema():
        # The order of the ids is that of the rows.
        other.append(pl.format("{}{}", pl.lit(f"{number:03}"), "customer_id").alias("customer_id"))
    email = pl.format("n{}.{}", pl.lit(number), "{}")
    if name == "contact_points":
        renamed = pl.format("n{}.{}", pl.lit(number), "value")
        is_email = (pl.col("kind") == "email") & (pl.col("status") == "valid")
        other.append(pl.when(is_email).then(renamed).otherwise("value").alias("value"))
    if name == "golden_records":
        renamed = pl.format("n{}.{}", pl.lit(number), "email")
        is_valid = pl.col("email_status") == "valid"
        other.append(pl.when(is_valid).then(renamed).otherwise("email").alias("email"))
    return table.with_columns(other)


def lay_out(night, work, n_customers_wanted):
    n_records = pl.scan_parquet(night / "contacts.parquet").select(pl.len()).collect().item()
    n_customers = pl.scan_parquet(night / "golden_records.parquet").select(pl.len()).collect().item()
    n_copies = -(-n_customers_wanted // n_customers)
    folder = work / "snapshots" / FOLDER
    folder.mkdir(parents=True)
    listed = []
    for name in TABLES:
        scanned = pl.scan_parquet(night / f"{name}.parquet")
        copies = [copy_of(name, scanned, n, n_records, n_customers) for n in range(n_copies)]
        path = folder / f"{name}.parquet"
        pl.concat(copies).sink_parquet(path, compression="zstd", row_group_size=1 << 17)
        n_rows = pl.scan_parquet(path).select(pl.len()).collect().item()
        listed.append({"path": path.name, "sha256": sha256(path), "n_bytes": path.stat().st_size, "n_rows": n_rows})
        print(f"  {name}: {n_rows:,} rows, {path.stat().st_size:,} bytes", file=sys.stderr)
    version = json.loads((night / "snapshot.json").read_text())
    version.update(at=AT, tables=listed)
    (folder / "snapshot.json").write_text(json.dumps(version, indent=2) + "\n")
    return n_copies * n_customers


def list_hashes(work, n_hashes):
    points = pl.scan_parquet(work / "snapshots" / FOLDER / "contact_points.parquet")
    emails = points.filter((pl.col("kind") == "email") & (pl.col("status") == "valid"))
    emails = emails.select("value").unique().collect(engine="streaming")["value"]
    n_ours = min(len(emails), n_hashes * 4 // 5)
    ours = emails.sort().sample(n_ours, seed=1)
    digest = hashlib.sha256
    with open(work / "hashes.txt", "w") as out:
        for email in ours:
            out.write(digest(email.encode()).hexdigest() + "\n")
        for number in range(n_hashes - n_ours):
            out.write(digest(f"nobody{number}@elsewhere.example".encode()).hexdigest() + "\n")
    return n_ours


REFERENCE = """
import sys, polars as pl
from pathlib import Path
night, hashes, out = map(Path, sys.argv[1:4])
for path in sorted(night.glob("*.parquet")):
    pl.read_parquet(path).write_parquet(out / path.name, compression="zstd")
pl.read_csv(hashes, has_header=False).write_parquet(out / "hashes.parquet", compression="zstd")
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("headcount")
    parser.add_argument("night", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--hashes", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=3)
    settings = parser.parse_args()
    work = settings.work
    if not (work / "hashes.txt").exists():
        shutil.rmtree(work / "snapshots", ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        (work / "incident.toml").write_text(INCIDENT)
        (work / "pipeline.toml").write_text(PIPELINE)
        n_customers = lay_out(settings.night, work, settings.customers)
        n_ours = list_hashes(work, settings.hashes)
        print(f"{n_customers:,} customers; {settings.hashes:,} hashes, {n_ours:,} of them of customers", file=sys.stderr)
    out, reference = work / "out", work / "reference"
    ours = [settings.headcount, "run", str(work / "pipeline.toml"), "--out", str(out)]
    theirs = [sys.executable, "-c", REFERENCE, str(work / "snapshots" / FOLDER), str(work / "hashes.txt"), str(reference)]
    turns = {"headcount": [], "A": []}
    for _ in range(1 + settings.runs):
        shutil.rmtree(out, ignore_errors=True)
        turns["headcount"].append(measured(ours)[:3])
        shutil.rmtree(reference, ignore_errors=True)
        reference.mkdir()
        turns["A"].append(measured(theirs)[:3])
    medians = {}
    for name, runs in turns.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*(runs[1:] or runs)))
        medians[name] = (wall, cpu)
        print(f"{name:10} wall {wall:7.1f} s  CPU {cpu:7.1f} s  memory {memory / 1e6:8,.0f} MB")
    (wall, cpu), (wall_a, cpu_a) = medians["headcount"], medians["A"]
    print(f"ratio      wall {wall / wall_a:7.2f}    CPU {cpu / cpu_a:7.2f}")
    for manifest in out.glob("breach_scoping/*/manifest.json"):
        told = json.loads(manifest.read_text())
        print(json.dumps({"elapsed_ms": told["elapsed_ms"], "roll": told["roll"]}))


if __name__ == "__main__":
    main()

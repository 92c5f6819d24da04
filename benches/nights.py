#!/usr/bin/env python3
"""Measures the memory of breach scoping where another night lies in the incident's time.

    benches/nights.py HEADCOUNT WORK --contacts 400000

Invents an export, runs the nightly job over it, leaves out every twentieth row of the two CSV
exports and changes the e-mail address of every thirtieth, runs it again, and scopes a list of a
thousand addresses against the second night; the first was there during the incident. What WORK
holds already is used again. Prints customers, peak memory and CPU time.
"""

import argparse
import csv
import shutil
import subprocess
from itertools import islice
from pathlib import Path

from measured import measured

NIGHTS = ["2026-02-10T02:00:00Z", "2026-02-27T02:00:00Z"]

INCIDENT = """id = "leak"
kind = "security_breach"
occurred_from = "2026-02-09T22:10:00Z"
occurred_to = "2026-02-12T04:30:00Z"
discovered_at = "2026-02-27T08:15:00Z"
confirmed_at = "2026-02-27T16:00:00Z"
determination_at = "2026-02-28T10:00:00Z"

[[scope]]
name = "list"
file = "list.csv"
identifier = "email"
data_classes = ["name", "email", "password_plain"]
"""

PIPELINE = """pipeline = "breach_scoping"
incidents = ["incident.toml"]

[run]
root = "."
clock = "2026-03-02T00:00:00Z"
currency = "EUR"

[snapshot]
dir = "../first/out/snapshots"
as_of = "2026-02-28T00:00:00Z"
"""


def changed(there, here):
    """Copies an export, without every twentieth row and with other addresses in every thirtieth."""
    as_is = dict(newline="", encoding="utf-8", errors="surrogateescape")
    with open(there, **as_is) as rows, open(here, "w", **as_is) as out:
        rows, out = csv.reader(rows), csv.writer(out)
        header = next(rows)
        out.writerow(header)
        email = [name.lower() for name in header].index("email")
        for number, row in enumerate(rows):
            if number % 20 == 7:
                continue
            if number % 30 == 4 and len(row) > email and "@" in row[email]:
                row[email] = "new." + row[email]
            out.writerow(row)


def lay_out(program, work, n_contacts):
    first, second = work / "first", work / "second"
    quiet = dict(check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    synth = [program, "synth", "--contacts", str(n_contacts), "--seed", "7", "--out", first]
    subprocess.run(synth, **quiet)
    shutil.copytree(first, second)
    for name in ["salesforce.csv", "hubspot.csv"]:
        changed(first / "crm" / name, second / "crm" / name)
    for folder, clock in zip([first, second], NIGHTS):
        flags = [f"run.clock={clock}", 'snapshot.dir="../first/out/snapshots"']
        flags = [word for flag in flags for word in ["--set", flag]]
        subprocess.run([program, "run", folder / "nightly.toml", *flags], **quiet)
    scoping = work / "scoping"
    scoping.mkdir()
    (scoping / "incident.toml").write_text(INCIDENT)
    (scoping / "pipeline.toml").write_text(PIPELINE)
    with open(first / "incidents" / "mailing_emails.csv") as rows:
        (scoping / "list.csv").write_text("".join(islice(rows, 1001)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--contacts", type=int, default=400_000)
    args = parser.parse_args()
    program, work = args.program.resolve(), args.work.resolve()
    if not work.exists():
        work.mkdir(parents=True)
        lay_out(program, work, args.contacts)
    out = work / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [program, "run", work / "scoping" / "pipeline.toml", "--out", out]
    _, cpu, n_bytes, said = measured(command)
    for line in said.splitlines():
        if "golden records" in line or "affected:" in line:
            print(line)
    print(f"{n_bytes / 2**20:,.0f} MB, {cpu:.1f} s of CPU time")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What do labels win? Two rows per share of labels: of everybody, and of those not labelled.

labels.py HEADCOUNT OTHERS [SHARE ...]

HEADCOUNT is the program; OTHERS a folder with any of fake_20000.csv, historical_50k.csv and
RLdata10000.csv, as for accuracy.py. The people of a share, chosen by a hash of their cluster's
name, are given to `headcount train --labels`, a run loads the model, and is held against the
truth beside a run that learned without labels.
"""

import csv
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = {"source_id": "unique_id", "first_name": "first_name", "last_name": "surname",
         "birth_date": "dob"}
SETS = {
    "fake_20000.csv": ({**NAMES, "city": "city", "email": "email"}, None),
    "historical_50k.csv": ({**NAMES, "city": "birth_place", "postal_code": "postcode_fake"}, "GB"),
    "RLdata10000.csv": ({"source_id": "id", "first_name": "fname_c1", "last_name": "lname_c1",
                         "birth_date": "dob"}, "DE"),
}
COLUMNS = ["--id", "source_id", "--person", "person"]


def told(*command):
    """Runs the program and gives what it said."""
    ran = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(ran.stderr)
    return ran


def pipeline(work, file, columns, country):
    """Writes a pipeline file."""
    lines = ['pipeline = "nightly_contact_quality"', "[run]", 'root = "."', "[snapshot]",
             "write = false", "[[ingest.source]]", 'name = "s"', f"files = [{json.dumps(str(file))}]"]
    lines += [f"columns.{name} = {json.dumps(column)}" for name, column in columns.items()]
    lines += [f'constants.country = "{country}"'] if country else []
    path = work / "pipeline.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def people(path, rows):
    """Writes whose each record is."""
    with open(path, "w", newline="", encoding="utf-8") as text:
        csv.writer(text).writerows([("source_id", "person"), *rows])
    return path


def show(program, name, run, truth, work):
    """Prints a row."""
    told_of = told(program, "evaluate", run, "--truth", truth, "--json", "--out", work / "e", *COLUMNS)
    found = json.loads(told_of.stdout)
    pairs = found["people"]["pairs"]
    nine = [of for of in found["reliability"]["bins"] if of["from"] >= 0.8 and of["to"] <= 0.951]
    n_pairs = sum(of["n_pairs"] for of in nine)
    said, true = (sum(of[key] * of["n_pairs"] for of in nine) / max(n_pairs, 1)
                  for key in ("said", "came_true"))
    print(f"| {name} | {pairs['precision']:.4f} | {pairs['recall']:.4f} | {pairs['f1']:.4f} | "
          f"{said:.2f} / {true:.2f} ({n_pairs}) |", flush=True)


def measured(program, file, columns, country, shares):
    """All rows of a data set."""
    with tempfile.TemporaryDirectory() as work, open(file, newline="", encoding="utf-8") as text:
        work = Path(work)
        rows = [(row[columns["source_id"]], row["cluster"]) for row in csv.DictReader(text)]
        path, truth = pipeline(work, file.resolve(), columns, country), people(work / "all.csv", rows)
        run = lambda *flags: told(program, "run", path, "--out", work / "out", *flags).stderr.split()[-1]
        alone = run()
        show(program, f"{file.stem}, no labels", alone, truth, work)
        for share in shares:
            draw = lambda of: hashlib.sha256(of.encode()).digest()[0] / 256
            known = people(work / "known.csv", [row for row in rows if draw(row[1]) < share])
            rest = people(work / "rest.csv", [row for row in rows if draw(row[1]) >= share])
            told(program, "train", path, "--model", work / "model.json", "--labels", known, *COLUMNS)
            taught = run("--set", "matching.model=model.json")
            show(program, f"{file.stem}, {share} labelled", taught, truth, work)
            show(program, f"{file.stem}, {share} labelled: the rest", taught, rest, work)
            show(program, f"{file.stem}, no labels: the same rest", alone, rest, work)


print("| data | precision | recall | F1 (pairs) | said / true, given .8 to .95 |")
print("| --- | --- | --- | --- | --- |")
for name, (columns, country) in SETS.items():
    if (Path(sys.argv[2]) / name).exists():
        shares = [float(share) for share in sys.argv[3:]] or [0.1]
        measured(sys.argv[1], Path(sys.argv[2]) / name, columns, country, shares)

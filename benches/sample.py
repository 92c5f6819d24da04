#!/usr/bin/env python3
"""Tells how well the rows of a sample find their customers, on exports whose truth is known.

    headcount synth --contacts 100000 --seed 3 --out SYNTH
    benches/sample.py HEADCOUNT SYNTH WORK [--rows 2000]

A third of the rows are of nobody here: of people all of whose records were taken out of the
exports. The others are of customers, in two kinds. A `stolen` row is a copy of a record of
Salesforce that is still there, as a thief shows it; a `foreign` row is a record that was taken
out, of somebody who has another one left, as a vendor who asked the same people would send it.
Each kind is tried with different columns. A row counts as told where a customer is confirmed or
probable; it is right where that customer has a record of the row's person.
"""

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

import polars as pl

FIELDS = {
    "salesforce": ["FirstName", "LastName", "Birthdate", "MailingStreet", "MailingPostalCode", "MailingCity", "MailingCountryCode", "Email", "Phone"],
    "hubspot": ["First Name", "Last Name", "Date of birth", "Street Address", "Postal Code", "City", "Country/Region", "Email", "Phone Number"],
    "shop": ["vorname", "nachname", "geburtsdatum", "strasse", "plz", "ort", "land", "mail", "telefon"],
}
NAMES = ["first_name", "last_name", "birth_date", "street", "postal_code", "city", "country", "email", "phone"]
IDS = {"salesforce": "Id", "hubspot": "Record ID", "shop": "kundennummer"}
COLUMNS = {
    "name, address": ["first_name", "last_name", "street", "postal_code", "city", "country"],
    "name, birth date": ["first_name", "last_name", "birth_date", "country"],
    "name, address, birth date": NAMES[:7],
    "all, e-mail and phone in every third row": NAMES,
}


def exports(synth):
    """The exports as tables of text, without the rows that are broken on purpose."""
    tables = {}
    for source in ["salesforce", "hubspot"]:
        tables[source] = pl.read_csv(
            synth / "crm" / f"{source}.csv", infer_schema=False, truncate_ragged_lines=True, encoding="utf8-lossy"
        )
    tables["shop"] = pl.read_parquet(synth / "crm" / "shop.parquet")
    return tables


def drawn(tables, truth, kind, n_rows, rng):
    """Draws the records that become rows, and those that leave the exports."""
    of = {}
    for (source, record), person in truth.items():
        of.setdefault(person, []).append((source, record))
    people = sorted(of)
    rng.shuffle(people)
    strangers, people = people[: n_rows // 3], people[n_rows // 3 :]
    rows = [(rng.choice(sorted(of[person])), person) for person in strangers]
    gone = {record for person in strangers for record in of[person]}
    for person in people:
        if len(rows) == n_rows:
            break
        records = sorted(of[person])
        if kind == "stolen":
            records = [record for record in records if record[0] == "salesforce"]
            if records:
                rows.append((rng.choice(records), person))
        elif len(records) > 1:
            record = rng.choice(records)
            rows.append((record, person))
            gone.add(record)
    rng.shuffle(rows)
    return rows, gone


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("headcount")
    parser.add_argument("synth", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--misses", action="store_true", help="leave the rows that were missed in WORK/misses.json")
    settings = parser.parse_args()
    work = settings.work
    tables = exports(settings.synth)
    truth = pl.read_csv(settings.synth / "truth.csv", infer_schema=False)
    truth = {(source, record): person for source, record, person in truth.iter_rows()}
    print("| rows | columns | told | precision | recall | with possible | overlap, true | overlap, told | closest source |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for kind in ["stolen", "foreign"]:
        rng = random.Random(7)
        rows, gone = drawn(tables, truth, kind, settings.rows, rng)
        (work / "crm").mkdir(parents=True, exist_ok=True)
        (work / "orders").mkdir(exist_ok=True)
        left = {}
        for source, table in tables.items():
            out = {record for of, record in gone if of == source}
            kept = table.filter(~pl.col(IDS[source]).is_in(list(out)))
            if source == "shop":
                kept.write_parquet(work / "crm" / "shop.parquet")
            else:
                kept.write_csv(work / "crm" / f"{source}.csv")
            fields = table.select([IDS[source], *FIELDS[source]])
            left.update({(source, row[0]): row[1:] for row in fields.iter_rows()})
        (work / "orders" / "orders.csv").write_text("customer_key,order_id,at,amount,currency\n")
        persons_left = {person for record, person in truth.items() if record not in gone}
        for title, columns in COLUMNS.items():
            run(settings, work, kind, title, columns, rows, left, truth, persons_left)


def run(settings, work, kind, title, columns, rows, left, truth, persons_left):
    rng = random.Random(11)
    shown = []
    for record, _ in rows:
        cells = dict(zip(NAMES, left[record]))
        for name in ["email", "phone"]:
            if rng.random() > 1 / 3:
                cells[name] = None
        # A row is known again by its line, so none has two.
        shown.append([" ".join((cells[column] or "").split()) or None for column in columns])
    pl.DataFrame(shown, schema={name: pl.String for name in columns}, orient="row").write_csv(work / "sample.csv")
    (work / "incident.toml").write_text(
        'id = "leak"\nkind = "security_breach"\ndiscovered_at = "2026-02-26T00:00:00Z"\n'
        '[[scope]]\nfile = "sample.csv"\nidentifier = "sample"\ndata_classes = ["name"]\n'
    )
    text = (settings.synth / "scoping.toml").read_text()
    text = text.replace('incidents = ["incidents/incident.toml"]', 'incidents = ["incident.toml"]')
    (work / "scoping.toml").write_text(text)
    command = [settings.headcount, "run", str(work / "scoping.toml"), "--out", str(work / "out")]
    command += ["--set", "run.clock=2026-03-02T02:00:00Z"]
    subprocess.run(["rm", "-rf", str(work / "out")], check=True)
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr[-3000:])
    (directory,) = [file.parent for file in work.glob("out/breach_scoping/*/manifest.json")]
    why = pl.read_parquet(directory / "why.parquet")
    found = {}
    for line, source, record, evidence in why.select("scope_line", "source", "source_id", "evidence").iter_rows():
        found.setdefault(line - 2, []).append((truth.get((source, record)), evidence))
    n_told = n_right = n_findable = n_right_possible = 0
    misses = []
    for place, (record, person) in enumerate(rows):
        named = found.get(place, [])
        told = {of for of, evidence in named if evidence != "possible"}
        n_told += len(told)
        n_right += person in told
        n_right_possible += any(of == person for of, _ in named)
        if person in persons_left:
            n_findable += 1
            if person not in told:
                others = [other for other, of in truth.items() if of == person and other != record]
                misses.append({"row": shown[place], "named": named, "person": person, "others": [[*other, *left[other]] for other in others if other in left]})
    stake = json.loads((directory / "exposure.json").read_text())["samples"][0]
    print(
        f"| {kind} | {title} | {n_told:,} | {n_right / max(n_told, 1):.4f} | {n_right / n_findable:.4f} | "
        f"{n_right_possible / n_findable:.4f} | {n_findable / len(rows):.3f} | {stake['overlap_share']:.3f} | {stake['closest_source']} |",
        flush=True,
    )
    if settings.misses:
        (work / f"misses-{kind}-{title}.json".replace(" ", "_")).write_text(json.dumps(misses, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()

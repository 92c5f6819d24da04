#!/usr/bin/env python3
"""Holds matching against Splink: the same records, CPU seconds and F1 beside each other.

splink_peer.py FOLDER HEADCOUNT [ROWS]: the folder is one that `headcount synth` made; ROWS, if
given, takes the first so many contacts of the run for both.

Needs `pip install 'splink==5.0.0' pyarrow` (or splink 4, whose settings are the same). Both sides
take the contacts as headcount standardized them, so cleaning is not part of the comparison.
Splink's settings are those that its own documentation advises for people: the comparisons of its
library made for names, dates of birth, e-mails and postcodes, with term frequencies; training by
random sampling and by expectation-maximisation under two blocking rules. Clusters are made at
.95, and at the best of five thresholds, which only an oracle knows.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path


def cpu():
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def contacts(run, n_rows):
    """Gives the standardized contacts as Splink takes them: one row each, first e-mail and phone."""
    import duckdb

    first = """(select record, min_by(value, rank) as value from '{run}/contact_points.parquet'
               where kind = '{kind}' and status <> 'placeholder' group by record)"""
    email, phone = (first.format(run=run, kind=kind) for kind in ["email", "phone"])
    return duckdb.sql(f"""
        select record as unique_id, source, source_id, first_name, last_name,
               cast(birth_date as varchar) as birth_date, street, city, postal_code,
               email.value as email, phone.value as phone
        from '{run}/contacts.parquet'
        left join {email} as email using (record) left join {phone} as phone using (record)
        order by unique_id {f"limit {n_rows}" if n_rows else ""}""").to_arrow_table()


def truth_of(folder, table):
    """Numbers the true person of each row, by source and id."""
    import csv

    with open(folder / "truth.csv", newline="") as file:
        of = {(row["source"], row["source_id"]): row["true_customer_id"]
              for row in csv.DictReader(file)}
    rows = zip(table["source"].to_pylist(), table["source_id"].to_pylist())
    return [of.get(row) for row in rows]


def pairs(sizes):
    return sum(n * (n - 1) // 2 for n in sizes)


def f1(clusters, truth):
    """Gives precision, recall and F1 of the pairs of the clusters."""
    from collections import Counter

    known = [(c, t) for c, t in zip(clusters, truth) if t is not None]
    both = pairs(Counter(known).values())
    linked = pairs(Counter(c for c, _ in known).values())
    true = pairs(Counter(t for _, t in known).values())
    precision, recall = both / max(linked, 1), both / max(true, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def splink_run(table, truth):
    import splink
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    import splink.comparison_library as cl

    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone"),
            block_on("first_name", "last_name"),
            block_on("last_name", "birth_date"),
            block_on("first_name", "birth_date"),
            block_on("last_name", "postal_code"),
            block_on("first_name", "postal_code"),
        ],
        comparisons=[
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("last_name").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.EmailComparison("email").configure(term_frequency_adjustments=True),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("street", [0.92]),
            cl.ExactMatch("postal_code").configure(term_frequency_adjustments=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    start, cpu_start = time.monotonic(), cpu()
    api = DuckDBAPI()
    taken = api.register(table) if hasattr(api, "register") else table
    try:
        linker = Linker(taken, settings)
    except TypeError:
        linker = Linker(table, settings, db_api=api)
    training = linker.training
    certain = [block_on("email", "birth_date"), block_on("first_name", "last_name", "birth_date")]
    training.estimate_probability_two_random_records_match(certain, recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=5e6)
    for rule in [block_on("birth_date"), block_on("email")]:
        training.estimate_parameters_using_expectation_maximisation(rule)
    trained = cpu()
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    scored = cpu()
    marks = [0.95, 0.99, 0.999, 0.9999, 0.99999]
    found, clustered = {}, None
    for mark in [0.95] + [mark for mark in marks if mark != 0.95]:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=mark)
        if clustered is None:
            clustered, wall = cpu(), time.monotonic() - start
        rows = clusters.as_record_list() if hasattr(clusters, "as_record_list") else clusters.as_record_dict()
        of = {row["unique_id"]: row["cluster_id"] for row in rows}
        found[mark] = f1([of.get(record) for record in table["unique_id"].to_pylist()], truth)
    best = max(found, key=lambda mark: found[mark][2])
    return {
        "version": splink.__version__,
        "train_cpu_s": trained - cpu_start,
        "predict_cpu_s": scored - trained,
        "cluster_cpu_s": clustered - scored,
        "cpu_s": clustered - cpu_start,
        "wall_s": wall,
        "at_95": found[0.95],
        "best_at": best,
        "best": found[best],
    }


def main():
    folder, headcount = Path(sys.argv[1]), sys.argv[2]
    n_rows = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    out = folder / "out-peer"
    subprocess.run([headcount, "run", str(folder / "nightly.toml"), "--out", str(out), "--quiet"],
                   check=False, stdout=subprocess.DEVNULL)
    run = max((out / "nightly_contact_quality").glob("*/manifest.json"), key=os.path.getmtime).parent
    manifest = json.loads((run / "manifest.json").read_text())
    table = contacts(run, n_rows)
    truth = truth_of(folder, table)

    import duckdb
    lineage = f"select record, customer from '{run}/lineage.parquet'"
    customer = dict(duckdb.sql(lineage).fetchall())
    ours = f1([customer[record] for record in table["unique_id"].to_pylist()], truth)
    took = manifest["elapsed_ms"]
    print("| | CPU s | wall s | precision | recall | F1 |")
    print("| --- | --- | --- | --- | --- | --- |")
    line = "| {} | {:.1f} | {:.1f} | {:.4f} | {:.4f} | {:.4f} |"
    cpu_ms = took.get("matching, CPU", float("nan"))
    print(line.format(f"headcount, {table.num_rows:,} records, its own threshold", cpu_ms / 1000,
                      took["matching"] / 1000, *ours), flush=True)
    theirs = splink_run(table, truth)
    print(line.format(f"Splink {theirs['version']}, at .95", theirs["cpu_s"], theirs["wall_s"],
                      *theirs["at_95"]))
    print(line.format(f"the same, at {theirs['best_at']} (best)", theirs["cpu_s"],
                      theirs["wall_s"], *theirs["best"]))
    print(f"\nSplink's CPU: training {theirs['train_cpu_s']:.1f} s, predicting "
          f"{theirs['predict_cpu_s']:.1f} s, clustering {theirs['cluster_cpu_s']:.1f} s; "
          f"peak {peak_mb():,.0f} MB. Ratio of CPU: {theirs['cpu_s'] * 1000 / cpu_ms:.0f}.")


if __name__ == "__main__":
    main()

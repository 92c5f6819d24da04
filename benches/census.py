#!/usr/bin/env python3
"""Writes simulated files of authorities, whose noise is that of forms, for accuracy.py.

census.py FOLDER, with `pip install pseudopeople==1.2.8` (Python 3.10): some 20,000 people of a
small town, as its census, its tax office and its social security would have them: households,
nicknames, typing and scanning errors, words of forms for names, missing and swapped fields. Who is
meant stands in the column `cluster`.
"""

import sys
from pathlib import Path

import pseudopeople

FILES = {
    "census20": (pseudopeople.generate_decennial_census, 1, 2020),
    "census30": (pseudopeople.generate_decennial_census, 2, 2030),
    "w2_20": (pseudopeople.generate_taxes_w2_and_1099, 3, 2020),
    "w2_21": (pseudopeople.generate_taxes_w2_and_1099, 4, 2021),
    "ssa": (pseudopeople.generate_social_security, 5, 2025),
    "wic": (pseudopeople.generate_women_infants_and_children, 6, None),
}


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, (generate, seed, year) in FILES.items():
        frame = generate(seed=seed, year=year)
        frame.insert(0, "row_id", [f"{name}-{row}" for row in range(len(frame))])
        frame = frame.rename(columns={"simulant_id": "cluster"})
        frame.to_csv(folder / f"{name}.csv", index=False)


main()

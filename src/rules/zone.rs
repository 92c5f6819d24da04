//! What time is it there, when a day ends?
//!
//! A deadline in days ends with the day where the regulator sits, so a jurisdiction of several
//! zones has that of its capital. The zones are IANA's; those rules are compiled in.

use jiff::tz::TimeZone;

/// Gives the time zone of a jurisdiction; of a region without one of its own, its country's;
/// UTC for one that is not known.
pub fn zone_of(code: &str) -> TimeZone {
    let country = code.split('-').next().unwrap_or(code);
    let name = [code, country].iter().find_map(|code| {
        ZONES.iter().find(|(_, codes)| codes.split(' ').any(|known| known == *code))
    });
    name.and_then(|(name, _)| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}

/// Zones, each with its jurisdictions.
#[rustfmt::skip]
const ZONES: [(&str, &str); 88] = [
    ("America/New_York", "US US-CT US-DE US-DC US-FL US-GA US-ME US-MD US-MA US-NH US-NJ US-NY \
      US-NC US-OH US-PA US-RI US-SC US-VT US-VA US-WV"),
    ("America/Chicago", "US-AL US-AR US-IL US-IA US-KS US-LA US-MN US-MS US-MO US-NE US-ND US-OK \
      US-SD US-TN US-TX US-WI"),
    ("America/Indiana/Indianapolis", "US-IN"),
    ("America/Kentucky/Louisville", "US-KY"),
    ("America/Detroit", "US-MI"),
    ("America/Denver", "US-CO US-MT US-NM US-UT US-WY"),
    ("America/Boise", "US-ID"),
    ("America/Phoenix", "US-AZ"),
    ("America/Los_Angeles", "US-CA US-NV US-OR US-WA"),
    ("America/Juneau", "US-AK"),
    ("Pacific/Honolulu", "US-HI"),
    ("America/Puerto_Rico", "US-PR"),
    ("America/St_Thomas", "US-VI"),
    ("Pacific/Guam", "US-GU"),
    ("America/Toronto", "CA CA-ON CA-QC"),
    ("America/Edmonton", "CA-AB CA-NT"),
    ("America/Vancouver", "CA-BC"),
    ("America/Winnipeg", "CA-MB"),
    ("America/Regina", "CA-SK"),
    ("America/Halifax", "CA-NS CA-PE"),
    ("America/Moncton", "CA-NB"),
    ("America/St_Johns", "CA-NL"),
    ("America/Whitehorse", "CA-YT"),
    ("America/Iqaluit", "CA-NU"),
    ("Europe/Brussels", "BE EU"),
    ("Europe/Vienna", "AT"),
    ("Europe/Sofia", "BG"),
    ("Europe/Zagreb", "HR"),
    ("Asia/Nicosia", "CY"),
    ("Europe/Prague", "CZ"),
    ("Europe/Copenhagen", "DK"),
    ("Europe/Tallinn", "EE"),
    ("Europe/Helsinki", "FI"),
    ("Europe/Paris", "FR"),
    ("Europe/Berlin", "DE"),
    ("Europe/Athens", "GR"),
    ("Europe/Budapest", "HU"),
    ("Europe/Dublin", "IE"),
    ("Europe/Rome", "IT"),
    ("Europe/Riga", "LV"),
    ("Europe/Vilnius", "LT"),
    ("Europe/Luxembourg", "LU"),
    ("Europe/Malta", "MT"),
    ("Europe/Amsterdam", "NL"),
    ("Europe/Warsaw", "PL"),
    ("Europe/Lisbon", "PT"),
    ("Europe/Bucharest", "RO"),
    ("Europe/Bratislava", "SK"),
    ("Europe/Ljubljana", "SI"),
    ("Europe/Madrid", "ES"),
    ("Europe/Stockholm", "SE"),
    ("Atlantic/Reykjavik", "IS"),
    ("Europe/Oslo", "NO"),
    ("Europe/Zurich", "CH LI"),
    ("Europe/London", "GB GG JE IM"),
    ("Europe/Belgrade", "RS"),
    ("Europe/Istanbul", "TR"),
    ("Europe/Moscow", "RU"),
    ("Asia/Tbilisi", "GE"),
    ("Australia/Sydney", "AU"),
    ("Pacific/Auckland", "NZ"),
    ("America/Sao_Paulo", "BR"),
    ("America/Mexico_City", "MX"),
    ("America/Santiago", "CL"),
    ("America/Bogota", "CO"),
    ("America/Guayaquil", "EC"),
    ("America/Lima", "PE"),
    ("America/Montevideo", "UY"),
    ("America/Argentina/Buenos_Aires", "AR"),
    ("America/Costa_Rica", "CR"),
    ("America/Cayman", "KY"),
    ("Asia/Kolkata", "IN"),
    ("Asia/Tokyo", "JP"),
    ("Asia/Seoul", "KR"),
    ("Asia/Singapore", "SG MY"),
    ("Asia/Shanghai", "CN HK TW"),
    ("Asia/Manila", "PH"),
    ("Asia/Bangkok", "TH"),
    ("Asia/Jakarta", "ID"),
    ("Asia/Ho_Chi_Minh", "VN"),
    ("Asia/Jerusalem", "IL"),
    ("Asia/Riyadh", "SA"),
    ("Asia/Dubai", "AE"),
    ("Indian/Mauritius", "MU"),
    ("Africa/Nairobi", "KE"),
    ("Africa/Lagos", "NG"),
    ("Africa/Cairo", "EG"),
    ("Africa/Johannesburg", "ZA"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Jurisdictions;

    #[test]
    fn every_jurisdiction_of_the_built_in_laws_has_a_zone_that_exists() {
        for (name, _) in ZONES {
            assert!(TimeZone::get(name).is_ok(), "{name}");
        }
        for law in Jurisdictions::built_in().all() {
            let known =
                ZONES.iter().any(|(_, codes)| codes.split(' ').any(|code| code == law.code));
            assert!(known, "{}", law.code);
        }
        assert_eq!(zone_of("DE-BY").iana_name(), Some("Europe/Berlin"));
        assert_eq!(zone_of("XX"), TimeZone::UTC);
    }
}

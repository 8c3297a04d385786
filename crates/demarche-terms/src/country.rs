use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A country or territory by its ISO 3166-1 alpha-2 code, in capitals.
///
/// Any two letters are a code: registries also use codes that ISO reserves or does not know (`EU`, `AP`, `ZZ`).
///
/// ```
/// # use demarche_terms::Country;
/// let country: Country = "kp".parse()?;
/// assert_eq!(country.to_string(), "KP");
/// assert_eq!(country.name(), Some("North Korea"));
/// # Ok::<(), demarche_terms::CountryError>(())
/// ```
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[A-Z]{2}$"))]
pub struct Country([u8; 2]);

impl Country {
    /// The code, two capital letters.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only ASCII letters are ever stored; the fallback cannot be reached.
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }

    /// The English short name; `None` where ISO 3166-1 has no such code.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        let index = NAMES.binary_search_by_key(&self.0, |(code, _)| *code).ok()?;
        NAMES.get(index).map(|(_, name)| *name)
    }

    /// Returns true if ISO 3166-1 assigns the code, or it is in use besides: `XK` stands for Kosovo, and `EU`, which is
    /// reserved, for the European Union, also in the registries of addresses.
    ///
    /// ```
    /// # use demarche_terms::Country;
    /// let is_in_use = |code: &str| code.parse::<Country>().is_ok_and(|country| country.is_in_use());
    /// assert!(is_in_use("GB") && is_in_use("XK") && is_in_use("EU"));
    /// assert!(!is_in_use("UK") && !is_in_use("ZZ"));
    /// ```
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        self.name().is_some() || matches!(&self.0, b"XK" | b"EU")
    }

    /// Returns true for the codes by which registries mean a region: `EU`, and `AP` for Asia and the Pacific. No host is
    /// in a region, and no state can be asked for one.
    #[must_use]
    pub fn is_region(&self) -> bool {
        matches!(&self.0, b"EU" | b"AP")
    }

    /// Returns the country of an English name, whatever its capitals, accents and article.
    ///
    /// Common names beside that of ISO 3166-1 are known too. `None` for every other text, and for a code.
    ///
    /// ```
    /// # use demarche_terms::Country;
    /// assert_eq!(Country::named("the Netherlands"), Country::named("Holland"));
    /// assert_eq!(Country::named("Korea"), None, "there are two");
    /// ```
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let wanted = plain(text);
        let common = COMMON.iter().find(|(name, _)| *name == wanted);
        let common = common.map(|(_, code)| Self(*code));
        common.or_else(|| {
            let mut known = Self::all();
            known.find(|(_, name)| plain(name) == wanted).map(|(country, _)| country)
        })
    }

    /// Every country of ISO 3166-1 with its English short name, by code.
    pub fn all() -> impl Iterator<Item = (Self, &'static str)> {
        NAMES.iter().map(|(code, name)| (Self(*code), *name))
    }

    /// The English short name, that of a code in use besides, or else the code.
    ///
    /// ```
    /// # use demarche_terms::Country;
    /// let label = |code: &str| code.parse::<Country>().map(|country| country.label().to_owned());
    /// assert_eq!(label("XK").as_deref(), Ok("Kosovo"));
    /// assert_eq!(label("ZZ").as_deref(), Ok("ZZ"));
    /// ```
    #[must_use]
    pub fn label(&self) -> &str {
        match &self.0 {
            b"XK" => "Kosovo",
            b"EU" => "European Union",
            _ => self.name().unwrap_or_else(|| self.code()),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// The text is not two letters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a country code of two letters (ISO 3166-1 alpha-2): `{0}`")]
pub struct CountryError(String);

impl FromStr for Country {
    type Err = CountryError;

    fn from_str(text: &str) -> Result<Self, CountryError> {
        match text.as_bytes() {
            [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
                Ok(Self([first.to_ascii_uppercase(), second.to_ascii_uppercase()]))
            }
            _ => Err(CountryError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Country {
    type Error = CountryError;

    fn try_from(text: String) -> Result<Self, CountryError> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.code().to_owned()
    }
}

/// Returns a name as it is compared: small letters of ASCII with single spaces, without an article.
fn plain(name: &str) -> String {
    let mut text = String::new();
    for sign in name.chars().flat_map(char::to_lowercase) {
        match sign {
            'a'..='z' => text.push(sign),
            'å' | 'á' | 'ã' => text.push('a'),
            'ç' => text.push('c'),
            'é' => text.push('e'),
            'í' => text.push('i'),
            'ô' | 'ó' => text.push('o'),
            'ü' => text.push('u'),
            '.' | '\'' | '’' => {}
            ' ' | '-' | ',' | '(' | ')' | '&' => text.push(' '),
            // No name has any other sign, so that a text with one matches nothing.
            _ => text.push(sign),
        }
    }
    let words = text.split_whitespace().filter(|word| !["the", "and", "of"].contains(word));
    words.map(|word| if word == "st" { "saint" } else { word }).collect::<Vec<_>>().join(" ")
}

/// Common English names beside those of ISO 3166-1, as [`plain`] has them.
const COMMON: [(&str, [u8; 2]); 34] = [
    ("america", *b"US"),
    ("britain", *b"GB"),
    ("burma", *b"MM"),
    ("cape verde", *b"CV"),
    ("czech republic", *b"CZ"),
    ("democratic peoples republic korea", *b"KP"),
    ("democratic republic congo", *b"CD"),
    ("dprk", *b"KP"),
    ("drc", *b"CD"),
    ("east timor", *b"TL"),
    ("england", *b"GB"),
    ("european union", *b"EU"),
    ("great britain", *b"GB"),
    ("holland", *b"NL"),
    ("iran islamic republic", *b"IR"),
    ("islamic republic iran", *b"IR"),
    ("ivory coast", *b"CI"),
    ("kosovo", *b"XK"),
    ("macedonia", *b"MK"),
    ("peoples republic china", *b"CN"),
    ("prc", *b"CN"),
    ("republic congo", *b"CG"),
    ("republic korea", *b"KR"),
    ("russian federation", *b"RU"),
    ("swaziland", *b"SZ"),
    ("syrian arab republic", *b"SY"),
    ("turkey", *b"TR"),
    ("uae", *b"AE"),
    ("uk", *b"GB"),
    ("united states america", *b"US"),
    ("usa", *b"US"),
    ("vatican", *b"VA"),
    ("vatican city", *b"VA"),
    ("viet nam", *b"VN"),
];

/// ISO 3166-1 alpha-2 codes in order, with English short names.
const NAMES: [([u8; 2], &str); 249] = [
    (*b"AD", "Andorra"),
    (*b"AE", "United Arab Emirates"),
    (*b"AF", "Afghanistan"),
    (*b"AG", "Antigua and Barbuda"),
    (*b"AI", "Anguilla"),
    (*b"AL", "Albania"),
    (*b"AM", "Armenia"),
    (*b"AO", "Angola"),
    (*b"AQ", "Antarctica"),
    (*b"AR", "Argentina"),
    (*b"AS", "American Samoa"),
    (*b"AT", "Austria"),
    (*b"AU", "Australia"),
    (*b"AW", "Aruba"),
    (*b"AX", "Åland Islands"),
    (*b"AZ", "Azerbaijan"),
    (*b"BA", "Bosnia and Herzegovina"),
    (*b"BB", "Barbados"),
    (*b"BD", "Bangladesh"),
    (*b"BE", "Belgium"),
    (*b"BF", "Burkina Faso"),
    (*b"BG", "Bulgaria"),
    (*b"BH", "Bahrain"),
    (*b"BI", "Burundi"),
    (*b"BJ", "Benin"),
    (*b"BL", "Saint Barthélemy"),
    (*b"BM", "Bermuda"),
    (*b"BN", "Brunei"),
    (*b"BO", "Bolivia"),
    (*b"BQ", "Bonaire, Sint Eustatius and Saba"),
    (*b"BR", "Brazil"),
    (*b"BS", "Bahamas"),
    (*b"BT", "Bhutan"),
    (*b"BV", "Bouvet Island"),
    (*b"BW", "Botswana"),
    (*b"BY", "Belarus"),
    (*b"BZ", "Belize"),
    (*b"CA", "Canada"),
    (*b"CC", "Cocos Islands"),
    (*b"CD", "DR Congo"),
    (*b"CF", "Central African Republic"),
    (*b"CG", "Congo"),
    (*b"CH", "Switzerland"),
    (*b"CI", "Côte d'Ivoire"),
    (*b"CK", "Cook Islands"),
    (*b"CL", "Chile"),
    (*b"CM", "Cameroon"),
    (*b"CN", "China"),
    (*b"CO", "Colombia"),
    (*b"CR", "Costa Rica"),
    (*b"CU", "Cuba"),
    (*b"CV", "Cabo Verde"),
    (*b"CW", "Curaçao"),
    (*b"CX", "Christmas Island"),
    (*b"CY", "Cyprus"),
    (*b"CZ", "Czechia"),
    (*b"DE", "Germany"),
    (*b"DJ", "Djibouti"),
    (*b"DK", "Denmark"),
    (*b"DM", "Dominica"),
    (*b"DO", "Dominican Republic"),
    (*b"DZ", "Algeria"),
    (*b"EC", "Ecuador"),
    (*b"EE", "Estonia"),
    (*b"EG", "Egypt"),
    (*b"EH", "Western Sahara"),
    (*b"ER", "Eritrea"),
    (*b"ES", "Spain"),
    (*b"ET", "Ethiopia"),
    (*b"FI", "Finland"),
    (*b"FJ", "Fiji"),
    (*b"FK", "Falkland Islands"),
    (*b"FM", "Micronesia"),
    (*b"FO", "Faroe Islands"),
    (*b"FR", "France"),
    (*b"GA", "Gabon"),
    (*b"GB", "United Kingdom"),
    (*b"GD", "Grenada"),
    (*b"GE", "Georgia"),
    (*b"GF", "French Guiana"),
    (*b"GG", "Guernsey"),
    (*b"GH", "Ghana"),
    (*b"GI", "Gibraltar"),
    (*b"GL", "Greenland"),
    (*b"GM", "Gambia"),
    (*b"GN", "Guinea"),
    (*b"GP", "Guadeloupe"),
    (*b"GQ", "Equatorial Guinea"),
    (*b"GR", "Greece"),
    (*b"GS", "South Georgia"),
    (*b"GT", "Guatemala"),
    (*b"GU", "Guam"),
    (*b"GW", "Guinea-Bissau"),
    (*b"GY", "Guyana"),
    (*b"HK", "Hong Kong"),
    (*b"HM", "Heard and McDonald Islands"),
    (*b"HN", "Honduras"),
    (*b"HR", "Croatia"),
    (*b"HT", "Haiti"),
    (*b"HU", "Hungary"),
    (*b"ID", "Indonesia"),
    (*b"IE", "Ireland"),
    (*b"IL", "Israel"),
    (*b"IM", "Isle of Man"),
    (*b"IN", "India"),
    (*b"IO", "British Indian Ocean Territory"),
    (*b"IQ", "Iraq"),
    (*b"IR", "Iran"),
    (*b"IS", "Iceland"),
    (*b"IT", "Italy"),
    (*b"JE", "Jersey"),
    (*b"JM", "Jamaica"),
    (*b"JO", "Jordan"),
    (*b"JP", "Japan"),
    (*b"KE", "Kenya"),
    (*b"KG", "Kyrgyzstan"),
    (*b"KH", "Cambodia"),
    (*b"KI", "Kiribati"),
    (*b"KM", "Comoros"),
    (*b"KN", "Saint Kitts and Nevis"),
    (*b"KP", "North Korea"),
    (*b"KR", "South Korea"),
    (*b"KW", "Kuwait"),
    (*b"KY", "Cayman Islands"),
    (*b"KZ", "Kazakhstan"),
    (*b"LA", "Laos"),
    (*b"LB", "Lebanon"),
    (*b"LC", "Saint Lucia"),
    (*b"LI", "Liechtenstein"),
    (*b"LK", "Sri Lanka"),
    (*b"LR", "Liberia"),
    (*b"LS", "Lesotho"),
    (*b"LT", "Lithuania"),
    (*b"LU", "Luxembourg"),
    (*b"LV", "Latvia"),
    (*b"LY", "Libya"),
    (*b"MA", "Morocco"),
    (*b"MC", "Monaco"),
    (*b"MD", "Moldova"),
    (*b"ME", "Montenegro"),
    (*b"MF", "Saint Martin"),
    (*b"MG", "Madagascar"),
    (*b"MH", "Marshall Islands"),
    (*b"MK", "North Macedonia"),
    (*b"ML", "Mali"),
    (*b"MM", "Myanmar"),
    (*b"MN", "Mongolia"),
    (*b"MO", "Macao"),
    (*b"MP", "Northern Mariana Islands"),
    (*b"MQ", "Martinique"),
    (*b"MR", "Mauritania"),
    (*b"MS", "Montserrat"),
    (*b"MT", "Malta"),
    (*b"MU", "Mauritius"),
    (*b"MV", "Maldives"),
    (*b"MW", "Malawi"),
    (*b"MX", "Mexico"),
    (*b"MY", "Malaysia"),
    (*b"MZ", "Mozambique"),
    (*b"NA", "Namibia"),
    (*b"NC", "New Caledonia"),
    (*b"NE", "Niger"),
    (*b"NF", "Norfolk Island"),
    (*b"NG", "Nigeria"),
    (*b"NI", "Nicaragua"),
    (*b"NL", "Netherlands"),
    (*b"NO", "Norway"),
    (*b"NP", "Nepal"),
    (*b"NR", "Nauru"),
    (*b"NU", "Niue"),
    (*b"NZ", "New Zealand"),
    (*b"OM", "Oman"),
    (*b"PA", "Panama"),
    (*b"PE", "Peru"),
    (*b"PF", "French Polynesia"),
    (*b"PG", "Papua New Guinea"),
    (*b"PH", "Philippines"),
    (*b"PK", "Pakistan"),
    (*b"PL", "Poland"),
    (*b"PM", "Saint Pierre and Miquelon"),
    (*b"PN", "Pitcairn"),
    (*b"PR", "Puerto Rico"),
    (*b"PS", "Palestine"),
    (*b"PT", "Portugal"),
    (*b"PW", "Palau"),
    (*b"PY", "Paraguay"),
    (*b"QA", "Qatar"),
    (*b"RE", "Réunion"),
    (*b"RO", "Romania"),
    (*b"RS", "Serbia"),
    (*b"RU", "Russia"),
    (*b"RW", "Rwanda"),
    (*b"SA", "Saudi Arabia"),
    (*b"SB", "Solomon Islands"),
    (*b"SC", "Seychelles"),
    (*b"SD", "Sudan"),
    (*b"SE", "Sweden"),
    (*b"SG", "Singapore"),
    (*b"SH", "Saint Helena"),
    (*b"SI", "Slovenia"),
    (*b"SJ", "Svalbard and Jan Mayen"),
    (*b"SK", "Slovakia"),
    (*b"SL", "Sierra Leone"),
    (*b"SM", "San Marino"),
    (*b"SN", "Senegal"),
    (*b"SO", "Somalia"),
    (*b"SR", "Suriname"),
    (*b"SS", "South Sudan"),
    (*b"ST", "São Tomé and Príncipe"),
    (*b"SV", "El Salvador"),
    (*b"SX", "Sint Maarten"),
    (*b"SY", "Syria"),
    (*b"SZ", "Eswatini"),
    (*b"TC", "Turks and Caicos Islands"),
    (*b"TD", "Chad"),
    (*b"TF", "French Southern Territories"),
    (*b"TG", "Togo"),
    (*b"TH", "Thailand"),
    (*b"TJ", "Tajikistan"),
    (*b"TK", "Tokelau"),
    (*b"TL", "Timor-Leste"),
    (*b"TM", "Turkmenistan"),
    (*b"TN", "Tunisia"),
    (*b"TO", "Tonga"),
    (*b"TR", "Türkiye"),
    (*b"TT", "Trinidad and Tobago"),
    (*b"TV", "Tuvalu"),
    (*b"TW", "Taiwan"),
    (*b"TZ", "Tanzania"),
    (*b"UA", "Ukraine"),
    (*b"UG", "Uganda"),
    (*b"UM", "US Minor Outlying Islands"),
    (*b"US", "United States"),
    (*b"UY", "Uruguay"),
    (*b"UZ", "Uzbekistan"),
    (*b"VA", "Holy See"),
    (*b"VC", "Saint Vincent and the Grenadines"),
    (*b"VE", "Venezuela"),
    (*b"VG", "British Virgin Islands"),
    (*b"VI", "US Virgin Islands"),
    (*b"VN", "Vietnam"),
    (*b"VU", "Vanuatu"),
    (*b"WF", "Wallis and Futuna"),
    (*b"WS", "Samoa"),
    (*b"YE", "Yemen"),
    (*b"YT", "Mayotte"),
    (*b"ZA", "South Africa"),
    (*b"ZM", "Zambia"),
    (*b"ZW", "Zimbabwe"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_so_that_the_search_finds_them() {
        assert!(NAMES.is_sorted_by(|left, right| left.0 < right.0));
        assert_eq!("US".parse::<Country>().unwrap().name(), Some("United States"));
        assert_eq!("EU".parse::<Country>().unwrap().name(), None);
    }

    #[test]
    fn every_name_means_the_country_that_has_it() {
        for (country, name) in Country::all() {
            assert_eq!(Country::named(&name.to_uppercase()), Some(country), "{name}");
        }
        for (name, code) in COMMON {
            assert_eq!(plain(name), name);
            assert!(Country(code).is_in_use(), "{name}");
        }
        let code = |name| Country::named(name).map(|country| country.to_string());
        assert_eq!(code("Turkiye"), code("Turkey"));
        assert_eq!(code("the U.S.A.").as_deref(), Some("US"));
        assert_eq!(code("St. Lucia").as_deref(), Some("LC"));
        for text in ["", "IR", "Korea", "Irann", "Iran 1", "\u{202e}Iran"] {
            assert_eq!(Country::named(text), None, "{text}");
        }
    }

    #[test]
    fn other_texts_are_errors() {
        for text in ["", "U", "USA", "1A", "é"] {
            assert!(text.parse::<Country>().is_err(), "{text}");
        }
    }
}

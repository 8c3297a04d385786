//! Duties to notify after a breach, and the reasons why they may apply to a dump.
//!
//! The laws are told in the shortest words that a lawyer would still sign; whether one applies is for counsel to say.
//! The list is not complete: it has the laws of the European Economic Area, the United Kingdom, Switzerland, the United
//! States (health data, and seven states), Canada, Australia, Japan, South Korea, Brazil, Singapore and India, and the
//! contracts with the card brands. What is shown of it says so.
//! Sources: the laws as published, as of November 2026.

use demarche_case::assessment::exposure::{CountryExposed, Duty, KindExposed};
/// The states of the European Economic Area.
const EEA: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Kinds that state laws of the United States list as personal information.
const UNITED_STATES: [&str; 6] =
    ["ssn", "tax_id", "driving_licence", "passport", "card", "bank_account"];

/// Whose data makes a law apply.
enum Reach {
    /// People of these states, by identity numbers or addresses.
    People(&'static [&'static str]),
    /// Data of these kinds, whoever it is about.
    Kinds(&'static [&'static str]),
    /// Both: these kinds, and people of these states.
    KindsOf(&'static [&'static str], &'static [&'static str]),
}

struct Law {
    id: &'static str,
    law: &'static str,
    tell: &'static str,
    within: &'static str,
    hours: Option<u32>,
    reach: Reach,
    source: &'static str,
}

const LAWS: [Law; 20] = [
    Law {
        id: "gdpr-33",
        law: "General Data Protection Regulation, Article 33",
        tell: "the supervisory authority (for several states, the lead authority)",
        within: "72 hours after the controller knows of the breach, unless a risk is unlikely",
        hours: Some(72),
        reach: Reach::People(&EEA),
        source: "Regulation (EU) 2016/679, OJ L 119, 4.5.2016",
    },
    Law {
        id: "gdpr-34",
        law: "General Data Protection Regulation, Article 34",
        tell: "the persons concerned, where the risk to them is high",
        within: "without undue delay",
        hours: None,
        reach: Reach::People(&EEA),
        source: "Regulation (EU) 2016/679, OJ L 119, 4.5.2016",
    },
    Law {
        id: "uk-gdpr",
        law: "UK GDPR, Articles 33 and 34",
        tell: "the Information Commissioner, and the persons where the risk is high",
        within: "72 hours after the controller knows of it; the persons without undue delay",
        hours: Some(72),
        reach: Reach::People(&["GB"]),
        source: "Regulation (EU) 2016/679 as it forms part of the law of the United Kingdom; Data Protection Act 2018",
    },
    Law {
        id: "us-ca",
        law: "California Civil Code § 1798.82",
        tell: "the residents concerned, and the Attorney General from 500 residents on",
        within: "30 calendar days after discovery; the Attorney General 15 days after the residents",
        hours: Some(720),
        reach: Reach::KindsOf(&UNITED_STATES, &["US"]),
        source: "Cal. Civ. Code § 1798.82 as amended by SB 446 (2025)",
    },
    Law {
        id: "us-ny",
        law: "New York General Business Law § 899-aa",
        tell: "the residents concerned, the Attorney General, the Department of State, the State Police and the Department of Financial Services",
        within: "30 days after discovery",
        hours: Some(720),
        reach: Reach::KindsOf(&UNITED_STATES, &["US"]),
        source: "N.Y. Gen. Bus. Law § 899-aa as amended in December 2024",
    },
    Law {
        id: "us-tx",
        law: "Texas Business and Commerce Code § 521.053",
        tell: "the residents concerned, and the Attorney General from 250 residents on",
        within: "60 days after determining the breach; the Attorney General within 30 days",
        hours: Some(720),
        reach: Reach::KindsOf(&UNITED_STATES, &["US"]),
        source: "Tex. Bus. & Com. Code § 521.053 as amended by SB 768 (2023)",
    },
    Law {
        id: "us-fl",
        law: "Florida Statutes § 501.171",
        tell: "the persons concerned, and the Department of Legal Affairs from 500 persons on",
        within: "30 days after determining the breach",
        hours: Some(720),
        reach: Reach::KindsOf(&UNITED_STATES, &["US"]),
        source: "Fla. Stat. § 501.171",
    },
    Law {
        id: "us-ma",
        law: "Massachusetts General Laws chapter 93H",
        tell: "the residents concerned, the Attorney General and the Office of Consumer Affairs",
        within: "as soon as practicable and without unreasonable delay",
        hours: None,
        reach: Reach::KindsOf(&UNITED_STATES, &["US"]),
        source: "Mass. Gen. Laws ch. 93H § 3",
    },
    Law {
        id: "us-wa",
        law: "Revised Code of Washington 19.255.010",
        tell: "the residents concerned, and the Attorney General from more than 500 residents on",
        within: "30 calendar days after discovery",
        hours: Some(720),
        reach: Reach::KindsOf(&UNITED_STATES, &["US"]),
        source: "RCW 19.255.010",
    },
    Law {
        id: "us-il",
        law: "Illinois Personal Information Protection Act",
        tell: "the residents concerned, and the Attorney General from more than 500 residents on",
        within: "in the most expedient time possible and without unreasonable delay",
        hours: None,
        reach: Reach::KindsOf(&UNITED_STATES, &["US"]),
        source: "815 ILCS 530/10",
    },
    Law {
        id: "us-hipaa",
        law: "HIPAA Breach Notification Rule",
        tell: "the persons concerned and the Secretary of Health; the media from more than 500 residents of a state on",
        within: "60 calendar days after discovery; only for covered entities and their associates",
        hours: Some(1440),
        reach: Reach::KindsOf(&["health"], &["US"]),
        source: "45 CFR §§ 164.400–414",
    },
    Law {
        id: "pci",
        law: "contracts with the payment card brands (no law)",
        tell: "the acquiring bank, and the card brands where the contract says so",
        within: "immediately, as the contract with the card brands says",
        hours: None,
        reach: Reach::Kinds(&["card"]),
        source: "PCI DSS v4.0.1, requirement 12.10; the contract with the acquirer",
    },
    Law {
        id: "ch-fadp",
        law: "Swiss Federal Act on Data Protection, Article 24",
        tell: "the Federal Data Protection and Information Commissioner, and the persons where they must protect themselves",
        within: "as soon as possible, where the risk is high",
        hours: None,
        reach: Reach::People(&["CH"]),
        source: "SR 235.1, Article 24",
    },
    Law {
        id: "ca-pipeda",
        law: "Personal Information Protection and Electronic Documents Act, section 10.1",
        tell: "the Privacy Commissioner of Canada and the persons concerned",
        within: "as soon as feasible, where there is a real risk of significant harm",
        hours: None,
        reach: Reach::People(&["CA"]),
        source: "S.C. 2000, c. 5, s. 10.1",
    },
    Law {
        id: "au-ndb",
        law: "Privacy Act 1988, Part IIIC",
        tell: "the Australian Information Commissioner and the persons concerned",
        within: "an assessment within 30 days, then as soon as practicable",
        hours: Some(720),
        reach: Reach::People(&["AU"]),
        source: "Privacy Act 1988 (Cth), Part IIIC",
    },
    Law {
        id: "jp-appi",
        law: "Act on the Protection of Personal Information, Article 26",
        tell: "the Personal Information Protection Commission and the persons concerned",
        within: "a first report within 3 to 5 days, the full one within 30 (60 for deliberate acts)",
        hours: Some(120),
        reach: Reach::People(&["JP"]),
        source: "Act No. 57 of 2003, Article 26; Enforcement Rules, Article 8",
    },
    Law {
        id: "kr-pipa",
        law: "Personal Information Protection Act, Article 34",
        tell: "the persons concerned and the Personal Information Protection Commission",
        within: "72 hours",
        hours: Some(72),
        reach: Reach::People(&["KR"]),
        source: "Personal Information Protection Act of Korea, Article 34; Enforcement Decree, Articles 39 and 40",
    },
    Law {
        id: "br-lgpd",
        law: "Lei Geral de Proteção de Dados, Article 48",
        tell: "the Autoridade Nacional de Proteção de Dados and the persons concerned",
        within: "three business days",
        hours: Some(72),
        reach: Reach::People(&["BR"]),
        source: "Lei 13.709/2018, art. 48; Resolução CD/ANPD 15/2024",
    },
    Law {
        id: "sg-pdpa",
        law: "Personal Data Protection Act 2012, Part 6A",
        tell: "the Personal Data Protection Commission from 500 persons on or where harm is significant, and the persons",
        within: "three calendar days after assessing that the breach is notifiable",
        hours: Some(72),
        reach: Reach::People(&["SG"]),
        source: "Personal Data Protection Act 2012, ss. 26B–26D",
    },
    Law {
        id: "in-cert",
        law: "Directions of CERT-In under section 70B(6) of the Information Technology Act",
        tell: "CERT-In",
        within: "six hours after noticing the incident",
        hours: Some(6),
        reach: Reach::People(&["IN"]),
        source: "CERT-In, No. 20(3)/2022-CERT-In, 28 April 2022",
    },
];

/// The states that a reason names.
const NAMED: usize = 3;

/// The duties that may apply, those with the shortest time first.
pub(crate) fn duties(kinds: &[KindExposed], countries: &[CountryExposed]) -> Vec<Duty> {
    let mut duties: Vec<Duty> = LAWS
        .iter()
        .filter_map(|law| Some((law, because(&law.reach, kinds, countries)?)))
        .map(|(law, because)| Duty {
            id: law.id.to_owned(),
            law: law.law.to_owned(),
            tell: law.tell.to_owned(),
            within: law.within.to_owned(),
            hours: law.hours,
            because,
            source: law.source.to_owned(),
        })
        .collect();
    duties.sort_by_key(|duty| (duty.hours.unwrap_or(u32::MAX), duty.id.clone()));
    duties
}

/// The reason why a law may apply; `None` where nothing in the dump tells so.
fn because(reach: &Reach, kinds: &[KindExposed], countries: &[CountryExposed]) -> Option<String> {
    match reach {
        Reach::People(states) => people_of(states, countries),
        Reach::Kinds(named) => values_of(named, kinds),
        Reach::KindsOf(named, states) => {
            let values = values_of(named, kinds)?;
            people_of(states, countries).map(|people| format!("{values}; {people}"))
        }
    }
}

fn people_of(states: &[&str], countries: &[CountryExposed]) -> Option<String> {
    let named = countries.iter().filter(|told| states.contains(&told.country.code()));
    let named: Vec<&CountryExposed> =
        named.filter(|told| told.identity_numbers + told.addresses > 0).collect();
    let told = |of: &&CountryExposed| {
        let numbers = counted(of.identity_numbers, "identity number", "identity numbers");
        let addresses = counted(of.addresses, "person with an address", "persons with addresses");
        let found: Vec<String> = [numbers, addresses].into_iter().flatten().collect();
        format!("{} of {}", found.join(" and "), of.country.code())
    };
    let mut told: Vec<String> = named.iter().take(NAMED).map(told).collect();
    if named.len() > NAMED {
        told.push(match named.len() - NAMED {
            1 => "people of 1 more state".to_owned(),
            more => format!("people of {more} more states"),
        });
    }
    (!told.is_empty()).then(|| told.join(", "))
}

fn values_of(named: &[&str], kinds: &[KindExposed]) -> Option<String> {
    let found: Vec<String> = kinds
        .iter()
        .filter(|told| named.contains(&told.kind.as_str()))
        .map(|told| format!("{} ({})", told.title, told.values))
        .collect();
    (!found.is_empty()).then(|| found.join(", "))
}

fn counted(number: u64, singular: &str, plural: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {singular}")),
        more => Some(format!("{more} {plural}")),
    }
}

#[cfg(test)]
mod tests {
    use demarche_terms::Country;

    use super::*;

    fn people(code: &str, identity_numbers: u64) -> CountryExposed {
        let country: Country = code.parse().unwrap();
        CountryExposed { country, addresses: 0, numbers: identity_numbers, identity_numbers }
    }

    #[test]
    fn a_duty_applies_where_people_of_its_state_are_in_the_dump() {
        assert_eq!(duties(&[], &[]), []);
        let found = duties(&[], &[people("DE", 2), people("IN", 1)]);
        let ids: Vec<&str> = found.iter().map(|duty| duty.id.as_str()).collect();
        assert_eq!(ids, ["in-cert", "gdpr-33", "gdpr-34"]);
        assert!(found[1].because.starts_with("2 identity numbers"), "{}", found[1].because);
        assert_eq!(
            duties(&[], &[people("DE", 0)]),
            [],
            "telephone numbers alone tell of no resident"
        );
    }

    #[test]
    fn no_term_is_told_that_no_law_gives() {
        let card = KindExposed {
            kind: "card".to_owned(),
            title: "Payment cards".to_owned(),
            gravity: demarche_case::assessment::exposure::Gravity::Identity,
            values: 1,
            contents: 1,
            by_checksum: 1,
            by_format: 0,
            by_context: 0,
            countries: Vec::new(),
        };
        let found = duties(&[card], &[]);
        assert_eq!((found[0].id.as_str(), found[0].hours), ("pci", None));
        assert!(found[0].within.starts_with("immediately, as the contract"), "{}", found[0].within);
    }

    #[test]
    fn states_that_are_not_named_are_counted_in_the_right_number() {
        let because = |codes: &[&str]| {
            let people: Vec<CountryExposed> = codes.iter().map(|code| people(code, 1)).collect();
            duties(&[], &people)[0].because.clone()
        };
        assert!(because(&["DE", "FR", "IT", "ES"]).ends_with("people of 1 more state"));
        assert!(because(&["DE", "FR", "IT", "ES", "PL"]).ends_with("people of 2 more states"));
        assert!(!because(&["DE", "FR", "IT"]).contains("more"));
    }
}

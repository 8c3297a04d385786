//! What a leak disclosed: the section of the report, the page of its own, the answers, and the notes.

use demarche_case::assessment::Assessment;
use demarche_case::assessment::exposure::*;
use demarche_case::{Moment, Tlp};
use demarche_report::{
    Section, brief, exposure_answer, exposure_html, exposure_people, exposure_scan, note,
    svg_of_exposure_mailboxes, svg_of_exposure_months, terminal, to_html,
};

use crate::fixtures::{Seed, country, small};
use crate::judged::judged;
use crate::weighed::weighed;
use crate::well_formed::check;

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

fn kind(name: &str, title: &str, gravity: Gravity, values: u64, checked: [u64; 3]) -> KindExposed {
    let [by_checksum, by_format, by_context] = checked;
    KindExposed {
        kind: name.to_owned(),
        title: title.to_owned(),
        gravity,
        values,
        contents: values / 3 + 1,
        by_checksum,
        by_format,
        by_context,
        countries: Vec::new(),
    }
}

fn counts(kinds: &[(&str, u64)]) -> Vec<KindCount> {
    let count =
        |(kind, values): &(&str, u64)| KindCount { kind: (*kind).to_owned(), values: *values };
    kinds.iter().map(count).collect()
}

fn kinds() -> Vec<KindExposed> {
    let issued = |code: &str, values: u64| CountryValues { country: country(code), values };
    let mut kinds = vec![
        kind("password", "passwords", Gravity::Access, 312, [0, 0, 312]),
        kind("private_key", "private keys", Gravity::Access, 4, [0, 4, 0]),
        kind("ssn", "US social security numbers", Gravity::Identity, 47_426, [0, 0, 47_426]),
        kind("national_id", "national identity numbers", Gravity::Identity, 1_209, [1_180, 29, 0]),
        kind("card", "payment card numbers", Gravity::Identity, 880, [880, 0, 0]),
        kind("iban", "international bank account numbers", Gravity::Identity, 63, [63, 0, 0]),
        kind("health", "diagnoses", Gravity::Special, 1_204, [0, 0, 1_204]),
        kind("salary", "salaries", Gravity::Personal, 17_001, [0, 0, 17_001]),
        kind("phone", "telephone numbers", Gravity::Personal, 120_331, [0, 120_331, 0]),
        kind("privilege", "texts under legal privilege", Gravity::Confidential, 411, [0, 0, 411]),
    ];
    kinds[2].countries = vec![issued("US", 47_426)];
    kinds[3].countries =
        vec![issued("DE", 1_204), issued("FR", 3), issued("SE", 1), issued("PL", 1)];
    kinds
}

fn read() -> DumpRead {
    DumpRead {
        files: 38_102,
        bytes: 38_114_000_000,
        message_copies: 173_114,
        messages: 120_431,
        documents: 8_211,
        attachments: 30_112,
        bytes_unread: 2_103_114_000,
        partly_read: 12,
        losses: Vec::new(),
        unread: vec![
            UnreadContents {
                reason: "it is encrypted and its password is not known".to_owned(),
                contents: 211,
                bytes: 2_100_000_000,
                example: "exposed/hr/payroll 2013.zip".to_owned(),
            },
            UnreadContents {
                reason: "the document is a picture without text".to_owned(),
                contents: 9,
                bytes: 3_114_000,
                example: "exposed/mail/amy.mbox!message 12!scan.pdf".to_owned(),
            },
        ],
        first: Some(moment("2012-05-03")),
        last: Some(moment("2014-11-24")),
        ..DumpRead::default()
    }
}

fn people() -> PeopleExposed {
    let person =
        |name: &str, addresses: &[&str], kinds: &[(&str, u64)], merged: &[&str]| PersonExposed {
            name: name.to_owned(),
            addresses: addresses.iter().map(|address| (*address).to_owned()).collect(),
            is_insider: addresses.iter().any(|address| address.ends_with("studio.example")),
            messages: 4_120,
            mailboxes: 7,
            kinds: counts(kinds),
            country: Some(country("US")),
            merged: merged.iter().map(|reason| (*reason).to_owned()).collect(),
        };
    PeopleExposed {
        network: PersonNetwork::default(),
        persons: 31_204,
        insiders: 6_812,
        named_in_data: 47_120,
        values_without_name: 3_311,
        most_exposed: vec![
            person(
                "Amy Example",
                &["amy.example@studio.example", "amy@home.example"],
                &[("password", 3), ("ssn", 1), ("health", 2), ("salary", 4), ("phone", 2)],
                &["both addresses have the name “Amy Example”, which nobody else has"],
            ),
            person("Bert Muster", &["bert@muster.example"], &[("national_id", 1)], &[]),
        ],
    }
}

fn secrets() -> Vec<SecretExposed> {
    let secret = |line: u64| SecretExposed {
        kind: "password".to_owned(),
        title: "a password beside the word “password”".to_owned(),
        masked: format!("{} signs", 8 + line % 7),
        place: format!("exposed/mail/it-desk.mbox!message {line}"),
        line,
        last: (!line.is_multiple_of(5)).then(|| moment("2014-11-20")),
    };
    (1..=43).map(secret).collect()
}

fn duties() -> Vec<Duty> {
    let duty = |id: &str, law: &str, tell: &str, within: &str, hours: Option<u32>| Duty {
        id: id.to_owned(),
        law: law.to_owned(),
        tell: tell.to_owned(),
        within: within.to_owned(),
        hours,
        because: "1,204 identity numbers issued by Germany".to_owned(),
        source: "Regulation (EU) 2016/679, OJ L 119, 4.5.2016".to_owned(),
    };
    vec![
        duty(
            "gdpr-33",
            "General Data Protection Regulation, Article 33",
            "the supervisory authority",
            "72 hours after the controller knows of the breach",
            Some(72),
        ),
        duty(
            "us-ca",
            "California Civil Code § 1798.82",
            "the residents concerned",
            "30 days",
            Some(720),
        ),
        duty(
            "gdpr-34",
            "General Data Protection Regulation, Article 34",
            "the persons concerned",
            "without undue delay",
            None,
        ),
    ]
}

/// An inventory like that of a studio in 2014.
pub(crate) fn exposure() -> ExposureFindings {
    let mailbox =
        |path: &str, owner: Option<&str>, messages: u64, kinds: &[(&str, u64)]| MailboxExposed {
            path: path.to_owned(),
            owner: owner.map(str::to_owned),
            messages,
            kinds: counts(kinds),
        };
    let organisation = |domain: &str, is_insider: bool, messages: u64| OrganisationExposed {
        domain: domain.to_owned(),
        is_insider,
        addresses: messages / 20 + 1,
        messages,
    };
    let concerned = |code: &str, identity_numbers: u64, addresses: u64| CountryExposed {
        country: country(code),
        addresses,
        numbers: identity_numbers + addresses,
        identity_numbers,
    };
    let mut months: Vec<MonthExposed> = (0..31_u64)
        .map(|index| MonthExposed {
            month: moment(&format!("{}-{:02}", 2012 + (4 + index) / 12, (4 + index) % 12 + 1)),
            messages: 800 + index * index * 9 % 5_000,
        })
        .collect();
    months.insert(0, MonthExposed { month: moment("1970-01"), messages: 3 });
    ExposureFindings {
        dump: "exposed".to_owned(),
        read: read(),
        kinds: kinds(),
        mailboxes: vec![
            mailbox(
                "exposed/mail/amy.pst",
                Some("amy.example@studio.example"),
                61_204,
                &[
                    ("password", 41),
                    ("ssn", 3_112),
                    ("card", 12),
                    ("salary", 1_204),
                    ("phone", 9_001),
                ],
            ),
            mailbox(
                "exposed/mail/it-desk.mbox",
                None,
                14_112,
                &[("password", 260), ("private_key", 4)],
            ),
            mailbox(
                "exposed/mail/legal.mbox",
                Some("legal@studio.example"),
                9_311,
                &[("privilege", 402), ("national_id", 1), ("health", 12)],
            ),
        ],
        people: people(),
        organisations: vec![
            organisation("studio.example", true, 110_204),
            organisation("agency.example", false, 4_112),
        ],
        countries: vec![
            concerned("US", 47_426, 20_114),
            concerned("DE", 1_204, 312),
            concerned("TH", 0, 4),
        ],
        months,
        worst: vec![ContentExposed {
            place: "exposed/hr/salaries.zip!salaries.xlsx".to_owned(),
            places: 3,
            sha256: "9f86d081884c7d65".to_owned(),
            kinds: counts(&[("ssn", 47_120), ("salary", 16_990)]),
        }],
        secrets: secrets(),
        duties: duties(),
    }
}

/// An inventory of a dump that has nothing in it.
pub(crate) fn empty_exposure() -> ExposureFindings {
    ExposureFindings { dump: "exposed".to_owned(), ..ExposureFindings::default() }
}

/// Hundreds of mailboxes, persons and places with names of 300 signs, and counts up to the largest.
pub(crate) fn huge_exposure() -> ExposureFindings {
    let mut seed = Seed(3);
    let mut findings = exposure();
    let long = |index: u64| format!("{index}{}", " Äußerst-langer_Name/".repeat(15));
    for kind in &mut findings.kinds {
        kind.title = long(1);
        kind.values = u64::MAX;
    }
    for index in 0..10 {
        let name = format!("own-{index}");
        findings.kinds.push(kind(&name, &long(index), Gravity::Confidential, index, [0, 0, index]));
    }
    let names: Vec<String> = findings.kinds.iter().map(|kind| kind.kind.clone()).collect();
    for index in 0..200 {
        let mut values = || 10_u64.pow(u32::try_from(seed.next(20)).unwrap());
        let kinds: Vec<KindCount> =
            names.iter().map(|name| KindCount { kind: name.clone(), values: values() }).collect();
        findings.mailboxes.push(MailboxExposed {
            path: long(index),
            owner: (index % 3 > 0).then(|| long(index)),
            messages: seed.next(1_000_000),
            kinds: kinds.clone(),
        });
        findings.people.most_exposed.push(PersonExposed {
            name: long(index),
            addresses: (0..30).map(long).collect(),
            is_insider: index % 2 == 0,
            messages: u64::MAX,
            mailboxes: 9,
            kinds,
            country: None,
            merged: (0..30).map(long).collect(),
        });
        findings.read.unread.push(UnreadContents {
            reason: long(index),
            contents: u64::MAX,
            bytes: u64::MAX,
            example: long(index),
        });
    }
    for year in 1000..2000 {
        findings
            .months
            .push(MonthExposed { month: moment(&format!("{year}-06")), messages: seed.next(900) });
    }
    findings.read.bytes_unread = u64::MAX;
    findings.people.persons = u64::MAX;
    findings
}

/// The usual inventory with a text in every place that may hold one from outside.
pub(crate) fn filled_exposure(text: &str) -> ExposureFindings {
    let mut findings = exposure();
    let fill = |field: &mut String| text.clone_into(field);
    let fill_kinds =
        |kinds: &mut Vec<KindCount>| kinds.iter_mut().for_each(|kind| fill(&mut kind.kind));
    fill(&mut findings.dump);
    for unread in &mut findings.read.unread {
        fill(&mut unread.reason);
        fill(&mut unread.example);
    }
    for kind in &mut findings.kinds {
        fill(&mut kind.kind);
        fill(&mut kind.title);
    }
    for mailbox in &mut findings.mailboxes {
        fill(&mut mailbox.path);
        mailbox.owner.iter_mut().for_each(fill);
        fill_kinds(&mut mailbox.kinds);
    }
    for person in &mut findings.people.most_exposed {
        fill(&mut person.name);
        person.addresses.iter_mut().for_each(fill);
        person.merged.iter_mut().for_each(fill);
        fill_kinds(&mut person.kinds);
    }
    for organisation in &mut findings.organisations {
        fill(&mut organisation.domain);
    }
    for content in &mut findings.worst {
        fill(&mut content.place);
        fill(&mut content.sha256);
        fill_kinds(&mut content.kinds);
    }
    for secret in &mut findings.secrets {
        let SecretExposed { kind, title, masked, place, line: _, last: _ } = secret;
        [kind, title, masked, place].into_iter().for_each(fill);
    }
    for duty in &mut findings.duties {
        let Duty { id, law, tell, within, hours: _, because, source } = duty;
        [id, law, tell, within, because, source].into_iter().for_each(fill);
    }
    findings
}

pub(crate) fn with_exposure(findings: ExposureFindings) -> Assessment {
    Assessment { exposure: Some(findings), ..judged() }
}

/// Every output by the end of its name.
pub(crate) fn everything(findings: &ExposureFindings) -> Vec<(&'static str, String)> {
    let mut released = with_exposure(findings.clone());
    released.case.exposed.tlp = Tlp::Green;
    vec![
        (".html", exposure_html(findings, Tlp::Red)),
        ("-report.html", to_html(&with_exposure(findings.clone()))),
        ("-note-DE.html", note(&released, country("DE")).html),
        ("-months.svg", svg_of_exposure_months(&findings.months)),
        ("-mailboxes.svg", svg_of_exposure_mailboxes(findings)),
    ]
}

#[test]
fn pages_and_drawings_of_every_size_are_well_formed() {
    for (name, findings) in
        [("usual", exposure()), ("empty", empty_exposure()), ("huge", huge_exposure())]
    {
        for (end, text) in everything(&findings) {
            check(&format!("{name}{end}"), &text);
        }
        let shown = |sections: &[Section]| terminal(sections);
        assert!(!shown(&exposure_scan(&findings)).is_empty(), "{name}");
        assert!(!shown(&exposure_people(&findings)).is_empty(), "{name}");
    }
}

#[test]
fn the_answer_says_how_much_was_read_and_what_is_gravest() {
    let answer = exposure_answer(&exposure()).join("\n").replace('\u{a0}', " ");
    expect_test::expect![[r#"
        120,431 messages and 8,211 documents were exposed, copies counted once.
        The messages are from 3 May 2012 to 24 November 2014.
        94.5 % of the exposed bytes were read; 220 contents could not be read.
        Of 12 contents only a part was read.
        At least 31,204 persons have an address in the exposed files.
        Sensitive data names at least 47,120 persons.
        316 passwords and keys that open other systems were found, most of them passwords (312).
        49,578 values by which others take an identity or money were found, most of them US social security numbers (47,426).
        1,204 values on health were found (diagnoses).
        Under three laws or rules notices may be due, the first within 72 hours."#]].assert_eq(&answer);
    let empty = exposure_answer(&empty_exposure()).join("\n");
    expect_test::expect!["No message and no document was found in the exposed files."]
        .assert_eq(&empty);
}

#[test]
fn the_terminal_has_at_most_twenty_secrets_and_counts_the_others() {
    let text = terminal(&exposure_scan(&exposure()));
    assert_eq!(text.matches("it-desk.mbox!message").count(), 20, "{text}");
    assert!(text.contains("And 23 more"), "{text}");
    assert!(text.contains("ask counsel"), "{text}");
}

#[test]
fn the_brief_has_a_sentence_on_the_leak_and_never_more_than_eight() {
    let whole =
        Assessment { attribution: judged().attribution, exposure: Some(exposure()), ..weighed() };
    for assessment in [whole, with_exposure(exposure()), with_exposure(huge_exposure())] {
        let told = brief(&assessment);
        assert!(told.len() <= 8, "{told:#?}");
        assert!(told.iter().any(|told| told.section == "exposure"), "{told:#?}");
        let page = to_html(&assessment);
        for told in told {
            assert!(page.contains(&format!("id=\"{}\"", told.section)), "{told:?}");
        }
    }
}

#[test]
fn a_state_is_told_of_its_own_people_and_of_nobody_elses() {
    let mut assessment = Assessment { exposure: Some(exposure()), ..small() };
    assessment.case.exposed.tlp = Tlp::Green;
    let text = |code: &str| note(&assessment, country(code)).markdown.replace('\u{a0}', " ");
    let thai = text("TH");
    assert!(thai.contains("What was disclosed"), "{thai}");
    assert!(thai.contains("payment card numbers: 880"), "{thai}");
    assert!(thai.contains("At least 4 persons have an address"), "{thai}");
    assert!(!thai.contains("1,204 identity numbers"), "{thai}");
    let german = text("DE");
    assert!(
        german.contains("Among them are at least 1,204 identity numbers issued by Germany."),
        "{german}"
    );
    let japanese = text("JP");
    assert!(japanese.contains("What was disclosed") && !japanese.contains("protect its people"));
}

#[test]
fn the_accused_and_certs_are_told_nothing_of_the_leak() {
    let mut assessment = Assessment { exposure: Some(exposure()), ..small() };
    assessment.case.exposed.tlp = Tlp::Clear;
    for to in ["KP", "TH-CERT"] {
        let to: demarche_case::Recipient = to.parse().unwrap();
        let note = note(&assessment, to);
        for text in [note.markdown, note.html] {
            assert!(!text.contains("disclosed") && !text.contains("payment card"), "{to}: {text}");
        }
    }
}

#[test]
fn under_amber_nobody_is_told_and_the_sender_reads_why() {
    let mut assessment = Assessment { exposure: Some(exposure()), ..small() };
    assessment.case.exposed.tlp = Tlp::Amber;
    let note = note(&assessment, country("TH"));
    assert!(!note.markdown.contains("What was disclosed"));
    assert!(note.sender_markdown.contains("kinds and counts of what was exposed"));
}

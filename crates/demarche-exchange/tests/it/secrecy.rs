//! No bundle holds what its addressee may not know.
//!
//! Cases come from seeds, with a word of its own in every part; the words of what is withheld are searched in the bytes.
//! Each bundle is then compared with that of a case in which what is withheld never was.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::routes::{Located, LocationNote};
use demarche_case::assessment::{Assessment, SharedAttribution};
use demarche_case::{
    Body, Case, ClaimKind, Country, PartyId, Recipient, Released, Role, Tlp, released,
};
use demarche_exchange::{ExportError, Format, Onward, Settings, export, export_as, onward};
use demarche_stix::{TlpVersion, read};

use crate::fixtures::{Seed, country, network, small, small_routes};
use crate::judged::findings;

/// A word that stands in one part and nowhere else.
struct Word {
    text: String,
    tlp: Tlp,
    release_to: BTreeSet<Country>,
}

struct Generated {
    assessment: Assessment,
    words: Vec<Word>,
}

/// Ids for which the fixture has weights, so that there is a judgement.
const IDS: [&str; 8] =
    ["wiper", "c2-th", "c2-pl", "operators-cn", "intercept", "c2-hidden", "destover", "rawdisk"];

const STATES: [&str; 6] = ["CN", "TH", "KP", "JP", "PL", "FR"];

struct Writer {
    seed: Seed,
    case: String,
    evidence: String,
    words: Vec<Word>,
}

impl Writer {
    fn below(&mut self, end: u64) -> usize {
        usize::try_from(self.seed.next(end)).unwrap()
    }

    fn marking(&mut self) -> Tlp {
        Tlp::ALL[self.below(5)]
    }

    fn word(&mut self, tlp: Tlp, release_to: BTreeSet<Country>) -> String {
        let text = format!("zq{}qz", self.words.len());
        self.words.push(Word { text: text.clone(), tlp, release_to });
        text
    }

    fn head(&mut self) {
        let tlp = if self.below(4) == 0 { self.marking() } else { Tlp::Green };
        let word = self.word(tlp, BTreeSet::new());
        self.case = format!(
            "id = \"{word}\"\ntitle = \"{word} title\"\ntlp = \"{}\"\nsummary = \"{word} summary.\"\nbegan = \"2014-09\"\n\
             [owner]\norganisation = \"The sender\"\ncountry = \"US\"\ncontact = \"desk\"\n",
            tlp.word()
        );
        let parties = [
            ("victim", "US", "victim"),
            ("kp", "KP", "responsible-alleged"),
            ("cn", "CN", "transit"),
            ("jp", "JP", "partner"),
            ("sender", "US", "sender"),
        ];
        for (id, state, role) in parties {
            self.case.push_str(&format!(
                "[[party]]\nid = \"{id}\"\nname = \"{word} {id}\"\ncountry = \"{state}\"\nrole = \"{role}\"\ncontact = \"{word} phone\"\nnote = \"{word} note\"\nsector = \"media\"\n"
            ));
        }
    }

    fn item(&mut self, id: &str) {
        let kinds = [Body::KINDS.as_slice(), &["infrastructure", "sample"]].concat();
        let kind = kinds[self.below(kinds.len() as u64)];
        let tlp = self.marking();
        let mut release_to = BTreeSet::new();
        for code in STATES {
            if tlp == Tlp::Amber && self.below(2) == 0 {
                release_to.insert(country(code));
            }
        }
        let number = self.words.len();
        let codes: Vec<String> = release_to.iter().map(|code| format!("\"{code}\"")).collect();
        let word = self.word(tlp, release_to);
        let state = STATES[self.below(6)];
        let body = match kind {
            "sample" => {
                format!("name = \"{word}.exe\"\nrole = \"{word} wiper\"\nmd5 = \"{number:032x}\"")
            }
            "technique" => format!("technique = \"T{:04}\"\nname = \"{word} name\"", 1000 + number),
            "software" => format!(
                "name = \"{word} tool\"\nrole = \"{word} role\"\naliases = [\"{word} alias\"]"
            ),
            "infrastructure" => format!(
                "address = \"10.77.{number}.201\"\nhost = \"{word}.example\"\nurl = \"https://{word}.example/x\"\nrole = \"{word} role\"\nports = [80{number:02}]\ncountry = \"{state}\""
            ),
            "shared-code" => format!("with = \"{word} program\"\nshared = [\"{word} part\"]"),
            "artefact" => format!("trace = \"{word} trace\"\nvalue = \"{word} value\""),
            "claim-of-responsibility" => format!("name = \"{word} front\""),
            "damage" => format!("number = 7\nunit = \"{word} units\""),
            "route-data" => format!(
                "table = \"rib\"\norigin = \"{word} collector\"\nlicence = \"{word} terms\"\nfile = \"found/{word}.bin\""
            ),
            _ => String::new(),
        };
        let released = if codes.is_empty() {
            String::new()
        } else {
            format!("release_to = [{}]\n", codes.join(", "))
        };
        self.evidence.push_str(&format!(
            "[[evidence]]\nid = \"{id}\"\ntitle = \"{word} title\"\nkind = \"{kind}\"\nsays = \"{word} says.\"\nobserved = 2014-11-24\n\
             source = {{ text = \"{word} source\", url = \"https://{word}.example/report\" }}\ngrade = \"B2\"\ntlp = \"{}\"\n{released}cluster = \"{word}\"\n\
             points_to = [\"kp\"]\nstrength = \"medium\"\nbecause = \"{word} because\"\n{body}\n",
            tlp.word()
        ));
    }

    fn others(&mut self, cited: &str) {
        for part in ["event", "effect", "claim", "threat"] {
            let tlp = self.marking();
            let word = self.word(tlp, BTreeSet::new());
            let table = match part {
                "event" => format!(
                    "date = 2014-11-24\ntext = \"{word} event.\"\nsource = \"{word} source\"\nevidence = [\"{cited}\"]"
                ),
                "effect" => format!(
                    "kind = \"destruction\"\ntext = \"{word} effect.\"\nnumber = 5\nunit = \"{word} units\""
                ),
                "claim" => format!(
                    "kind = \"denial\"\nby = \"kp\"\ntext = \"{word} claim.\"\nsource = \"{word} source\""
                ),
                _ => format!("text = \"{word} threat.\"\nsource = \"{word} source\""),
            };
            self.case.push_str(&format!("[[{part}]]\n{table}\ntlp = \"{}\"\n", tlp.word()));
        }
    }
}

fn generated(seed: u64) -> Generated {
    let mut writer = Writer {
        seed: Seed(seed),
        case: String::new(),
        evidence: String::new(),
        words: Vec::new(),
    };
    writer.head();
    let first = writer.below(3);
    for id in &IDS[first..] {
        writer.item(id);
    }
    writer.others(IDS[first]);
    let case = Case::read(&writer.case, &writer.evidence)
        .unwrap_or_else(|error| panic!("{error}\n{}", writer.evidence));
    let mut routes = small_routes();
    routes.caveats.clear();
    routes.located.clear();
    for item in &case.evidence {
        let word = item.title.strip_suffix(" title").unwrap();
        if let Body::Infrastructure(body) = &item.body {
            routes.located.push(Located {
                address: body.address.unwrap(),
                prefix: None,
                registered_in: None,
                announced_from: None,
                origins: vec![network(
                    64_500 + u32::try_from(routes.located.len()).unwrap(),
                    &format!("{word} network"),
                    "CN",
                )],
                providers: Vec::new(),
                notes: vec![LocationNote::NotAnnounced],
            });
        }
    }
    let attribution = Some(findings(&case));
    Generated {
        assessment: Assessment { case, routes: Some(routes), attribution, ..small() },
        words: writer.words,
    }
}

fn settings(version: TlpVersion) -> Settings {
    let time = "2026-01-02T03:04:05Z".parse().unwrap();
    Settings { tlp: version, ..Settings::first(time) }
}

/// What is released, with a judgement made from it alone.
fn judged(assessment: &mut Assessment, to: Recipient) -> Released {
    let first = released(assessment, to);
    if !first.unseen.is_empty() {
        let shared =
            SharedAttribution { without: first.unseen.clone(), findings: findings(&first.case) };
        assessment.attribution_shared = vec![shared];
    }
    released(assessment, to)
}

#[test]
fn no_bundle_holds_what_its_addressee_may_not_know() {
    let (mut kept, mut told, mut bundles) = (0, 0, 0);
    for seed in 0..100 {
        let Generated { mut assessment, words } = generated(seed);
        for to in STATES
            .iter()
            .flat_map(|code| [Recipient::State(country(code)), Recipient::Cert(country(code))])
        {
            let released = judged(&mut assessment, to);
            let version = if seed % 2 == 0 { TlpVersion::Two } else { TlpVersion::One };
            let exported = match export(&released, &settings(version)) {
                Ok(exported) => exported,
                Err(ExportError::Accused { .. }) => {
                    assert_eq!(to.country().code(), "KP");
                    continue;
                }
                Err(error) => {
                    panic!("seed {seed}, {to}: {error}: {:?}", std::error::Error::source(&error))
                }
            };
            bundles += 1;
            let text = String::from_utf8(exported.bytes.clone()).unwrap();
            for word in &words {
                let is_there = text.contains(&word.text);
                if word.tlp.may_go_to(to.country(), &word.release_to).is_err() {
                    assert!(!is_there, "seed {seed}: {} for {to}", word.text);
                    kept += 1;
                } else {
                    told += u64::from(is_there);
                }
            }
            addresses_are_silent(&assessment, to, &text);
            (kept, told) =
                each_format_is_silent(&released, &settings(version), &words, (kept, told));
            every_object_is_marked(&exported.bytes, &released);
            assert_eq!(exported, export(&released, &settings(version)).unwrap());
        }
    }
    assert!(
        kept > 3_000 && told > 3_000 && bundles > 800,
        "{kept} kept, {told} told, {bundles} bundles"
    );
}

/// The other formats hold no word that the addressee may not know either.
fn each_format_is_silent(
    released: &Released,
    settings: &Settings,
    words: &[Word],
    (mut kept, mut told): (u64, u64),
) -> (u64, u64) {
    let to = released.to.country();
    for format in [Format::Misp, Format::Navigator, Format::AttackFlow, Format::Csv] {
        let exported = match export_as(released, settings, format) {
            Ok(exported) => exported,
            Err(ExportError::Nothing { .. }) => continue,
            Err(error) => panic!("{format} for {to}: {error}"),
        };
        let text = String::from_utf8(exported.bytes).unwrap();
        for word in words {
            let is_there = text.contains(&word.text);
            if word.tlp.may_go_to(to, &word.release_to).is_err() {
                assert!(!is_there, "{format}: {} for {to}", word.text);
                kept += 1;
            } else {
                told += u64::from(is_there);
            }
        }
    }
    (kept, told)
}

fn addresses_are_silent(assessment: &Assessment, to: Recipient, text: &str) {
    for item in assessment.case.evidence.iter().filter(|item| item.may_go_to(to.country()).is_err())
    {
        if let Body::Infrastructure(body) = &item.body {
            assert!(!text.contains(&body.address.unwrap().to_string()), "{to}: {}", item.id);
        }
    }
}

/// Every object carries TLP of one version, and none is stricter than what may go to a state.
fn every_object_is_marked(bytes: &[u8], released: &Released) {
    let whole: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let reading = read(bytes);
    assert_eq!(reading.cut, None);
    let mut markings = BTreeMap::new();
    for object in whole["objects"].as_array().unwrap() {
        if object["type"] == "marking-definition" {
            continue;
        }
        let refs: Vec<demarche_stix::Text<'_>> = object["object_marking_refs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap().into())
            .collect();
        let tlp = reading.bundle.tlp(&refs).unwrap();
        assert!(tlp <= released.marking().max(Tlp::Amber), "{object}");
        *markings.entry(tlp).or_insert(0) += 1;
    }
    assert!(!markings.is_empty());
}

#[test]
fn what_is_withheld_leaves_no_trace() {
    for seed in 0..50 {
        let Generated { assessment, .. } = generated(seed);
        let to = Recipient::State(country("JP"));
        let mut less = assessment.clone();
        less.case.evidence.retain(|item| item.may_go_to(to.country()).is_ok());
        let gone =
            |id: &demarche_case::EvidenceId| less.case.evidence.iter().all(|item| item.id != *id);
        let gone: BTreeSet<_> =
            assessment.case.evidence.iter().map(|item| item.id.clone()).filter(gone).collect();
        less.case
            .events
            .iter_mut()
            .for_each(|event| event.evidence.retain(|id| !gone.contains(id)));
        (less.routes, less.attribution) = (None, None);
        let mut whole = assessment;
        (whole.routes, whole.attribution) = (None, None);
        let bundle = |assessment: &Assessment| {
            export(&released(assessment, to), &settings(TlpVersion::Two)).unwrap().bytes
        };
        assert_eq!(bundle(&whole), bundle(&less), "seed {seed}");
    }
}

#[test]
fn the_accused_get_no_bundle_although_the_case_is_withheld() {
    let Generated { assessment, .. } = generated(1);
    let released = released(&assessment, Recipient::State(country("FR")));
    let settings = Settings { is_accused: true, ..settings(TlpVersion::Two) };
    let error = export(&released, &settings).unwrap_err();
    assert!(matches!(error, ExportError::Accused { .. }), "{error}");
    assert!(error.hint().contains("note"));
}

/// What a CERT's part holds accuses nobody, and no part holds the sender's remarks on a party.
#[test]
fn a_cert_gets_no_accusation_and_nobody_the_remarks_on_a_party() {
    let mut judged_cases = 0;
    for seed in 0..100 {
        let Generated { mut assessment, .. } = generated(seed);
        for to in STATES
            .iter()
            .flat_map(|code| [Recipient::State(country(code)), Recipient::Cert(country(code))])
        {
            let released = judged(&mut assessment, to);
            let case = &released.case;
            assert!(case.parties.iter().all(|party| party.note.is_none()), "seed {seed}, {to}");
            let reasons = case.evidence.iter().filter_map(|item| item.points_to.as_ref());
            assert!(reasons.clone().all(|pointer| pointer.because.is_none()));
            let Ok(exported) = export(&released, &settings(TlpVersion::Two)) else { continue };
            let mut text = String::from_utf8(exported.bytes).unwrap();
            // Only the contacts of authorities of the addressee and of the sender stand in a note.
            for party in case.parties.iter().filter(|party| party.contact.is_some()) {
                let authorities = [Role::Cert, Role::LawEnforcement, Role::Sender];
                assert!(authorities.iter().any(|role| party.roles.contains(role)), "seed {seed}");
                assert!(
                    [Some(to.country()), assessment.case.owner.country].contains(&party.country)
                );
                text = text.replace(party.contact.as_ref().unwrap(), "");
            }
            for secret in [" note\"", " phone", " because"] {
                assert!(!text.contains(secret), "seed {seed}, {to}: {secret}");
            }
            if let Recipient::Cert(_) = to {
                judged_cases += 1;
                assert_eq!(reasons.count(), 0, "seed {seed}, {to}");
                assert!(case.claims.is_empty() && case.hypotheses.is_empty());
                for party in &case.parties {
                    assert!(!party.roles.contains(&Role::ResponsibleAlleged));
                    assert!(!party.roles.contains(&Role::ShelterAlleged));
                    assert!(party.actors.is_empty());
                }
                for told in ["alleged", "points to it", " kp\"", " victim\""] {
                    assert!(!text.contains(told), "seed {seed}, {to}: {told}\n{text}");
                }
            }
        }
    }
    assert!(judged_cases > 300, "{judged_cases}");
}

/// Every form of export to a state and to its CERT, and what partners sent.
fn is_refused_in_every_form(assessment: &mut Assessment, to: Recipient) -> bool {
    let formats = [Format::Stix, Format::Misp, Format::Navigator, Format::AttackFlow, Format::Csv];
    let case = assessment.case.clone();
    let released = judged(assessment, to);
    // As the command does: the addressee may not know the claim, and the sender does.
    let settings = Settings { is_accused: case.blames(to.country()), ..settings(TlpVersion::Two) };
    let is_accused = |result: Result<_, ExportError>| matches!(result, Err(ExportError::Accused { to: refused }) if refused == to);
    let terms = Onward { case: &case, to, unmarked: Tlp::Clear };
    formats.iter().all(|format| is_accused(export_as(&released, &settings, *format)))
        && is_accused(onward(&[("a", br#"{"type":"bundle","id":"b","objects":[]}"#)], &terms))
}

#[test]
fn a_state_that_only_a_claim_blames_gets_nothing_in_any_form() {
    for seed in 0..60 {
        let Generated { mut assessment, .. } = generated(seed);
        // A host state without an accusing role, blamed by a claim of every kind in turn.
        let state = ["CN", "JP"][usize::try_from(seed % 2).unwrap()];
        let party: PartyId = state.to_ascii_lowercase().parse().unwrap();
        // A private party would stand for no state.
        assessment.case.parties.iter_mut().for_each(|party| party.sector = None);
        let mut claim = assessment.case.claims[0].clone();
        (claim.kind, claim.by, claim.about) = match seed % 3 {
            0 => (ClaimKind::Attribution, "sender".parse().unwrap(), Some(party.clone())),
            1 => (ClaimKind::Responsibility, party.clone(), None),
            _ => (ClaimKind::Denial, party.clone(), Some(party.clone())),
        };
        claim.tlp = Tlp::ALL[usize::try_from(seed % 5).unwrap()];
        for to in [Recipient::State(country(state)), Recipient::Cert(country(state))] {
            assert!(!is_refused_in_every_form(&mut assessment, to), "{seed}: not yet blamed");
        }
        let is_blaming = claim.kind != ClaimKind::Denial;
        assessment.case.claims.push(claim);
        for to in [Recipient::State(country(state)), Recipient::Cert(country(state))] {
            assert_eq!(is_refused_in_every_form(&mut assessment, to), is_blaming, "{seed} {state}");
        }
        // What is said of one state bars no other.
        let other = Recipient::State(country("FR"));
        assert!(!is_refused_in_every_form(&mut assessment, other), "{seed}");
    }
}

//! No note, and nothing else that is made from what is released, holds what its addressee may not know.
//!
//! Thousands of cases come from seeds, with a word of its own in every item. No engine runs: findings are made up, for
//! the whole and for what each addressee may see. `demarche-assess` tries fewer cases with the real engines.
//! The four files of a note are searched as bytes; the parts of a document are not compressed, so that this reads it
//! too. Then every withheld item is taken out of the case, and the note must be the same to the byte.

use std::collections::BTreeSet;

use demarche_case::assessment::exposure::ExposureFindings;
use demarche_case::assessment::routes::{
    Caveat, Located, LocationNote, RouteSource, RoutesFindings,
};
use demarche_case::assessment::{Assessment, Input, SharedAttribution, SharedRoutes};
use demarche_case::released::Unseen;
use demarche_case::{Body, Case, Country, EvidenceId, Recipient, Sha256, Tlp, released};
use demarche_report::{Note, addressees, matrix_csv, navigator_layers, note, ranking_csv};

use crate::exposure::filled_exposure;
use crate::fixtures::{Seed, country, network, small, small_routes};
use crate::judged::findings;

/// What the word stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Evidence {
        is_technical: bool,
    },
    Event,
    Effect,
    Claim,
    /// A doubted link, of which a note tells where there are routing findings.
    Doubt,
    /// A kind of leaked data, of which a note to a state tells the count.
    Exposure,
    /// Threats and hypotheses, which no note tells in their own words, and everything else of a leak.
    Untold,
}

/// A word that stands in one item, or in what belongs to it, and nowhere else.
struct Word {
    text: String,
    part: Part,
    tlp: Tlp,
    release_to: BTreeSet<Country>,
}

impl Word {
    fn may_go_to(&self, country: Country) -> bool {
        self.tlp.may_go_to(country, &self.release_to).is_ok()
    }
}

pub(crate) struct Generated {
    pub(crate) assessment: Assessment,
    words: Vec<Word>,
    /// The two files that a person would have written.
    pub(crate) files: [String; 2],
}

/// Ids for which the fixture has weights, so that there is a judgement.
const IDS: [&str; 8] =
    ["wiper", "c2-th", "c2-pl", "operators-cn", "intercept", "c2-hidden", "destover", "rawdisk"];

pub(crate) const STATES: [&str; 6] = ["CN", "TH", "KP", "JP", "PL", "FR"];

struct Writer {
    seed: Seed,
    toml: String,
    evidence: String,
    words: Vec<Word>,
}

impl Writer {
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[usize::try_from(self.seed.next(from.len() as u64)).unwrap()]
    }

    fn marking(&mut self) -> Tlp {
        Tlp::ALL[usize::try_from(self.seed.next(5)).unwrap()]
    }

    /// A marking that mostly lets a part go, or nothing else would be tried.
    fn rarely(&mut self) -> Tlp {
        if self.seed.next(6) == 0 { self.marking() } else { Tlp::Green }
    }

    /// A new word; the lower-case letters stay what they are in names of hosts.
    fn word(&mut self, part: Part, tlp: Tlp, release_to: BTreeSet<Country>) -> String {
        let text = format!("zq{}qz", self.words.len());
        self.words.push(Word { text: text.clone(), part, tlp, release_to });
        text
    }

    fn head(&mut self) {
        // Most cases may go, or nothing else would be tried.
        let tlp = if self.seed.next(4) == 0 { self.marking() } else { Tlp::Green };
        let word = self.word(Part::Whole, tlp, BTreeSet::new());
        let sector = self.pick(&["media", "government", "critical-infrastructure", "company"]);
        let days = 1 + self.seed.next(60);
        self.toml = format!(
            "id = \"{word}\"\ntitle = \"{word} title\"\ntlp = \"{}\"\nsummary = \"{word} summary.\"\nbegan = \"2014-09\"\n\
             [owner]\norganisation = \"The sender\"\ncountry = \"US\"\ncontact = \"desk\"\n",
            tlp.word()
        );
        let (target, doubt) = (self.rarely(), self.rarely());
        let doubter = self.word(Part::Doubt, doubt, BTreeSet::new());
        self.toml.push_str(&format!(
            "[target]\ncountry = \"KP\"\ntlp = \"{}\"\n[[routes.doubtful]]\nleft = 1\nright = 2\n\
             reason = \"{doubter} doubt\"\nsource = \"{doubter} doubter\"\ntlp = \"{}\"\n",
            target.word(),
            doubt.word()
        ));
        let (leak, folder) = (self.rarely(), self.word(Part::Untold, Tlp::Red, BTreeSet::new()));
        self.toml
            .push_str(&format!("[exposed]\nfolder = \"{folder}\"\ntlp = \"{}\"\n", leak.word()));
        if self.seed.next(2) == 0 {
            self.toml.push_str(&format!(
                "[request]\nanswer_within_days = {days}\noffers = [\"{word} offer\"]\n"
            ));
        }
        let parties = [
            ("victim", "US", "victim"),
            ("kp", "KP", "responsible-alleged"),
            ("cn", "CN", "transit"),
            ("jp", "JP", "partner"),
            ("th", "TH", "host"),
            ("thcert", "TH", "cert"),
            ("sender", "US", "sender"),
        ];
        for (id, state, role) in parties {
            if role != "host" || self.seed.next(2) == 0 {
                self.toml.push_str(&format!(
                    "[[party]]\nid = \"{id}\"\nname = \"{word} {id}\"\ncountry = \"{state}\"\nrole = \"{role}\"\ncontact = \"{word} phone\"\nnote = \"{word} note\"\nsector = \"{sector}\"\n"
                ));
            }
        }
        self.toml.push_str(&format!(
            "[[party]]\nid = \"gop\"\nname = \"{word} gop\"\nrole = \"other\"\n"
        ));
    }

    fn item(&mut self, id: &str) {
        // Addresses twice: networks, hosts and annexes rest on them.
        let kinds = [Body::KINDS.as_slice(), &["infrastructure"]].concat();
        let kind = self.pick(&kinds);
        let tlp = self.marking();
        let mut release_to = BTreeSet::new();
        if tlp == Tlp::Amber {
            for code in STATES {
                if self.seed.next(2) == 0 {
                    release_to.insert(country(code));
                }
            }
        }
        let is_technical = ["sample", "technique", "software", "infrastructure"].contains(&kind);
        let number = self.words.len();
        let released: Vec<String> = release_to.iter().map(|one| format!("\"{one}\"")).collect();
        let word = self.word(Part::Evidence { is_technical }, tlp, release_to);
        let state = self.pick(&STATES);
        let body = match kind {
            "sample" => {
                format!("name = \"{word}.exe\"\nrole = \"{word} role\"\nmd5 = \"{number:032x}\"")
            }
            "technique" => format!("technique = \"T1485\"\nname = \"{word} name\""),
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
                "table = \"rib\"\norigin = \"{word} collector\"\nlicence = \"{word} terms\""
            ),
            _ => String::new(),
        };
        // Tables of routes must lie somewhere; of the others, every second.
        let file = kind == "route-data" || self.seed.next(2) == 0;
        let file = if file { format!("file = \"found/{word}.bin\"\n") } else { String::new() };
        let released = if released.is_empty() {
            String::new()
        } else {
            format!("release_to = [{}]\n", released.join(", "))
        };
        self.evidence.push_str(&format!(
            "[[evidence]]\nid = \"{id}\"\ntitle = \"{word} title\"\nkind = \"{kind}\"\nsays = \"{word} says.\"\n\
             source = {{ text = \"{word} source\", url = \"https://{word}.example/report\" }}\ngrade = \"B2\"\ntlp = \"{}\"\n{released}{file}cluster = \"{word}\"\n\
             points_to = [\"kp\"]\nstrength = \"medium\"\nbecause = \"{word} because\"\n{body}\n",
            tlp.word()
        ));
    }

    fn others(&mut self, cited: &str) {
        let parts = [Part::Event, Part::Effect, Part::Claim, Part::Untold, Part::Untold];
        for (place, part) in parts.into_iter().enumerate() {
            for _ in 0..self.seed.next(3) {
                let tlp = self.marking();
                let word = self.word(part, tlp, BTreeSet::new());
                let kind = self.pick(&["destruction", "disclosure", "coercion", "espionage"]);
                let said = self.pick(&["responsibility", "attribution", "denial", "statement"]);
                let table = match place {
                    0 => format!(
                        "[[event]]\ndate = 2014-11-24\ntext = \"{word} event.\"\nsource = \"{word} source\"\nevidence = [\"{cited}\"]"
                    ),
                    1 => format!(
                        "[[effect]]\nkind = \"{kind}\"\ntext = \"{word} effect.\"\nnumber = 5\nunit = \"{word} units\""
                    ),
                    2 => format!(
                        "[[claim]]\nkind = \"{said}\"\nby = \"kp\"\ntext = \"{word} claim.\"\nsource = \"{word} source\""
                    ),
                    3 => {
                        format!("[[threat]]\ntext = \"{word} threat.\"\nsource = \"{word} source\"")
                    }
                    _ => {
                        // Each hypothesis is on a party of its own, which travels with the case.
                        let number = self.toml.len();
                        format!(
                            "[[party]]\nid = \"suspect-{number}\"\nname = \"Suspect\"\nrole = \"other\"\n[[hypothesis]]\nparty = \"suspect-{number}\"\ntext = \"{word} hypothesis.\""
                        )
                    }
                };
                self.toml.push_str(&format!("{table}\ntlp = \"{}\"\n", tlp.word()));
            }
        }
    }
}

/// The inventory of a leak with a word for what may be told, and one in everything that may not.
fn leak(writer: &mut Writer, tlp: Tlp) -> ExposureFindings {
    let told = writer.word(Part::Exposure, tlp, BTreeSet::new());
    let untold = writer.word(Part::Untold, Tlp::Red, BTreeSet::new());
    let mut findings = filled_exposure(&untold);
    for kind in &mut findings.kinds {
        kind.title = format!("{told} kind");
    }
    findings
}

pub(crate) fn generated(seed: u64) -> Generated {
    let mut writer = Writer {
        seed: Seed(seed),
        toml: String::new(),
        evidence: String::new(),
        words: Vec::new(),
    };
    writer.head();
    let first = usize::try_from(writer.seed.next(3)).unwrap();
    for id in &IDS[first..] {
        if *id == IDS[first] || writer.seed.next(3) > 0 {
            writer.item(id);
        }
    }
    writer.others(IDS[first]);
    let case = Case::read(&writer.toml, &writer.evidence)
        .unwrap_or_else(|error| panic!("{error}\n{}\n{}", writer.toml, writer.evidence));
    let mut routes = small_routes();
    routes.caveats.retain(|caveat| !matches!(caveat, Caveat::DoubtfulLink(_)));
    routes.caveats.push(Caveat::DoubtfulLink(case.routes.doubtful[0].clone()));
    routes.located.clear();
    let mut inputs = Vec::new();
    for item in &case.evidence {
        let word = item.title.strip_suffix(" title").unwrap();
        if let Body::Infrastructure(one) = &item.body {
            let state = STATES[usize::try_from(writer.seed.next(6)).unwrap()];
            routes.located.push(Located {
                address: one.address.unwrap(),
                prefix: None,
                registered_in: Some(country(state)),
                announced_from: (writer.seed.next(2) == 0).then(|| country(state)),
                origins: vec![network(64500, &format!("{word} network"), state)],
                providers: vec![network(64501, &format!("{word} provider"), state)],
                notes: vec![LocationNote::NotAnnounced],
            });
        }
        if let (Some(file), Body::RouteData(_)) = (&item.file, &item.body) {
            routes.sources.push(RouteSource {
                file: file.path().to_owned(),
                what: format!("{word} table"),
                date: None,
                size: "5 links".to_owned(),
            });
        }
        if let Some(file) = &item.file {
            let sha256 = Sha256::of(word.as_bytes());
            inputs.push(Input {
                path: file.path().to_owned(),
                sha256,
                bytes: 5,
                what: format!("{word} file"),
            });
        }
    }
    let mut assessment = Assessment { case, routes: Some(routes), inputs, ..small() };
    if writer.seed.next(3) > 0 {
        let mut whole = findings(&assessment.case);
        whole.precedents[0].name = "zqwholeqz".to_owned();
        assessment.attribution = Some(whole);
    }
    assessment.exposure = Some(leak(&mut writer, assessment.case.exposed.tlp));
    Generated { assessment, words: writer.words, files: [writer.toml, writer.evidence] }
}

/// The ids of the items that an addressee may not see.
fn hidden(case: &Case, to: Country) -> Vec<EvidenceId> {
    let items = case.evidence.iter().filter(|item| item.may_go_to(to).is_err());
    items.map(|item| item.id.clone()).collect()
}

/// The case as if what may not go to a state had never been in it.
fn less(whole: &Assessment, to: Country) -> Assessment {
    let mut less = whole.clone();
    let may = |tlp: Tlp| tlp.may_go_to(to, &BTreeSet::new()).is_ok();
    let gone = hidden(&whole.case, to);
    let case = &mut less.case;
    case.evidence.retain(|item| !gone.contains(&item.id));
    case.events.retain(|one| may(one.tlp));
    for event in &mut case.events {
        event.evidence.retain(|id| !gone.contains(id));
    }
    case.effects.retain(|one| may(one.tlp));
    case.threats.retain(|one| may(one.tlp));
    case.claims.retain(|one| may(one.tlp));
    case.hypotheses.retain(|one| may(one.tlp));
    if !may(case.tlp) {
        // Another case, of which as little may be known.
        case.id = "another".parse().unwrap();
        case.title = "Another".to_owned();
        case.summary.clear();
        case.parties.clear();
        case.hypotheses.clear();
        case.request.offers = vec!["nothing".to_owned()];
        // Its target and its doubted link have markings of their own.
        case.request.answer_within_days = 99;
        case.began = None;
    }
    let word_of = |text: &str| text.split_once(' ').map(|(word, _)| word.to_owned());
    let kept: BTreeSet<String> =
        case.evidence.iter().filter_map(|item| word_of(&item.title)).collect();
    less.inputs.retain(|input| word_of(&input.what).is_some_and(|word| kept.contains(&word)));
    case.target = case.target.take().filter(|target| may(target.tlp));
    case.routes.doubtful.retain(|link| may(link.tlp));
    case.release_to.clear();
    less.exposure = less.exposure.take().filter(|_| may(whole.case.exposed.tlp));
    less.routes = None;
    less.routes_shared.clear();
    less.attribution_shared.clear();
    less
}

/// The files that go to the addressee.
fn sent(note: &Note) -> [(&'static str, Vec<u8>); 4] {
    [
        ("Markdown", note.markdown.clone().into_bytes()),
        ("page", note.html.clone().into_bytes()),
        ("document", note.docx.clone()),
        ("annex", serde_json::to_vec(&note.annex).unwrap()),
    ]
}

/// The words in a file, in one pass: a search for each of them would take most of the time.
pub(crate) fn words_in(text: &str) -> BTreeSet<&str> {
    let after = text.split("zq").skip(1);
    after.filter_map(|rest| rest.split_once("qz").map(|(word, _)| word)).collect()
}

/// Is the word to be met in the note? `None` where that follows from nothing that is tried here.
fn is_told(word: &Word, whole: &Word, to: Recipient) -> Option<bool> {
    if !word.may_go_to(to.country()) {
        return Some(false);
    }
    match (word.part, to) {
        (Part::Untold, _) | (Part::Exposure, Recipient::Cert(_)) => Some(false),
        (Part::Event | Part::Effect | Part::Claim, Recipient::Cert(_)) => Some(false),
        (Part::Evidence { is_technical }, Recipient::Cert(_)) => is_technical.then_some(true),
        (Part::Evidence { .. } | Part::Event | Part::Effect | Part::Whole | Part::Exposure, _) => {
            Some(true)
        }
        (Part::Doubt, _) => None,
        (Part::Claim, _) => Some(whole.may_go_to(to.country())),
    }
}

fn check(generated: &Generated, to: Recipient, told: &mut u64, kept: &mut u64) {
    let Generated { assessment, words, .. } = generated;
    let note = note(assessment, to);
    let files =
        sent(&note).map(|(file, bytes)| (file, String::from_utf8_lossy(&bytes).into_owned()));
    let found = files.each_ref().map(|(file, text)| (*file, words_in(text)));
    // An accused state gets what is published and nothing else.
    let is_accused = assessment.case.accuses(to.country());
    for word in words {
        for (file, found) in &found {
            let bare = word.text.trim_start_matches("zq").trim_end_matches("qz");
            let is_there = found.contains(bare);
            let is_told = match is_told(word, &words[0], to) {
                Some(true) if is_accused && word.part == Part::Exposure => Some(false),
                told => told,
            };
            match is_told {
                Some(false) => {
                    assert!(!is_there, "{} in the {file} for {to}", word.text);
                    *kept += 1;
                }
                Some(true) if *file != "annex" && !is_accused => {
                    assert!(is_there, "{} not in the {file} for {to}", word.text);
                    *told += 1;
                }
                _ => {}
            }
        }
    }
    let is_hidden = !released(assessment, to).unseen.is_empty();
    for (file, found) in &found {
        assert!(!found.contains("decoy"), "a judgement for others is in the {file} for {to}");
        if is_hidden {
            assert!(!found.contains("whole"), "the whole judgement is in the {file} for {to}");
        }
    }
    exports_are_silent(assessment, words, to);
    for item in &assessment.case.evidence {
        if let Body::Infrastructure(one) = &item.body
            && item.may_go_to(to.country()).is_err()
        {
            let live = one.address.unwrap().to_string();
            for (file, text) in &files {
                for form in [live.clone(), live.replace('.', "[.]")] {
                    assert!(!text.contains(&form), "{form} in the {file} for {to}");
                }
            }
        }
    }
    assert_eq!(note.marking, note.annex.marking);
    assert!(note.marking <= Tlp::Amber, "{to}");
}

/// What is exported for an addressee is made from what is released, and holds no word of the rest.
fn exports_are_silent(assessment: &Assessment, words: &[Word], to: Recipient) {
    let released = released(assessment, to);
    let mut files = vec![("case", serde_json::to_string(&released.case).unwrap())];
    files.push(("inputs", serde_json::to_string(&released.inputs).unwrap()));
    files.push(("routes", serde_json::to_string(&released.routes).unwrap()));
    files.push(("exposure", format!("{:?}", released.exposure)));
    if let Some(found) = &released.attribution {
        let marking = released.marking();
        files.push(("ranking", ranking_csv(found, marking)));
        files.push(("matrix", matrix_csv(found, &released.case, marking)));
        files.push(("navigator", navigator_layers(found, &released.case, marking)));
    }
    for (file, text) in files {
        let found = words_in(&text);
        for word in words.iter().filter(|word| !word.may_go_to(to.country())) {
            let bare = word.text.trim_start_matches("zq").trim_end_matches("qz");
            assert!(!found.contains(bare), "{} in the {file} for {to}", word.text);
        }
    }
}

/// Findings for the state's eyes, and some for the eyes of somebody who may see something else.
fn with_findings(generated: &mut Generated, to: Country, less: &mut Assessment, seed: &mut Seed) {
    let assessment = &mut generated.assessment;
    let unseen = released(assessment, to.into()).unseen;
    let whole = assessment.routes.as_ref().unwrap();
    if unseen.routes.is_empty() {
        less.routes = Some(whole.clone());
    } else if !unseen.routes.target && seed.next(3) > 0 {
        let findings = routes_of(whole, &unseen, &less.case);
        less.routes = Some(findings.clone());
        let shared = SharedRoutes { without: unseen.routes.clone(), findings };
        assessment.routes_shared.push(shared);
        if less.case.tlp == Tlp::Red {
            // Neither may the other case be known, nor its day.
            (less.case.began, less.case.detected) = (None, None);
        }
    }
    if assessment.attribution.is_none() || unseen.is_empty() {
        return;
    }
    let mut decoy = findings(&assessment.case);
    decoy.precedents[0].name = "zqdecoyqz".to_owned();
    let mut without = unseen.clone();
    without.evidence.push("another".parse().unwrap());
    assessment.attribution_shared.push(SharedAttribution { without, findings: decoy });
    less.attribution = None;
    if seed.next(3) > 0 {
        let findings = findings(&less.case);
        less.attribution = Some(findings.clone());
        assessment.attribution_shared.push(SharedAttribution { without: unseen, findings });
    }
}

/// The routing findings as they are without the tables and the doubts that are withheld.
fn routes_of(whole: &RoutesFindings, unseen: &Unseen, less: &Case) -> RoutesFindings {
    let mut findings = whole.clone();
    let files: BTreeSet<&str> = less
        .evidence
        .iter()
        .filter_map(|item| item.file.as_ref())
        .map(|file| file.path())
        .collect();
    findings.sources.retain(|source| {
        !source.file.starts_with("found/") || files.contains(source.file.as_str())
    });
    if !unseen.routes.doubtful.is_empty() {
        findings.caveats.retain(|caveat| !matches!(caveat, Caveat::DoubtfulLink(_)));
    }
    findings
}

fn same_to_the_byte(whole: &Assessment, less: &Assessment, to: Recipient, seed: u64) {
    let note_of_whole = note(whole, to);
    // An accusation that may not be shared is not sent at all.
    if note_of_whole.refused.is_some() {
        return;
    }
    let (whole, less) = (sent(&note_of_whole), sent(&note(less, to)));
    for ((file, left), (_, right)) in whole.iter().zip(&less) {
        assert!(
            left == right,
            "seed {seed}: the {file} for {to} tells that something is withheld:\n{}\n---\n{}",
            String::from_utf8_lossy(left),
            String::from_utf8_lossy(right)
        );
    }
}

fn try_seeds(seeds: impl Iterator<Item = u64>) -> (u64, u64) {
    let (mut told, mut kept) = (0, 0);
    for seed in seeds {
        let mut generated = generated(seed);
        let mut dice = Seed(seed ^ 0x5bd1_e995);
        let to = country(STATES[usize::try_from(dice.next(6)).unwrap()]);
        let mut less = less(&generated.assessment, to);
        with_findings(&mut generated, to, &mut less, &mut dice);
        for to in [Recipient::State(to), Recipient::Cert(to)] {
            check(&generated, to, &mut told, &mut kept);
            same_to_the_byte(&generated.assessment, &less, to, seed);
        }
    }
    (told, kept)
}

/// Cases that are tried; each goes to one state and to its CERT.
const CASES: u64 = 3_000;

#[test]
fn no_note_of_thousands_of_cases_tells_what_is_withheld() {
    let (told, kept) = std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            scope.spawn(move || try_seeds((0..CASES).filter(move |seed| seed % 2 == half)))
        });
        let halves = halves.map(|half| half.join().unwrap());
        halves.into_iter().fold((0, 0), |sum, half| (sum.0 + half.0, sum.1 + half.1))
    });
    // Not an empty exercise: both what goes and what stays was met very often.
    assert!(told > 15 * CASES && kept > 50 * CASES, "{told} told, {kept} kept");
}

#[test]
fn every_addressee_of_a_case_is_within_its_markings() {
    for seed in 0..60 {
        let generated = generated(seed);
        let (mut told, mut kept) = (0, 0);
        for one in addressees(&generated.assessment) {
            check(&generated, one.to, &mut told, &mut kept);
        }
        assert!(kept > 0);
    }
}

//! No note tells what its addressee may not know: generated cases, assessed by the real engines and the real library.
//!
//! Every part of a case, every routing table, every edition of the library and the index of known programs has a marking
//! and a word of its own. The four files of a note are searched for the words that are withheld. Then the same case is
//! assessed as if nothing of what is withheld had ever been there, and the note must be the same to the byte.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::num::NonZeroUsize;

use demarche_assess::{Material, doubtful, findings};
use demarche_case::assessment::code::{
    CodeFindings, CodeStrength, CodeTie, ComparedProgram, ComparedWith, FunctionCounts,
    KnownProgram, ProgramFacts,
};
use demarche_case::assessment::{Assessment, Input};
use demarche_case::record::{
    Actor, Bond, Catalogue, Citation, CitationId, Edition, Record, RecordId, SoftwareEntry,
    StateClaim, Synonym, Use, Used,
};
use demarche_case::released::{RoutesRestOn, WithheldItem, WithheldPart};
use demarche_case::{Availability, Case, Country, Recipient, Sha256, Tlp, released};
use demarche_library::{Library, Provenance, facts};
use demarche_report::{Note, addressees, note};
use demarche_routes::{RoutingData, Tables};

/// States that a note may go to.
const STATES: [&str; 4] = ["CN", "TH", "KP", "JP"];

/// Kinds of evidence, in turn.
const KINDS: [&str; 12] = [
    "sample",
    "technique",
    "software",
    "infrastructure",
    "infrastructure",
    "shared-code",
    "artefact",
    "motive",
    "claim-of-responsibility",
    "damage",
    "sample",
    "software",
];

/// The parts of a case that have a marking of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Case,
    Target,
    Doubt,
    Evidence(usize),
    UsedTable,
    UnusedTable,
    Event,
    Effect,
    Threat,
    Claim,
    Hypothesis,
    Edition,
    OwnCase(usize),
    Index,
}

impl Part {
    const ALL: [Self; 16] = [
        Self::Case,
        Self::Target,
        Self::Doubt,
        Self::UsedTable,
        Self::UnusedTable,
        Self::Event,
        Self::Event,
        Self::Effect,
        Self::Effect,
        Self::Threat,
        Self::Claim,
        Self::Hypothesis,
        Self::Edition,
        Self::OwnCase(0),
        Self::OwnCase(1),
        Self::Index,
    ];
}

/// A part with its marking; its word, `zq7qz`, follows from its position.
#[derive(Clone, Debug)]
struct Marked {
    part: Part,
    tlp: Tlp,
    release_to: BTreeSet<Country>,
}

fn country(code: &str) -> Country {
    code.parse().unwrap()
}

fn word(position: usize) -> String {
    format!("zq{position}qz")
}

struct Seed(u64);

impl Seed {
    fn next(&mut self, below: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn marking(&mut self) -> Tlp {
        Tlp::ALL[usize::try_from(self.next(5)).unwrap()]
    }
}

/// Marks every part from a seed; most cases and targets may go, or nothing else would be tried.
fn marked(seed: u64) -> Vec<Marked> {
    let mut seed = Seed(seed);
    let evidence = (0..KINDS.len()).map(Part::Evidence);
    let parts = Part::ALL.into_iter().chain(evidence).map(|part| {
        let rarely = match part {
            Part::Case => 8,
            Part::Target | Part::Doubt | Part::UsedTable => 6,
            Part::Index | Part::Edition | Part::OwnCase(_) | Part::Hypothesis => 2,
            _ => 1,
        };
        let tlp = if seed.next(rarely) == 0 { seed.marking() } else { Tlp::Green };
        let mut release_to = BTreeSet::new();
        let is_of_case = !matches!(part, Part::Edition | Part::OwnCase(_) | Part::Index);
        if is_of_case && tlp == Tlp::Amber {
            release_to.extend(["CN", "TH"].into_iter().filter(|_| seed.next(2) == 0).map(country));
        }
        Marked { part, tlp, release_to }
    });
    parts.collect()
}

/// The inputs of an assessment, with what is left of the parts.
struct World<'a> {
    marked: &'a [Marked],
    /// The positions of the parts that are there.
    there: BTreeSet<usize>,
}

impl World<'_> {
    fn position(&self, part: Part) -> Option<usize> {
        let position = self.marked.iter().position(|marked| marked.part == part)?;
        self.there.contains(&position).then_some(position)
    }

    fn tlp(&self, position: usize) -> String {
        let Marked { tlp, release_to, .. } = &self.marked[position];
        let states: Vec<String> = release_to.iter().map(|state| format!("\"{state}\"")).collect();
        let released = if states.is_empty() {
            String::new()
        } else {
            format!("release_to = [{}]\n", states.join(", "))
        };
        format!("tlp = \"{}\"\n{released}", tlp.word())
    }

    fn has_case(&self) -> bool {
        self.position(Part::Case).is_some()
    }

    /// `case.toml`; without the case itself it is another one, of which as little may be known.
    fn case_toml(&self) -> String {
        let (name, keys, began) = match self.position(Part::Case) {
            Some(position) => (word(position), self.tlp(position), "2014-09"),
            None => ("another".to_owned(), "tlp = \"RED\"\n".to_owned(), "2009-02"),
        };
        let mut toml = format!(
            "id = \"{name}\"\ntitle = \"{name} title\"\n{keys}summary = \"{name} summary.\"\nbegan = \"{began}\"\n\
             [owner]\norganisation = \"The sender\"\ncountry = \"US\"\ncontact = \"desk\"\n"
        );
        if let Some(position) = self.position(Part::Target) {
            write!(toml, "[target]\ncountry = \"KP\"\nasns = [131279]\n{}", self.tlp(position))
                .unwrap();
        }
        if let Some(position) = self.position(Part::Doubt) {
            let name = word(position);
            write!(
                toml,
                "[[routes.doubtful]]\nleft = 131279\nright = 4837\nreason = \"{name} doubt\"\nsource = \"{name} doubter\"\n{}",
                self.tlp(position)
            )
            .unwrap();
        }
        if self.has_case() {
            let parties = [
                ("victim", "US", "victim"),
                ("kp", "KP", "responsible-alleged"),
                ("cn", "CN", "transit"),
                ("jp", "JP", "partner"),
                ("thcert", "TH", "cert"),
                ("sender", "US", "sender"),
            ];
            for (id, state, role) in parties {
                write!(toml, "[[party]]\nid = \"{id}\"\nname = \"{name} {id}\"\ncountry = \"{state}\"\nrole = \"{role}\"\nsector = \"media\"\n").unwrap();
            }
            write!(toml, "[[party]]\nid = \"gop\"\nname = \"{name} gop\"\nrole = \"other\"\n")
                .unwrap();
        }
        for position in &self.there {
            let name = word(*position);
            let table = match self.marked[*position].part {
                Part::Event => format!("[[event]]\ndate = 2014-11-24\ntext = \"{name} event.\"\n"),
                Part::Effect => {
                    format!("[[effect]]\nkind = \"destruction\"\ntext = \"{name} effect.\"\n")
                }
                Part::Threat => format!("[[threat]]\ntext = \"{name} threat.\"\n"),
                Part::Claim if self.has_case() => format!(
                    "[[claim]]\nkind = \"denial\"\nby = \"kp\"\ntext = \"{name} claim.\"\nsource = \"{name} source\"\n"
                ),
                Part::Hypothesis if self.has_case() => {
                    format!("[[hypothesis]]\nparty = \"gop\"\ntext = \"{name} hypothesis.\"\n")
                }
                _ => continue,
            };
            write!(toml, "{table}{}", self.tlp(*position)).unwrap();
        }
        toml
    }

    fn evidence_toml(&self) -> String {
        let mut toml = String::new();
        for position in &self.there {
            let name = word(*position);
            let (kind, body) = match self.marked[*position].part {
                Part::UsedTable => (
                    "route-data",
                    "table = \"as-relationships\"\norigin = \"a service\"\nfile = \"routes/rel.txt\"\n"
                        .to_owned(),
                ),
                Part::UnusedTable => (
                    "route-data",
                    format!("table = \"rib\"\norigin = \"{name} collector\"\nfile = \"routes/{name}.mrt\"\n"),
                ),
                Part::Evidence(number) => (KINDS[number], body(KINDS[number], *position)),
                _ => continue,
            };
            let points = if self.has_case() && kind != "damage" {
                format!(
                    "points_to = [\"kp\"]\nstrength = \"medium\"\nbecause = \"{name} because\"\n"
                )
            } else {
                String::new()
            };
            write!(
                toml,
                "[[evidence]]\nid = \"{name}\"\ntitle = \"{name} title\"\nkind = \"{kind}\"\nsays = \"{name} says.\"\n\
                 source = \"{name} source\"\ngrade = \"B2\"\ncluster = \"{name}\"\n{points}{body}{}",
                self.tlp(*position)
            )
            .unwrap();
        }
        toml
    }

    fn case(&self) -> Case {
        let (case, evidence) = (self.case_toml(), self.evidence_toml());
        Case::read(&case, &evidence).unwrap_or_else(|error| panic!("{error}\n{case}\n{evidence}"))
    }

    /// The tables that are there; one of them is an item of evidence.
    fn tables(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let has_used = self.position(Part::UsedTable).is_some();
        TABLES.into_iter().filter(move |(name, _)| has_used || *name != "routes/rel.txt")
    }

    fn routing_data(&self, case: &Case, hides: &dyn Fn(&str) -> bool) -> RoutingData {
        let mut tables = Tables::default();
        for (name, text) in self.tables().filter(|(name, _)| !hides(name)) {
            tables.read(name, text.as_bytes(), NonZeroUsize::MIN).unwrap();
        }
        RoutingData::new(tables, doubtful(case))
    }

    fn code(&self) -> Option<CodeFindings> {
        let index = &self.marked[self.position(Part::Index)?];
        let programs = self.there.iter().filter_map(|position| {
            let marked = &self.marked[*position];
            let Part::Evidence(number) = marked.part else { return None };
            // A sample that is released to some keeps that consent; the comparison has none.
            (KINDS[number] == "sample").then(|| program(*position, marked.tlp.max(index.tlp)))
        });
        let counts = ComparedWith {
            sha256: Sha256::of(b"index"),
            programs: 9,
            library_programs: 1,
            families: 3,
            actors: 2,
            functions: 900,
        };
        Some(CodeFindings { index: counts, programs: programs.collect() })
    }

    fn inputs(&self, has_code: bool) -> Vec<Input> {
        let input = |path: String, what: &str| Input {
            sha256: Sha256::of(path.as_bytes()),
            path,
            bytes: 5,
            what: what.to_owned(),
        };
        let mut inputs = vec![input("case.toml".to_owned(), "the case")];
        inputs.extend(self.tables().map(|(name, _)| input(name.to_owned(), "table")));
        for position in &self.there {
            let name = word(*position);
            match self.marked[*position].part {
                Part::Evidence(number) if KINDS[number] == "sample" && has_code => {
                    inputs.push(input(format!("found/{name}.exe"), "a program of the case"));
                }
                Part::UnusedTable => inputs.push(input(format!("routes/{name}.mrt"), "not read")),
                Part::Index if has_code => {
                    inputs.push(input("index".to_owned(), "index of known programs"));
                }
                Part::Edition | Part::OwnCase(_) => {
                    inputs.push(input(format!("library/{name}"), "record of previous attacks"));
                }
                _ => {}
            }
        }
        inputs.sort();
        inputs
    }

    fn library_parts(&self) -> Vec<Record> {
        let mut parts = vec![catalogue("attack-enterprise", Tlp::Clear, "known"), facts()];
        for position in &self.there {
            let marked = &self.marked[*position];
            match marked.part {
                Part::Edition => {
                    parts.push(catalogue(&word(*position), marked.tlp, &word(*position)));
                }
                Part::OwnCase(_) => parts.push(own_case(&word(*position), marked.tlp)),
                _ => {}
            }
        }
        parts
    }

    fn assessed(&self) -> Assessment {
        self.assessed_with(Vec::new())
    }

    /// Assesses the case with further parts in the library.
    fn assessed_with(&self, more: Vec<Record>) -> Assessment {
        let case = self.case();
        let routing_data = self.routing_data(&case, &|_| false);
        let code = self.code();
        let library = Library::new(self.library_parts().into_iter().chain(more).collect());
        let inputs = self.inputs(code.is_some());
        let material = Material {
            case: &case,
            routing_data: Some(&routing_data),
            routing_data_of: &|view| {
                Ok(Some(self.routing_data(&view.case, &|name| view.hides(name))))
            },
            library: &library,
            code,
            program: "demarche",
            inputs,
            gaps: Vec::new(),
        };
        findings(material, &()).unwrap()
    }
}

const TABLES: [(&str, &str); 4] = [
    (
        "routes/rel.txt",
        "4837|131279|-1\n20485|131279|-1\n2516|4837|0\n4837|20485|0\n2516|20485|0\n9931|4837|0\n2516|9931|-1\n4837|9931|-1\n",
    ),
    ("routes/pfx.txt", "175.45.176.0\t22\t131279\n10.77.0.0\t16\t9931\n"),
    (
        "routes/delegations.txt",
        "2|apnic|20140630|2|19830613|20140630|+1000\napnic|KP|ipv4|175.45.176.0|1024|20091221|assigned\napnic|TH|ipv4|10.77.0.0|65536|20091221|assigned\n",
    ),
    (
        "routes/asns.txt",
        "# asn\tcc\tsource\tname\n131279\tKP\tx\tStar\n4837\tCN\tx\tUnicom\n20485\tRU\tx\tTTK\n2516\tJP\tx\tKDDI\n9931\tTH\tx\tCAT\n",
    ),
];

/// The fields of an item that belong to its kind.
fn body(kind: &str, position: usize) -> String {
    let name = word(position);
    match kind {
        "sample" => format!(
            "name = \"{name}.exe\"\nrole = \"{name} role\"\nmd5 = \"{position:032x}\"\nfile = \"found/{name}.exe\"\n"
        ),
        "technique" => "technique = \"T1485\"\n".to_owned(),
        "software" => format!(
            "name = \"{name} tool\"\nrole = \"{name} role\"\nrecord = [\"Wiper {}\"]\n",
            position % 3
        ),
        "infrastructure" => format!(
            "address = \"10.77.{position}.201\"\nhost = \"{name}.example\"\nrole = \"{name} role\"\ncountry = \"TH\"\n"
        ),
        "shared-code" => {
            format!(
                "with = \"{name} program\"\nshared = [\"{name} part\"]\nrecord = [\"Wiper 1\"]\n"
            )
        }
        "artefact" => format!("trace = \"language\"\nvalue = \"{name} value\"\n"),
        "claim-of-responsibility" => format!("name = \"{name} front\"\n"),
        "damage" => format!("number = 7\nunit = \"{name} units\"\n"),
        _ => String::new(),
    }
}

/// A program that shares code with one of an actor.
fn program(position: usize, tlp: Tlp) -> ComparedProgram {
    let tie = CodeTie {
        name: "First Group".to_owned(),
        actors: Vec::new(),
        strength: CodeStrength { nats: 6.0, low: 5.0, high: 7.0, is_attributed: true },
        functions: 12,
        bytes: 3_000,
        share: 0.3,
        alone: 9,
        with: Vec::new(),
        packages: Vec::new(),
        nearest: KnownProgram { name: "known.exe".to_owned(), sha256: Sha256::of(b"known") },
    };
    ComparedProgram {
        program: ProgramFacts {
            name: format!("found/{}.exe", word(position)),
            sha256: Sha256::of(word(position).as_bytes()),
            bytes: 5,
            format: "PE".to_owned(),
            architecture: "x86".to_owned(),
            code_bytes: 4,
            packed: None,
            tlp: Some(tlp),
        },
        known_as: None,
        untold: None,
        packages: Vec::new(),
        functions: FunctionCounts { found: 40, library: 10, shared: 12, unknown: 10, small: 8 },
        actors: vec![tie],
        families: Vec::new(),
        rests_on: Vec::new(),
        matched: Vec::new(),
    }
}

/// An edition of ATT&CK's shape: three actors, their software and uses, with a word in everything that it adds.
fn catalogue(name: &str, tlp: Tlp, word: &str) -> Record {
    let id = |text: &str| RecordId::new(Catalogue::Attack, text);
    let cited = vec![CitationId(0)];
    let is_marked = word != "known";
    let states = ["KP", "CN", "RU"];
    let mut actors: Vec<Actor> = ["First Group", "Second Group", "Third Group"]
        .into_iter()
        .zip(states)
        .zip(1..)
        .map(|((name, state), number)| Actor {
            id: id(&format!("G900{number}")),
            name: name.to_owned(),
            synonyms: vec![Synonym {
                name: format!("{word} alias {number}"),
                citations: cited.clone(),
            }],
            states: vec![StateClaim {
                state: country(if is_marked && number == 3 { "KP" } else { state }),
                bond: Bond::ActsFor,
                basis: format!("{word} basis"),
                citations: cited.clone(),
            }],
            victims: vec![country("US")],
            about: format!("{word} about"),
            citations: cited.clone(),
        })
        .collect();
    if is_marked {
        actors[0].id = id("G9009");
        actors[0].name = format!("{word} Secret");
    }
    let software = (0..3).map(|number| SoftwareEntry {
        id: id(&format!("S900{number}")),
        name: format!("Wiper {number}"),
        synonyms: vec![Synonym { name: format!("{word} tool {number}"), citations: cited.clone() }],
        availability: Availability::Private,
        about: format!("{word} about"),
        citations: cited.clone(),
    });
    let uses = actors.iter().enumerate().flat_map(|(position, actor)| {
        let tool = Used::Software(id(&format!("S900{}", if is_marked { 1 } else { position })));
        let technique = Used::Technique("T1485".parse().unwrap());
        [tool, technique].map(|used| Use {
            user: actor.id.clone(),
            used,
            citations: cited.clone(),
            about: format!("{word} use"),
            grade: None,
        })
    });
    Record {
        editions: vec![Edition {
            name: name.to_owned(),
            catalogue: Catalogue::Attack,
            date: None,
            origin: "a test".to_owned(),
            licence: format!("{word} terms"),
            tlp,
            sha256: Sha256::of(name.as_bytes()),
            used: 0,
            refused: 0,
        }],
        software: software.collect(),
        techniques: Vec::new(),
        attacks: Vec::new(),
        uses: uses.collect(),
        citations: vec![Citation {
            name: format!("{word} report"),
            text: format!("{word} report. (2013)."),
            url: None,
            date: Some("2013".parse().unwrap()),
        }],
        actors,
    }
}

/// An earlier case of one's own, with the software and the addresses of the one at hand.
fn own_case(name: &str, tlp: Tlp) -> Record {
    let case = format!(
        "id = \"{name}\"\ntitle = \"{name} earlier\"\ntlp = \"{}\"\nsummary = \"{name} summary.\"\nbegan = \"2013-03\"\n\
         [owner]\norganisation = \"The sender\"\ncountry = \"US\"\ncontact = \"desk\"\n\
         [[party]]\nid = \"kp\"\nname = \"{name} state\"\ncountry = \"KP\"\nrole = \"responsible-alleged\"\n\
         [[party]]\nid = \"victim\"\nname = \"{name} victim\"\ncountry = \"US\"\nrole = \"victim\"\nsector = \"media\"\n\
         [[claim]]\nkind = \"attribution\"\nby = \"victim\"\nabout = \"kp\"\ntext = \"{name} claim.\"\nsource = \"{name} claimed\"\n",
        tlp.word()
    );
    let item = |id: &str, kind: &str, body: &str| {
        format!(
            "[[evidence]]\nid = \"{id}\"\ntitle = \"{name} {id}\"\nkind = \"{kind}\"\nsays = \"{name} says.\"\n\
             source = \"{name} source\"\ngrade = \"B2\"\ntlp = \"{}\"\n{body}\n",
            tlp.word()
        )
    };
    let evidence = [
        item("tool", "software", "name = \"Wiper 0\"\nrecord = [\"S9000\"]"),
        item("way", "technique", "technique = \"T1485\""),
        item("host", "infrastructure", "address = \"10.77.19.201\"\nrole = \"c2\""),
    ];
    let case = Case::read(&case, &evidence.concat()).unwrap();
    let sha256 = Sha256::of(name.as_bytes());
    let provenance = Provenance { origin: "a test".to_owned(), date: None, sha256 };
    demarche_library::case::of(&case, &provenance).part
}

fn may(marked: &Marked, to: Country) -> bool {
    marked.tlp.may_go_to(to, &marked.release_to).is_ok()
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

/// The words in a file.
fn words_in(bytes: &[u8]) -> BTreeSet<usize> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let after = text.split("zq").skip(1);
    let words = after.filter_map(|rest| rest.split_once("qz"));
    words.filter_map(|(word, _)| word.parse().ok()).collect()
}

#[derive(Default)]
struct Tally {
    told: usize,
    kept: usize,
    judged: usize,
    routed: usize,
}

fn check(seed: u64, marked: &[Marked], whole: &Assessment, to: Country, tally: &mut Tally) {
    let all = || 0..marked.len();
    let there: BTreeSet<usize> = all().filter(|position| may(&marked[*position], to)).collect();
    let less = World { marked, there: there.clone() }.assessed();
    for to in [Recipient::State(to), Recipient::Cert(to)] {
        let (note, other) = (note(whole, to), note(&less, to));
        // An accusation that may not be shared is not sent at all.
        if note.refused.is_some() {
            continue;
        }
        for ((file, left), (_, right)) in sent(&note).iter().zip(&sent(&other)) {
            for word in words_in(left) {
                assert!(there.contains(&word), "seed {seed}: {word} in the {file} for {to}");
                tally.told += 1;
            }
            assert!(
                left == right,
                "seed {seed}: the {file} for {to} tells that something is withheld:\n{}\n---\n{}",
                String::from_utf8_lossy(left),
                String::from_utf8_lossy(right)
            );
        }
        assert_eq!((note.marking, note.annex.marking), (other.marking, other.marking));
        assert!(note.marking <= Tlp::Amber && whole.marking() >= note.marking);
        tally.judged += usize::from(released(whole, to).attribution.is_some());
        tally.routed += usize::from(note.markdown.contains("AS4837"));
        tally.kept += note.withheld.len();
    }
}

fn try_seeds(seeds: impl Iterator<Item = u64>) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        let marked = marked(seed);
        let whole = World { marked: &marked, there: (0..marked.len()).collect() }.assessed();
        let strictest = Tlp::strictest(marked.iter().map(|marked| marked.tlp));
        assert_eq!(whole.marking(), strictest, "seed {seed}");
        let to = STATES[usize::try_from(seed % 4).unwrap()];
        check(seed, &marked, &whole, country(to), &mut tally);
    }
    tally
}

/// Cases that are tried; each goes to one state and to its CERT.
const CASES: u64 = 240;

#[test]
fn no_note_tells_what_is_withheld_nor_that_something_is() {
    let tallies = std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            scope.spawn(move || try_seeds((0..CASES).filter(move |seed| seed % 2 == half)))
        });
        halves.map(|half| half.join().unwrap())
    });
    let sum = |of: fn(&Tally) -> usize| tallies.iter().map(of).sum::<usize>();
    let (told, kept) = (sum(|tally| tally.told), sum(|tally| tally.kept));
    let (judged, routed) = (sum(|tally| tally.judged), sum(|tally| tally.routed));
    // Not an empty exercise: each was met often.
    let least = usize::try_from(CASES).unwrap();
    assert!(told > 10 * least && kept > 10 * least, "{told} told, {kept} kept");
    assert!(judged > least / 4 && routed > least / 4, "{judged} judged, {routed} routed");
}

/// Every part is `GREEN` but those of one kind.
fn green_but(hidden: Part, tlp: Tlp) -> Vec<Marked> {
    let mut marked = marked(0);
    for one in &mut marked {
        one.release_to.clear();
        one.tlp = if one.part == hidden { tlp } else { Tlp::Green };
    }
    marked
}

fn whole(marked: &[Marked]) -> Assessment {
    World { marked, there: (0..marked.len()).collect() }.assessed()
}

#[test]
fn each_part_alone_is_withheld_without_a_trace_and_named_to_the_sender() {
    let every = Part::ALL.into_iter().chain((0..KINDS.len()).map(Part::Evidence));
    for hidden in every {
        for tlp in [Tlp::Amber, Tlp::AmberStrict, Tlp::Red] {
            let marked = green_but(hidden, tlp);
            let whole = whole(&marked);
            assert_eq!(whole.marking(), tlp, "{hidden:?}");
            check(0, &marked, &whole, country("JP"), &mut Tally::default());
            let note = note(&whole, country("CN"));
            assert!(!note.withheld.is_empty(), "{hidden:?}");
            assert_eq!(note.withheld[0].because.marking, tlp, "{hidden:?}");
            if tlp == Tlp::Red {
                assert!(note.marking <= Tlp::Green);
            }
        }
    }
}

#[test]
fn only_the_target_takes_the_routing_findings_along() {
    let routes = |hidden| {
        let note = note(&whole(&green_but(hidden, Tlp::Red)), country("CN"));
        note.withheld.into_iter().find_map(|item| match item.part {
            WithheldPart::Routes(rest_on) => Some(rest_on),
            _ => None,
        })
    };
    assert_eq!(routes(Part::Target), Some(RoutesRestOn::Target));
    assert_eq!(routes(Part::UsedTable), None, "judged again from the tables that are left");
    assert_eq!(routes(Part::Doubt), None, "judged again with the link that is not doubted");
    assert_eq!(routes(Part::UnusedTable), None);
    assert_eq!(routes(Part::Index), None);
}

#[test]
fn the_sender_is_warned_of_every_note_whose_arrival_alone_tells_something() {
    for hidden in [Part::UsedTable, Part::Target, Part::Doubt, Part::Case] {
        let mut marked = green_but(hidden, Tlp::Red);
        // Hosts that a source places in the state would be a reason of their own.
        for one in &mut marked {
            if matches!(one.part, Part::Evidence(3 | 4)) {
                one.tlp = Tlp::Red;
            }
        }
        let whole = whole(&marked);
        for addressee in addressees(&whole) {
            let note = note(&whole, addressee.to);
            let partner = "The sender holds that the addressee may be able to help.";
            assert_eq!(
                note.is_reason_withheld,
                note.markdown.contains(partner),
                "{hidden:?}: {}",
                addressee.to
            );
            assert_eq!(
                note.is_reason_withheld,
                note.sender_markdown.contains("READ THIS BEFORE SENDING. Every reason"),
            );
        }
        let told = note(&whole, country("RU"));
        let is_told_else = matches!(hidden, Part::Case | Part::Doubt);
        assert!(told.is_reason_withheld || is_told_else, "{hidden:?}");
    }
}

/// The files that go to a state and its CERT are the same with a withheld part as without it.
fn same_without(hidden: Part, tlp: Tlp) {
    let marked = green_but(hidden, tlp);
    let whole = whole(&marked);
    assert_eq!(whole.marking(), tlp, "the heading carries the strictest marking");
    for state in STATES {
        check(0, &marked, &whole, country(state), &mut Tally::default());
    }
}

/// What leaked: the case was headed and sealed under its own marking, while ranking and JSON named the hypothesis.
#[test]
fn a_red_hypothesis_marks_a_clear_case_red() {
    let mut marked = green_but(Part::Hypothesis, Tlp::Red);
    for part in marked.iter_mut().filter(|part| part.part != Part::Hypothesis) {
        part.tlp = Tlp::Clear;
    }
    let whole = whole(&marked);
    assert_eq!((whole.case.marking(), whole.marking()), (Tlp::Red, Tlp::Red));
    check(0, &marked, &whole, country("TH"), &mut Tally::default());
}

/// What leaked: the second judging got the places of addresses of the whole, so that a RED table moved a probability.
#[test]
fn a_red_routing_table_moves_no_probability_in_a_note() {
    same_without(Part::UsedTable, Tlp::Red);
}

/// What leaked: the list of editions lost the marked one, while its group, its use and its source stayed in the record.
#[test]
fn a_marked_edition_of_the_library_speaks_in_no_note() {
    same_without(Part::Edition, Tlp::Red);
    same_without(Part::Edition, Tlp::Amber);
}

/// A STIX bundle under a marking, of a group that uses what the case saw.
fn bundle(tlp: &str) -> String {
    let object = |kind: &str, id: &str, rest: &str| {
        format!(
            r#"{{"type":"{kind}","spec_version":"2.1","id":"{kind}--00000000-0000-4000-8000-{id}",
            "created":"2014-01-01T00:00:00.000Z","modified":"2014-01-01T00:00:00.000Z",{rest},
            "object_marking_refs":["marking-definition--00000000-0000-4000-8000-000000000009"]}}"#
        )
    };
    let named = |id: &str| {
        format!(r#""external_references":[{{"source_name":"mitre-attack","external_id":"{id}"}}]"#)
    };
    let marking = format!(
        r#"{{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--00000000-0000-4000-8000-000000000009",
        "created":"2022-10-01T00:00:00.000Z","name":"TLP:{tlp}","definition_type":"tlp","definition":{{"tlp":"{}"}}}}"#,
        tlp.to_lowercase()
    );
    let objects = [
        marking,
        object(
            "intrusion-set",
            "000000000001",
            &format!(
                r#""name":"zq900qz Secret","description":"A North Korean state-sponsored group.",{}"#,
                named("G9901")
            ),
        ),
        object(
            "attack-pattern",
            "000000000002",
            &format!(r#""name":"zq900qz way",{}"#, named("T1485")),
        ),
        object(
            "relationship",
            "000000000003",
            r#""relationship_type":"uses","source_ref":"intrusion-set--00000000-0000-4000-8000-000000000001",
            "target_ref":"attack-pattern--00000000-0000-4000-8000-000000000002","description":"zq900qz use.",
            "external_references":[{"source_name":"zq900qz memo","description":"zq900qz memo (2013)."}]"#,
        ),
    ];
    format!(
        r#"{{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000008","objects":[{}]}}"#,
        objects.join(",")
    )
}

/// What leaked: the same as above, met with a bundle that `library add` had read.
#[test]
fn an_imported_bundle_under_a_marking_speaks_in_no_note() {
    for tlp in ["RED", "AMBER"] {
        let bytes = bundle(tlp).into_bytes();
        let sha256 = Sha256::of(&bytes);
        let provenance = Provenance { origin: "secret.json".to_owned(), date: None, sha256 };
        let part = demarche_library::import(&bytes, &provenance).unwrap().part;
        assert_eq!(part.editions[0].tlp.word(), tlp);
        let marked = green_but(Part::Case, Tlp::Green);
        let world = World { marked: &marked, there: (0..marked.len()).collect() };
        let whole = world.assessed_with(vec![part]);
        let known = whole.attribution.as_ref().unwrap();
        assert!(serde_json::to_string(known).unwrap().contains("zq900qz"), "the sender sees it");
        for state in STATES {
            check(0, &marked, &whole, country(state), &mut Tally::default());
        }
    }
}

/// What leaked: all earlier cases were dropped together, so that a RED one took a CLEAR one along.
#[test]
fn a_red_case_of_ones_own_leaves_a_clear_one_in_the_notes() {
    same_without(Part::OwnCase(1), Tlp::Red);
    let shared = released(&whole(&green_but(Part::OwnCase(1), Tlp::Red)), country("TH").into());
    let editions = shared.attribution.unwrap().record.editions;
    let own = editions.iter().filter(|edition| edition.catalogue == Catalogue::Case).count();
    assert_eq!(own, 1, "the case that may be shared still counts");
}

/// What leaked: the annex listed the file that was opened only to compare it with a restricted index.
#[test]
fn a_restricted_index_shows_in_no_annex() {
    same_without(Part::Index, Tlp::Red);
    same_without(Part::Index, Tlp::AmberStrict);
}

/// What leaked: any withheld table, even one that no finding rests on, removed all routing findings.
#[test]
fn an_unused_withheld_table_leaves_the_routing_findings_alone() {
    same_without(Part::UnusedTable, Tlp::Red);
    let hidden = whole(&green_but(Part::UnusedTable, Tlp::Red));
    assert!(released(&hidden, country("TH").into()).routes.is_some());
}

/// What leaked: the target and the doubted links of a RED case spoke in notes under GREEN.
#[test]
fn target_and_doubted_links_have_a_marking_of_their_own() {
    same_without(Part::Target, Tlp::Red);
    same_without(Part::Doubt, Tlp::Red);
    same_without(Part::Case, Tlp::Red);
    let case = "id = \"x\"\ntitle = \"x\"\ntlp = \"RED\"\nsummary = \"x\"\n\
        [owner]\norganisation = \"x\"\ncontact = \"x\"\n[target]\ncountry = \"KP\"\n\
        [[routes.doubtful]]\nleft = 1\nright = 2\nreason = \"x\"\nsource = \"x\"\n";
    let case = Case::read(case, "").unwrap();
    let markings = (case.target.unwrap().tlp, case.routes.doubtful[0].tlp);
    assert_eq!(markings, (Tlp::Red, Tlp::Red), "the case's own, unless they have one");
}

/// Every remedy that the sender's list names is accepted by the parser and releases the part.
#[test]
fn every_remedy_of_the_senders_list_releases_the_part() {
    let every = Part::ALL.into_iter().chain((0..KINDS.len()).map(Part::Evidence));
    let state = country("TH");
    for hidden in every {
        for tlp in [Tlp::Amber, Tlp::AmberStrict, Tlp::Red] {
            let mut marked = green_but(hidden, tlp);
            let before = note(&whole(&marked), state);
            assert!(!before.withheld.is_empty(), "{hidden:?}");
            let is_of_case = !matches!(hidden, Part::Edition | Part::OwnCase(_) | Part::Index);
            // Markdown escapes the key.
            let names_key = before.sender_markdown.contains("release\\_to");
            assert_eq!(
                names_key,
                is_of_case && tlp == Tlp::Amber,
                "{hidden:?}: {}",
                before.sender_markdown
            );
            for part in marked.iter_mut().filter(|part| part.part == hidden) {
                if names_key {
                    part.release_to.insert(state);
                } else {
                    part.tlp = Tlp::Green;
                }
            }
            let after = note(&whole(&marked), state);
            // A consent to a program is none to its comparison, which has a remedy of its own.
            let is_comparison = |item: &&WithheldItem| match &item.part {
                WithheldPart::Index(_) => true,
                WithheldPart::Evidence(id) => id.as_str().starts_with("code-"),
                _ => false,
            };
            let left = after.withheld.iter().filter(|item| !(names_key && is_comparison(item)));
            assert_eq!(left.count(), 0, "{hidden:?} {tlp}: {:?}", after.withheld);
        }
    }
}

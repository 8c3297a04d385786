//! Laws of the weighing, on cases that are made up.

use arbtest::arbitrary::Unstructured;
use arbtest::{arbitrary, arbtest};
use demarche_case::assessment::attribution::{
    AttributionFindings, Balance, Chance, Confidence, ConfidenceLevel, Judgement, Leads, Prior,
    RankedState, RecordUsed,
};
use demarche_case::assessment::response::{DegreeStep, ResponseCaveat, ResponseFindings};
use demarche_case::options::{
    Condition, Direction, Fact, LegalClass, Options, Reason, ResponseOption,
};
use demarche_case::record::Record;
use demarche_case::{AttackerKind, Case, Country, Probability};
use demarche_response::{Question, catalogue, weigh};

/// What may vary from case to case.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    effects: Vec<&'static str>,
    sector: &'static str,
    victims: u8,
    hosts: Vec<&'static str>,
    partners: Vec<&'static str>,
    transit: Vec<&'static str>,
    /// Low, estimate and high of the judgement, and the same if all were planted.
    actor: [f64; 2],
    response: String,
    /// Options that the sender took already.
    steps: Vec<&'static str>,
    /// States with a national CERT that the case names.
    certs: Vec<&'static str>,
    /// True if Russia is said to shelter those who did it.
    shelters: bool,
}

impl Made {
    pub(crate) fn plain() -> Self {
        Self {
            effects: vec!["destruction", "coercion"],
            sector: "media",
            victims: 1,
            hosts: vec!["TH", "PL", "US"],
            partners: vec!["JP"],
            transit: Vec::new(),
            actor: [0.8, 0.6],
            response: String::new(),
            steps: Vec::new(),
            certs: Vec::new(),
            shelters: false,
        }
    }

    /// The plain case, with the state held responsible at a certainty.
    pub(crate) fn certain(certainty: f64) -> Self {
        Self { actor: [certainty, certainty], ..Self::plain() }
    }

    fn any(u: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        let kinds = ["destruction", "disclosure", "disruption", "coercion", "espionage", "theft"];
        let some = |u: &mut Unstructured<'_>, of: &[&'static str]| -> arbitrary::Result<Vec<_>> {
            let mut some = Vec::new();
            for one in of {
                if u.arbitrary()? {
                    some.push(*one);
                }
            }
            Ok(some)
        };
        Ok(Self {
            effects: some(u, &kinds)?,
            sector: u.choose(&["media", "critical-infrastructure", "government", "people"])?,
            victims: u.int_in_range(0..=4)?,
            hosts: some(u, &["TH", "PL", "US", "RU", "KP"])?,
            partners: some(u, &["JP", "CN", "KP"])?,
            transit: Vec::new(),
            actor: [u.int_in_range(0..=100)?, u.int_in_range(0..=100)?]
                .map(|percent: u32| f64::from(percent) / 100.0),
            response: String::new(),
            steps: some(u, &["consult", "sever-relations", "call-to-cease"])?,
            certs: some(u, &["FR", "KP"])?,
            shelters: false,
        })
    }

    fn case(&self) -> Case {
        let mut text = "id = \"made\"\ntitle = \"Made\"\ntlp = \"CLEAR\"\nsummary = \"Made up.\"\ndetected = 2020-06-01\n[owner]\norganisation = \"Made\"\ncountry = \"US\"\ncontact = \"made\"\n".to_owned();
        let mut party = |id: &str, country: &str, role: &str, more: &str| {
            text.push_str(&format!("[[party]]\nid = \"{id}\"\nname = \"{id}\"\ncountry = \"{country}\"\nrole = \"{role}\"\n{more}\n"));
        };
        party("state", "KP", "responsible-alleged", "");
        for victim in 0..self.victims {
            party(
                &format!("victim-{victim}"),
                "US",
                "victim",
                &format!("sector = \"{}\"", self.sector),
            );
        }
        for partner in &self.partners {
            party(&format!("partner-{}", partner.to_lowercase()), partner, "partner", "");
        }
        for state in &self.transit {
            party(&format!("transit-{}", state.to_lowercase()), state, "transit", "");
        }
        for state in &self.certs {
            party(&format!("cert-{}", state.to_lowercase()), state, "cert", "");
        }
        if self.shelters {
            party("shelter", "RU", "shelter-alleged", "");
        }
        for step in &self.steps {
            text.push_str(&format!(
                "[[event]]\ndate = 2020-06-20\ntext = \"A step.\"\nsteps = [\"{step}\"]\n"
            ));
        }
        for effect in &self.effects {
            let harm = if *effect == "coercion" { "A ransom was asked for." } else { "Harm." };
            text.push_str(&format!("[[effect]]\nkind = \"{effect}\"\ntext = \"{harm}\"\n"));
        }
        let mut evidence = String::new();
        for (number, host) in self.hosts.iter().enumerate() {
            evidence.push_str(&format!("[[evidence]]\nid = \"host-{number}\"\nkind = \"infrastructure\"\ntitle = \"A host\"\nsays = \"It served.\"\nsource = \"made\"\ngrade = \"B2\"\ntlp = \"CLEAR\"\naddress = \"203.0.113.{number}\"\nrole = \"control\"\ncountry = \"{host}\"\n"));
        }
        let mut case = Case::read(&text, &evidence).unwrap_or_else(|error| panic!("{error}"));
        case.response = Options::read("response.toml", &self.response)
            .unwrap_or_else(|error| panic!("{error}"));
        case
    }

    pub(crate) fn weigh(&self) -> ResponseFindings {
        let (case, record) = (self.case(), Record::default());
        let attribution = judged(self.actor);
        let question = Question {
            case: &case,
            attribution: Some(&attribution),
            routes: None,
            record: &record,
            seed: 7,
        };
        weigh(&question).expect("the owner has a state")
    }
}

/// A judgement that gives North Korea these chances: as reported, and if all were planted.
pub(crate) fn judged(actor: [f64; 2]) -> AttributionFindings {
    let state: Country = "KP".parse().unwrap();
    let judgement = |estimate: f64| Judgement {
        ranking: Vec::new(),
        others: None,
        states: vec![RankedState {
            state,
            probability: Some(Chance {
                estimate: Probability::clamped(estimate),
                low: Probability::clamped(estimate * 0.8),
                high: Probability::clamped(estimate),
            }),
            prior: Prior(Probability::clamped(0.1)),
        }],
        kinds: Vec::new(),
    };
    AttributionFindings {
        record: RecordUsed { editions: Vec::new(), actors: 0, attacks: 0, uses: 0 },
        hypotheses: Vec::new(),
        as_reported: judgement(actor[0]),
        if_planted: judgement(actor[1]),
        withheld: None,
        leads: None,
        balance: Balance::default(),
        wanted: Vec::new(),
        confidence: Confidence { level: ConfidenceLevel::Low, reasons: Vec::new() },
        items: Vec::new(),
        sensitivity: Vec::new(),
        overlaps: Vec::new(),
        precedents: Vec::new(),
        hunt_leads: Vec::new(),
        parameters: Vec::new(),
        caveats: Vec::new(),
    }
}

fn place(found: &ResponseFindings, id: &str) -> usize {
    found.options.iter().position(|one| one.id == id).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn no_state_is_held_responsible_where_a_gang_leads() {
    let mut case = Made::plain().case();
    case.parties.retain(|party| party.id.as_str() != "state");
    let record = Record::default();
    let found = |leads: Option<Leads>| {
        let attribution = AttributionFindings { leads, ..judged([0.01, 0.01]) };
        let attribution = Some(&attribution);
        let question =
            Question { case: &case, attribution, routes: None, record: &record, seed: 7 };
        weigh(&question).unwrap()
    };
    let directed = |found: &ResponseFindings| found.responsible;
    let state: Country = "KP".parse().unwrap();
    assert_eq!(directed(&found(Some(Leads::State { state }))), Some(state));
    for leads in [None, Some(Leads::Kind { attacker: AttackerKind::Criminal })] {
        let found = found(leads);
        assert_eq!(directed(&found), None);
        assert!(found.caveats.contains(&ResponseCaveat::NoStateResponsible));
    }
}

/// An option that is worst by every criterion.
const DOMINATED: &str = r#"
[[option]]
id = "worst"
name = "Worst"
to = "home"
law = "domestic"
gravity = { range = 0, source = "made" }
ongoing = { range = 0, source = "made" }
conduct = { range = 0, source = "made" }
speed = { range = 3650, source = "made" }
support = { range = 0, source = "made" }
collateral = { range = 1, source = "made" }
escalation = { range = 1, source = "made" }
legality = { range = 1, source = "made" }
secrecy = { range = 1, source = "made" }
cost = { range = 1, source = "made" }
permanence = { range = 1, source = "made" }
"#;

#[test]
fn a_dominated_option_changes_nothing_above_it() {
    arbtest(|u| {
        let without = Made::any(u)?;
        let with = Made { response: DOMINATED.to_owned(), ..without.clone() };
        let (without, with) = (without.weigh(), with.weigh());
        let added = with.weighing.ranked.last().unwrap();
        assert_eq!(added.option, "worst");
        assert!(added.ranks[0] <= 0.0);
        for (one, other) in without.weighing.ranked.iter().zip(&with.weighing.ranked) {
            assert_eq!(one.option, other.option);
            // The worst is added to hardening, which may make it better than doing nothing, and than nothing else.
            let is_above = one.option != "nothing";
            let same = one.ranks.iter().zip(&other.ranks);
            assert!(!is_above || same.clone().all(|(one, other)| (one - other).abs() < 1e-12));
            assert!((one.regret - other.regret).abs() < 1e-12);
        }
        for (one, other) in without.weighing.better.iter().zip(&with.weighing.better) {
            assert!(one.iter().zip(other).all(|(one, other)| (one - other).abs() < 1e-12));
        }
        assert_eq!(without.statement.leaders, with.statement.leaders);
        Ok(())
    })
    .budget_ms(3_000);
}

#[test]
fn what_cannot_hold_never_ranks() {
    let closed = [
        (Condition::StateLink, "state-link", vec!["countermeasure", "self-defence"]),
        (Condition::Persons, "persons", vec!["indictment"]),
        (Condition::Peril, "peril", vec!["necessity"]),
        (Condition::Breach, "breach", vec!["countermeasure"]),
    ];
    for (condition, word, ids) in closed {
        let response =
            format!("[[fact]]\ncondition = \"{word}\"\nprobability = 0\nsource = \"made\"\n");
        let found = Made { response, ..Made::plain() }.weigh();
        for id in ids {
            let option = place(&found, id);
            assert!(found.weighing.ranked.iter().all(|ranked| ranked.option != id), "{id}");
            assert!(found.variants.iter().all(|variant| variant.first[option] <= 0.0), "{id}");
            assert!(
                found
                    .packages
                    .iter()
                    .all(|package| package.options.iter().all(|member| member != id)),
                "{id}"
            );
            let gate = found.options[option].gates.iter().find(|one| one.condition == condition);
            assert!(gate.unwrap().holds.iter().all(|holds| *holds <= 0.0));
        }
    }
}

fn is_taken(found: &ResponseFindings, option: &str) -> bool {
    let option = &found.options[place(found, option)];
    let says_so = option.gates.iter().any(|gate| matches!(gate.reason, Some(Reason::Taken { .. })));
    says_so && option.open.iter().all(|open| *open <= 0.0)
}

#[test]
fn a_step_already_taken_is_not_weighed_again_nor_what_it_includes() {
    let found = Made { steps: vec!["sever-relations"], ..Made::plain() }.weigh();
    assert!(is_taken(&found, "sever-relations") && is_taken(&found, "expulsion"));
    assert!(!is_taken(&found, "consult"));
    let before = Made::plain().weigh();
    assert!(["sever-relations", "expulsion"].iter().all(|option| !is_taken(&before, option)));
}

#[test]
fn what_needs_a_step_before_it_needs_nothing_more_once_it_was_taken() {
    let found = Made { steps: vec!["consult", "call-to-cease"], ..Made::plain() }.weigh();
    let joint = &found.options[place(&found, "attribute-jointly")];
    assert!(joint.gates.iter().all(|gate| gate.condition != Condition::Before));
    assert!(joint.open[0] > 0.0);
    let called = Fact::of(&found.facts, Condition::Called).unwrap();
    assert_eq!([called.permissive, called.strict], [[1.0; 3]; 2]);
    assert!(matches!(called.reason, Reason::Taken { .. }));
}

#[test]
fn a_cert_that_the_case_names_can_be_asked_unless_its_state_is_accused() {
    let asked = |certs: Vec<&'static str>| {
        let found = Made { certs, hosts: Vec::new(), ..Made::plain() }.weigh();
        found.options[place(&found, "cert-request")].addressees.clone()
    };
    let france: Country = "FR".parse().unwrap();
    assert_eq!(asked(vec!["FR", "KP", "US"]), [france], "the accused and oneself are not asked");
    assert!(asked(Vec::new()).is_empty());
}

#[test]
fn what_the_case_rules_out_is_closed_and_says_why() {
    let response = "[[without]]\noption = \"expulsion\"\nbecause = \"No relations\"\n".to_owned();
    let found = Made { response, ..Made::plain() }.weigh();
    let option = &found.options[place(&found, "expulsion")];
    assert!(option.open.iter().all(|open| *open <= 0.0));
    assert!(
        option.gates.iter().any(
            |gate| gate.reason == Some(Reason::RuledOut { because: "No relations".to_owned() })
        )
    );
}

#[test]
fn less_evidence_never_makes_anything_more_lawful() {
    arbtest(|u| {
        let more = Made::any(u)?;
        let mut less = more.clone();
        less.actor = more.actor.map(|chance| chance * 0.7);
        less.effects.truncate(u.int_in_range(0..=more.effects.len())?);
        let (more, less) = (more.weigh(), less.weigh());
        for (more, less) in more.options.iter().zip(&less.options) {
            let bounds = more.open.iter().zip(less.open);
            assert!(bounds.clone().all(|(more, less)| less <= *more + 1e-12), "{}", more.id);
        }
        Ok(())
    })
    .budget_ms(3_000);
}

#[test]
fn no_probability_of_an_actor_closes_what_needs_one() {
    let case = Made::plain().case();
    let record = Record::default();
    let question =
        Question { case: &case, attribution: None, routes: None, record: &record, seed: 7 };
    let found = weigh(&question).unwrap();
    for id in ["call-to-cease", "attribute-alone", "sanctions", "countermeasure", "expulsion"] {
        assert!(found.options[place(&found, id)].open.iter().all(|open| *open <= 0.0), "{id}");
    }
    assert!(found.options[place(&found, "harden")].open.iter().all(|open| *open >= 1.0));
}

#[test]
fn shares_are_shares_and_the_same_question_has_the_same_answer() {
    arbtest(|u| {
        let made = Made::any(u)?;
        let found = made.weigh();
        assert_eq!(found, made.weigh());
        let is_share = |one: f64| (0.0..=1.0 + 1e-12).contains(&one);
        for one in &found.weighing.ranked {
            assert!((one.ranks.iter().sum::<f64>() - one.available).abs() < 1e-9);
            assert!(is_share(one.holistic) && is_share(one.confidence) && is_share(one.regret));
            let central = one.central.iter().map(|weights| weights.iter().sum::<f64>());
            assert!(central.into_iter().all(|sum| (sum - 1.0).abs() < 1e-9));
        }
        let first: f64 = found.weighing.ranked.iter().map(|one| one.ranks[0]).sum();
        assert!(first >= 1.0 - 1e-9, "somebody is first in every world");
        for one in &found.options {
            assert!(one.open.iter().copied().all(is_share) && is_share(one.proportional));
            assert!(one.cells.iter().all(|cell| cell.range.iter().all(|one| one.is_finite())));
        }
        assert!(found.information.iter().all(|one| one.value >= 0.0 && one.value < 1.0));
        Ok(())
    })
    .budget_ms(3_000);
}

#[test]
fn what_must_come_before_another_stands_before_it() {
    let found = Made { actor: [0.95, 0.95], ..Made::plain() }.weigh();
    for package in &found.packages {
        for (position, option) in package.options.iter().enumerate() {
            let after = &found.option(option).unwrap().after;
            let mut before = package.options[..position].iter();
            assert!(after.is_empty() || before.any(|id| after.contains(id)));
        }
    }
    let together = found.packages.iter().filter(|one| one.options.len() > 1);
    assert!(together.count() > 0, "some packages have several options");
}

#[test]
fn force_is_closed_by_gravity_alone_where_everything_else_holds() {
    let facts = ["state-link", "armed-attack", "ongoing"].map(|word| {
        format!("[[fact]]\ncondition = \"{word}\"\nprobability = 1\nsource = \"made\"\n")
    });
    let found = Made { actor: [1.0, 1.0], response: facts.concat(), ..Made::plain() }.weigh();
    let force = &found.options[place(&found, "self-defence")];
    assert_eq!(force.law, LegalClass::SelfDefence);
    assert!(force.proportional <= 0.0 && force.open[1] <= 0.0);
}

/// An option of the user's own, of a class, behind others, with nothing that it needs.
fn own(id: &str, law: &str, after: &[&str]) -> String {
    DOMINATED
        .replace("\"worst\"", &format!("\"{id}\""))
        .replace("law = \"domestic\"", &format!("law = \"{law}\"\nafter = {after:?}"))
}

#[test]
fn an_option_of_the_case_replaces_the_one_directed_at_a_state_by_the_same_id() {
    let plain = Made { transit: vec!["CN"], ..Made::plain() };
    let id = "demarche-transit-cn";
    assert_eq!(plain.weigh().option(id).unwrap().law, LegalClass::Retorsion);
    let found = Made { response: own(id, "domestic", &[]), ..plain }.weigh();
    let named: Vec<_> = found.options.iter().filter(|option| option.id == id).collect();
    assert_eq!(named.len(), 1);
    assert_eq!(named[0].law, LegalClass::Domestic);
}

#[test]
fn a_case_that_leaves_the_sender_no_option_has_none() {
    let of_another = |option: &ResponseOption| {
        own(&option.id, "domestic", &[]).replace("to = ", "countries = [\"FR\"]\nto = ")
    };
    let response = catalogue().options.iter().map(of_another).collect();
    let found = Made { response, ..Made::plain() }.weigh();
    assert!(found.options.is_empty() && found.weighing.ranked.is_empty());
    assert!(found.packages.is_empty() && found.information.is_empty());
    assert_eq!((found.statement.leaders, found.statement.robust), (Vec::new(), None));
}

#[test]
fn a_circle_of_what_must_come_before_closes_all_of_it() {
    let circle = own("one", "domestic", &["other"]) + &own("other", "domestic", &["one"]);
    let response =
        circle + &own("lost", "domestic", &["nonesuch"]) + &own("own", "domestic", &["own"]);
    let found = Made { response, ..Made::plain() }.weigh();
    for id in ["one", "other", "lost", "own"] {
        let option = &found.options[place(&found, id)];
        assert!(option.open.iter().all(|open| *open <= 0.0), "{id}");
        assert!(
            option
                .gates
                .iter()
                .any(|gate| matches!(gate.reason, Some(Reason::NothingBefore { .. }))),
            "{id}"
        );
    }
}

#[test]
fn what_waits_for_something_closed_is_closed_too() {
    let lost = own("lost", "domestic", &["nonesuch"]);
    let response =
        own("last", "domestic", &["middle"]) + &own("middle", "domestic", &["lost"]) + &lost;
    let found = Made { response, ..Made::plain() }.weigh();
    for id in ["last", "middle", "lost"] {
        assert!(found.option(id).unwrap().open.iter().all(|open| *open <= 0.0), "{id}");
        assert!(found.weighing.ranked.iter().all(|ranked| ranked.option != id), "{id}");
    }
}

#[test]
fn another_way_to_what_must_come_before_is_taken() {
    let out = "[[without]]\noption = \"cert-request\"\nbecause = \"No\"\n".to_owned();
    let found = Made { response: out, ..Made::plain() }.weigh();
    let takedown = &found.options[place(&found, "takedown-consent")];
    assert!(takedown.open[1] > 0.0, "the démarche comes before it instead");
}

#[test]
fn the_class_of_an_option_asks_for_what_the_law_asks() {
    let plain = Made::plain().weigh();
    let shipped = plain.options[place(&plain, "countermeasure")].open[1];
    for (law, most) in
        [("countermeasure", shipped + 0.05), ("necessity", 0.05), ("self-defence", 0.05)]
    {
        let found = Made { response: own("own", law, &[]), ..Made::plain() }.weigh();
        let open = found.options[place(&found, "own")].open[1];
        assert!(open <= most, "{law}: {open}");
    }
}

#[test]
fn a_hundred_partners_touch_nothing_but_what_partners_do() {
    let codes = "AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HN HR HT HU ID IE IL IN IQ IR IS IT JM JO KE KG KH KI KM KW KZ";
    let many = Made { partners: codes.split(' ').collect(), ..Made::plain() }.weigh();
    let one = Made::plain().weigh();
    for id in ["takedown-home", "takedown-consent", "cert-request", "demarche-hosts", "necessity"] {
        let (one, many) = (&one.options[place(&one, id)], &many.options[place(&many, id)]);
        assert_eq!(one, many, "{id}");
    }
}

#[test]
fn a_call_that_was_made_is_not_asked_for_again() {
    let called = "[[fact]]\ncondition = \"called\"\nprobability = 1\nsource = \"made\"\n";
    let out = "[[without]]\noption = \"call-to-cease\"\nbecause = \"It was made\"\n";
    let found = Made { response: format!("{called}{out}"), ..Made::plain() }.weigh();
    assert!(found.options[place(&found, "countermeasure")].open[1] > 0.0);
    let found = Made { response: out.to_owned(), ..Made::plain() }.weigh();
    assert!(found.options[place(&found, "countermeasure")].open[1] <= 0.0);
}

/// A case of a stated severity.
pub(crate) fn of_severity(severity: f64, plain: Made) -> Made {
    let stated = format!("[severity]\nrange = {severity:.1}\nsource = \"made\"\n");
    Made { response: plain.response.clone() + &stated, ..plain }
}

pub(crate) fn first_of(found: &ResponseFindings, id: &str) -> f64 {
    let ranked = found.weighing.ranked.iter().find(|ranked| ranked.option == id);
    ranked.map_or(0.0, |ranked| ranked.ranks[0])
}

#[test]
fn a_more_severe_attack_never_closes_an_option() {
    arbtest(|u| {
        let made = Made::any(u)?;
        let mut ends = [u.int_in_range(0..=20)?, u.int_in_range(0..=20)?];
        ends.sort_unstable();
        let [less, more] =
            ends.map(|half: u32| of_severity(f64::from(half) / 2.0, made.clone()).weigh());
        for (less, more) in less.options.iter().zip(&more.options) {
            let bounds = less.open.iter().zip(more.open);
            assert!(bounds.clone().all(|(less, more)| *less <= more + 1e-12), "{}", less.id);
            assert!(less.proportional <= more.proportional + 1e-12, "{}", less.id);
        }
        Ok(())
    })
    .budget_ms(3_000);
}

#[test]
fn the_graver_the_harm_the_less_often_is_nothing_done() {
    let ongoing = "[[fact]]\ncondition = \"ongoing\"\nprobability = 1\nsource = \"made\"\n";
    let made = Made { response: ongoing.to_owned(), ..Made::plain() };
    let nothing = [1.0, 3.0, 5.0, 8.0, 10.0]
        .map(|severity| first_of(&of_severity(severity, made.clone()).weigh(), "nothing"));
    assert!(nothing.is_sorted_by(|less, more| less >= more), "{nothing:?}");
    assert!(nothing[0] > nothing[4] + 0.02, "{nothing:?}");
}

#[test]
fn force_is_out_of_proportion_at_two_and_not_at_nine() {
    let proportional = |severity| {
        let found = of_severity(severity, Made::plain()).weigh();
        ["self-defence", "countermeasure"].map(|id| found.option(id).unwrap().proportional)
    };
    let ([force, measure], [force_at_nine, measure_at_nine]) =
        (proportional(2.0), proportional(9.0));
    assert!(force <= 0.0 && measure < 0.5);
    assert!(force_at_nine > 0.5 && measure_at_nine >= 1.0);
}

#[test]
fn a_wiper_on_an_emergency_service_and_a_defacement_do_not_come_out_alike() {
    let wiper = Made {
        effects: vec!["destruction", "disruption"],
        sector: "critical-infrastructure",
        ..Made::plain()
    };
    let defaced = Made { effects: vec!["manipulation"], ..Made::plain() };
    let (wiper, defaced) = (wiper.weigh(), defaced.weigh());
    let order = |found: &ResponseFindings| {
        let mut order: Vec<_> = found.weighing.ranked.iter().collect();
        order.sort_by(|left, right| right.ranks[0].total_cmp(&left.ranks[0]));
        order.iter().take(6).map(|ranked| ranked.option.clone()).collect::<Vec<_>>()
    };
    assert_ne!(order(&wiper), order(&defaced));
    assert!(first_of(&wiper, "nothing") < first_of(&defaced, "nothing"));
    let sanctions = |found: &ResponseFindings| found.option("sanctions").unwrap().open[1];
    assert!(sanctions(&wiper) > sanctions(&defaced));
}

#[test]
fn a_case_without_an_effect_has_no_severity_until_it_is_told() {
    let found = Made { effects: Vec::new(), ..Made::plain() }.weigh();
    assert!(found.injury.dcid.steps.contains(&DegreeStep::NoEffect));
    let told = of_severity(5.0, Made { effects: Vec::new(), ..Made::plain() }).weigh();
    assert!(!told.injury.dcid.steps.contains(&DegreeStep::NoEffect));
}

#[test]
fn what_is_done_anyway_is_under_every_option_and_leads_nothing() {
    let found = Made::plain().weigh();
    let baseline: Vec<&str> = found
        .options
        .iter()
        .filter(|option| option.is_baseline)
        .map(|option| option.id.as_str())
        .collect();
    assert!(baseline.contains(&"nothing") && baseline.contains(&"harden"));
    assert!(
        found.statement.leaders.iter().all(|leader| !baseline.contains(&leader.option.as_str()))
    );
    for package in &found.packages {
        let is_alone = package.options.iter().all(|id| baseline.contains(&id.as_str()));
        let has_none = package.options.iter().all(|id| !baseline.contains(&id.as_str()));
        assert!(is_alone || has_none, "{:?}", package.options);
    }
    let without = found.variants.iter().filter(|variant| variant.assumed.must_act);
    for variant in without {
        for id in &baseline {
            assert!(variant.first[place(&found, id)] <= 0.0, "{id}");
        }
    }
}

#[test]
fn a_usual_case_is_the_same_whatever_this_case_says() {
    let (plain, graver) = (Made::plain().weigh(), of_severity(9.0, Made::plain()).weigh());
    assert_eq!(plain.usual, graver.usual);
    assert_eq!(plain.usual.first.len(), plain.options.len());
    let ongoing = Fact::of(&plain.usual.facts, Condition::Ongoing).unwrap();
    assert_eq!(ongoing.reason, Reason::NoThreatOpen);
}

#[test]
fn an_accused_state_is_asked_for_nothing() {
    let asked = [Direction::Hosts, Direction::Certs, Direction::Partners, Direction::Transit];
    let [accused, shelter]: [Country; 2] = ["KP", "RU"].map(|code| code.parse().unwrap());
    arbtest(|u| {
        let mut made = Made::any(u)?;
        made.transit = ["RU", "KP", "DE"].into_iter().take(u.int_in_range(0..=3)?).collect();
        made.shelters = u.arbitrary()?;
        let found = made.weigh();
        for option in found.options.iter().filter(|option| asked.contains(&option.to)) {
            assert!(!option.addressees.contains(&accused), "{}", option.id);
            assert!(!(made.shelters && option.addressees.contains(&shelter)), "{}", option.id);
        }
        Ok(())
    })
    .budget_ms(1000);
}

#[test]
fn an_option_tells_how_many_hosts_are_left_and_closes_where_none_is() {
    let left = |hosts: &[&'static str]| {
        let found = Made { hosts: hosts.to_vec(), ..Made::plain() }.weigh();
        let option = found.option("takedown-consent").unwrap();
        let mut gates = option.gates.iter();
        let gate = gates.find(|gate| gate.condition == Condition::Addressee).unwrap();
        (gate.reason.clone(), option.open[0])
    };
    let accused = vec!["KP".parse().unwrap()];
    let (reason, open) = left(&["KP", "TH", "PL"]);
    assert_eq!(reason, Some(Reason::HostsLeft { left: 2, accused: accused.clone() }));
    assert!(open > 0.1);
    let (reason, open) = left(&["KP"]);
    assert_eq!(reason, Some(Reason::HostsLeft { left: 0, accused }));
    assert!(open <= 0.0);
    assert_eq!(left(&["TH"]).0, Some(Reason::Addressee { holds: true }));
}

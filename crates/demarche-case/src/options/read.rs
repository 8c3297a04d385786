//! `response.toml` and the catalogue, table by table.

use super::{
    Asked, Condition, Criterion, Direction, Estimate, EstimateBasis, Fact, Factor, LegalBasis,
    LegalClass, Options, Range, Reason, ResponseOption, Without,
};
use crate::reader::{Document, Fields, Notes, Value, Word, words};
use crate::{CaseError, CaseId, Problem, Source};

words!(Direction: "home" Home, "transit" Transit, "hosts" Hosts, "certs" Certs, "responsible" Responsible,
    "partners" Partners, "shelter" Shelter);
words!(LegalClass: "nothing" Nothing, "cooperation" Cooperation, "domestic" Domestic,
    "consent" Consent, "retorsion" Retorsion, "countermeasure" Countermeasure,
    "necessity" Necessity, "self-defence" SelfDefence);
words!(Condition: "addressee" Addressee, "shareable" Shareable, "ongoing" Ongoing, "actor" Actor,
    "state-link" StateLink, "breach" Breach, "injured" Injured, "called" Called, "peril" Peril,
    "only-way" OnlyWay, "armed-attack" ArmedAttack, "persons" Persons, "basis" Basis,
    "gang" Gang, "extortion" Extortion, "demand" Demand, "publishable" Publishable,
    "own-carriers" OwnCarriers, "own-hosts" OwnHosts,
    "suspect-at-home" SuspectAtHome, "consent" Consent, "not-ruled-out" NotRuledOut,
    "before" Before);
words!(Criterion: "ongoing" Ongoing, "conduct" Conduct, "speed" Speed, "support" Support,
    "collateral" Collateral, "escalation" Escalation, "legality" Legality, "secrecy" Secrecy,
    "cost" Cost, "permanence" Permanence);
words!(Factor: "cut" Cut, "hosts" Hosts, "agreement" Agreement,
    "unpublished" Unpublished, "unshared" Unshared);
words!(EstimateBasis: "reckoned" Reckoned, "counted" Counted, "cited" Cited,
    "judgement" Judgement, "unknown" Unknown);

impl Criterion {
    /// Its word in `response.toml`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        Self::WORDS.iter().find(|(_, of)| of == self).map_or("", |(word, _)| *word)
    }
}

/// Options as a file tells them, and what is wrong with it.
pub(crate) struct Reading {
    pub(crate) options: Options,
    pub(crate) problems: Vec<Problem>,
}

impl Options {
    /// Reads options from the text of a file; `name` stands in the messages.
    ///
    /// # Errors
    ///
    /// Every problem of the file, with its place and remedy.
    pub fn read(name: &'static str, text: &str) -> Result<Self, CaseError> {
        let Reading { options, problems } = reading(name, text);
        CaseError::of(problems).map_or(Ok(options), Err)
    }
}

pub(crate) fn reading(name: &'static str, text: &str) -> Reading {
    let (options, notes) = Document::read(name, text, name, |top| Some(options(top)));
    let Notes { problems, .. } = notes;
    Reading { options: options.unwrap_or_default(), problems }
}

fn options(top: &mut Fields<'_, '_>) -> Options {
    let found = Options {
        options: top.tables("option", option),
        facts: top.tables("fact", fact),
        asked: top.tables("asked", asked),
        without: top.tables("without", without),
        importance: top.list("importance"),
        weights: top.table("weights", |fields| Some(weights(fields))).unwrap_or_default(),
        severity: top.table("severity", on_scale),
        margin: top.table("margin", on_scale),
    };
    let mut said = found.importance.clone();
    said.sort_unstable();
    said.dedup();
    if said.len() < found.importance.len() {
        top.wrong("importance", "a criterion stands here twice", "name each criterion once");
    }
    if found.weight_bounds().is_none() {
        let remedy = "leave room: the least weights may add up to 1 at most, the greatest to 1 at least, and a more important criterion weighs at least as much";
        top.wrong("weights", "no weights lie in all these ranges", remedy);
    }
    let mut ids: Vec<&str> = found.options.iter().map(|option| option.id.as_str()).collect();
    ids.sort_unstable();
    if let Some([id, _]) =
        ids.windows(2).find(|two| two[0] == two[1]).and_then(|two| two.first_chunk())
    {
        top.wrong("option", format!("option `{id}` again"), "give each its own id");
    }
    found
}

fn option(fields: &mut Fields<'_, '_>) -> Option<ResponseOption> {
    let id: Option<CaseId> = fields.required("id");
    let name = fields.required("name");
    let to = fields.required("to");
    let law = fields.required("law");
    let is_baseline = fields.optional("baseline").unwrap_or(false);
    if !fields.has("gravity") {
        fields.missing("gravity", "a table with `range`, from 0 to 10, and `source`");
    }
    let gravity = fields.table("gravity", on_scale);
    let needs = fields.list("needs");
    let needs_strict = fields.list("needs_strict");
    let mut ids = |key| -> Vec<String> {
        let ids = fields.list::<CaseId>(key);
        ids.iter().map(|id| id.as_str().to_owned()).collect()
    };
    let (after, includes) = (ids("after"), ids("includes"));
    let countries = fields.list("countries");
    let bases = fields.tables("basis", basis);
    let articles = fields.list("articles");
    let (strict, permissive) = (fields.optional("strict"), fields.optional("permissive"));
    let mut words = |key| fields.optional(key).unwrap_or_else(|| "Not said".to_owned());
    let (cooperation, reversible) = (words("cooperation"), words("reversible"));
    let (exposes, third_parties) = (words("exposes"), words("third_parties"));
    let estimates = criteria(fields);
    Some(ResponseOption {
        id: id?.as_str().to_owned(),
        name: name?,
        to: to?,
        law: law?,
        is_baseline,
        gravity: gravity?,
        needs,
        needs_strict,
        after,
        includes,
        countries,
        bases,
        articles,
        strict,
        permissive,
        cooperation,
        reversible,
        exposes,
        third_parties,
        estimates,
    })
}

/// The criteria for which the option has an estimate, each a table under its own word.
fn criteria(fields: &mut Fields<'_, '_>) -> Vec<(Criterion, Estimate)> {
    let words = Criterion::WORDS.iter();
    let read = words.filter_map(|(word, criterion)| {
        // Days, for what is given in days; ten years are as long as one plans.
        let limit = if *criterion == Criterion::Speed { 3650.0 } else { 1.0 };
        Some((*criterion, fields.table(word, |fields| estimate(fields, limit))?))
    });
    read.collect()
}

/// The weights that were said, each as its least and its greatest share of the whole.
fn weights(fields: &mut Fields<'_, '_>) -> Vec<(Criterion, [f64; 2])> {
    let words = Criterion::WORDS.iter().filter(|(word, _)| fields.has(word));
    let words: Vec<_> = words.copied().collect();
    let read = words.into_iter().filter_map(|(word, criterion)| {
        let ends: Vec<f64> = fields.list(word);
        match ends[..] {
            [low, high] if 0.0 <= low && low <= high && high <= 1.0 => {
                Some((criterion, [low, high]))
            }
            _ => {
                let met = format!("`{word}` is no range of weights");
                fields.wrong(word, met, "write [least, greatest], each from 0 to 1");
                None
            }
        }
    });
    read.collect()
}

fn without(fields: &mut Fields<'_, '_>) -> Option<Without> {
    let option: Option<CaseId> = fields.required("option");
    let because = fields.required("because");
    Some(Without { option: option?.as_str().to_owned(), because: because? })
}

fn basis(fields: &mut Fields<'_, '_>) -> Option<LegalBasis> {
    let countries = fields.list("countries");
    let since = fields.required("since");
    let cite = fields.required("cite");
    Some(LegalBasis { countries, since: since?, cite: cite? })
}

/// A place on the scale of severity, which somebody must have judged.
fn on_scale(fields: &mut Fields<'_, '_>) -> Option<Estimate> {
    let found = estimate(fields, 10.0)?;
    if matches!(found.range, Range::Between(_)) {
        return Some(found);
    }
    let remedy = "write `range` = [low, most likely, high], from 0 to 10";
    fields.wrong("range", "a place on the scale of severity needs a `range`", remedy);
    None
}

fn estimate(fields: &mut Fields<'_, '_>, limit: f64) -> Option<Estimate> {
    let range = range(fields, limit);
    let times = fields.optional("times");
    let basis = fields.optional("basis");
    let source = fields.source_if_any("source");
    let is_unknown = range == Some(Range::Unknown);
    if source.is_none() && !is_unknown {
        fields.missing("source", "who says so, or why it is so judged");
    }
    let default = match range? {
        Range::Unknown => EstimateBasis::Unknown,
        Range::Counted(..) => EstimateBasis::Counted,
        Range::Between(_) => EstimateBasis::Judgement,
    };
    let nothing = || Source { text: "nothing is known of it".to_owned(), url: None };
    let source = source.or_else(|| is_unknown.then(nothing))?;
    Some(Estimate { range: range?, times, basis: basis.unwrap_or(default), source })
}

/// `range`, `counted` or `unknown`, and only one of them.
fn range(fields: &mut Fields<'_, '_>, limit: f64) -> Option<Range> {
    let given = ["range", "counted", "unknown"].map(|key| fields.has(key));
    if given.iter().filter(|given| **given).count() != 1 {
        let met = "one of `range`, `counted` and `unknown` must stand here";
        fields.wrong("range", met, "keep the one that fits");
        return None;
    }
    if given[1] {
        let counts: Vec<u64> = fields.list("counted");
        return match counts[..] {
            [hits, all] if hits <= all && all > 0 => Some(Range::Counted(hits, all)),
            _ => {
                fields.wrong("counted", "`counted` is no count", "write [how often, of how many]");
                None
            }
        };
    }
    if given[2] {
        return fields.optional::<bool>("unknown")?.then_some(Range::Unknown);
    }
    ends(fields, "range", limit).map(Range::Between)
}

/// One number, or three in order, each from 0 to `most`.
fn ends(fields: &mut Fields<'_, '_>, key: &'static str, most: f64) -> Option<[f64; 3]> {
    let ends: Vec<f64> = fields.list(key);
    let ends = match ends[..] {
        [one] => [one; 3],
        [low, mode, high] => [low, mode, high],
        _ => [f64::NAN; 3],
    };
    let is_right = ends.is_sorted() && ends.iter().all(|end| (0.0..=most).contains(end));
    if !is_right {
        let met = format!("`{key}` is not in order from 0 to {most}");
        fields.wrong(key, met, "write [low, most likely, high], or one number");
    }
    is_right.then_some(ends)
}

fn fact(fields: &mut Fields<'_, '_>) -> Option<Fact> {
    let condition: Option<Condition> = fields.required("condition");
    if let Some(condition) = condition.filter(|condition| !condition.can_be_said()) {
        let met =
            format!("`{}` is reckoned from the case and cannot be said here", word(condition));
        fields.wrong("condition", met, "say it by evidence, parties or `[[without]]` instead");
    }
    let probability = ends(fields, "probability", 1.0);
    let strict = if fields.has("strict") { ends(fields, "strict", 1.0) } else { probability };
    let basis = fields.optional("basis").unwrap_or(EstimateBasis::Judgement);
    let source = fields.source("source");
    Some(Fact {
        condition: condition?,
        permissive: probability?,
        strict: strict?,
        basis,
        reason: Reason::Said { source: source? },
    })
}

/// The word for a condition.
fn word(condition: Condition) -> &'static str {
    let mut words = Condition::WORDS.iter();
    words.find(|(_, one)| *one == condition).map_or("", |(word, _)| word)
}

fn asked(fields: &mut Fields<'_, '_>) -> Option<Asked> {
    let state = fields.optional("state");
    let of = fields.required("of");
    let requests: Option<f64> = fields.required("requests");
    let met: Option<f64> = fields.required("met");
    let basis = fields.optional("basis").unwrap_or(EstimateBasis::Judgement);
    let source = fields.source("source");
    let (requests, met) = (requests?, met?);
    if requests > 1e6 {
        fields.wrong("requests", "more than a million requests", "nobody has counted so many");
        return None;
    }
    if !(0.0 <= met && met <= requests) {
        fields.wrong("met", "more were met than there were", "count `requests` and `met` again");
        return None;
    }
    Some(Asked { state, of: of?, requests, met, basis, source: source? })
}

impl Value for f64 {
    const WANTED: &'static str = "a number, without quotes";

    fn read(value: &toml::de::DeValue<'_>) -> Option<Self> {
        let number = value
            .as_float()
            .map(toml::de::DeFloat::as_str)
            .or_else(|| value.as_integer().map(toml::de::DeInteger::as_str))?;
        number.parse::<Self>().ok().filter(|number| number.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Options, Range};

    const GOOD: &str = r#"
importance = ["ongoing", "cost"]
[[option]]
id = "ask"
name = "Ask"
to = "transit"
law = "retorsion"
needs = ["addressee", "ongoing"]
articles = ["ungge-2015-13c"]
gravity = { range = [0, 0.5, 1], source = "judged" }
ongoing = { unknown = true, times = "cut" }
conduct = { counted = [12, 429], source = "DCID 2.0" }
speed = { range = [1, 7, 60], source = "judged" }
[[fact]]
condition = "ongoing"
probability = 1
source = "said"
[[asked]]
state = "RU"
of = "transit"
requests = 1
met = 0
source = "2007"
"#;

    #[test]
    fn a_file_is_read_whole() {
        let options = Options::read("response.toml", GOOD).unwrap();
        assert_eq!(options.options[0].estimates.len(), 3);
        assert_eq!(options.options[0].estimates[1].1.range, Range::Counted(12, 429));
        assert!(
            options.facts[0].strict.iter().all(|strict| *strict > 0.99),
            "as where it is read otherwise"
        );
    }

    #[test]
    fn every_mistake_is_named() {
        let bad = GOOD
            .replace("to = \"transit\"", "to = \"transitt\"")
            .replace("[1, 7, 60]", "[9, 7, 60]")
            .replace("met = 0", "met = 2")
            .replace("probability = 1", "probability = 1.5");
        let error = Options::read("response.toml", &bad).unwrap_err();
        assert_eq!(error.problems.len(), 4, "{error}");
    }

    #[test]
    fn weights_are_ranges_that_some_weights_lie_in() {
        let read = |text: &str| Options::read("response.toml", text);
        let said = read("[weights]\ncost = [0.2, 0.4]\n").unwrap();
        assert_eq!(said.weights.len(), 1);
        let bounds = |options: &Options, of: usize| {
            options.weight_bounds().unwrap()[of].map(|end| format!("{end:.1}"))
        };
        assert_eq!(bounds(&said, 8), ["0.2", "0.4"]);
        // What comes before cost in importance weighs at least as much as it.
        let ordered = read("importance = [\"speed\"]\n[weights]\ncost = [0.2, 0.4]\n").unwrap();
        assert_eq!(bounds(&ordered, 2), ["0.2", "1.0"]);
        for bad in [
            "[weights]\ncost = [0.4, 0.2]\n",
            "[weights]\ncost = 0.4\n",
            "[weights]\ncost = [0.6, 1]\nspeed = [0.5, 1]\n",
            "importance = [\"cost\", \"speed\"]\n[weights]\ncost = [0, 0.1]\nspeed = [0.2, 1]\n",
            "[weights]\ncosts = [0.2, 0.4]\n",
        ] {
            assert_eq!(read(bad).unwrap_err().problems.len(), 1, "{bad}");
        }
    }

    #[test]
    fn what_is_added_replaces_what_has_its_name() {
        let entry = Options::read("response.toml", GOOD).unwrap();
        let further = GOOD.replace("name = \"Ask\"", "name = \"Ask again\"");
        let pair = entry.clone().and(&Options::read("response.toml", &further).unwrap());
        assert_eq!(pair.options.len(), 1);
        assert_eq!(pair.options[0].name, "Ask again");
        assert_eq!(entry.clone().and(&Options::default()), entry);
    }
}

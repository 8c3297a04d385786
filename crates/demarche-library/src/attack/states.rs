//! For which state a group is said to act, where its description says so plainly.
//!
//! ATT&CK has no field for it. A claim is read only from a sentence about the group itself, the first of its
//! description or one that begins with its name, `It`, `The group` or `Individual members`, and only where a country
//! stands in one of the places of the table below; a country that is merely attacked stands in none of them.
//!
//! | place | read as |
//! |---|---|
//! | `North Korean state-sponsored`, `Iranian-sponsored`, `-backed`, `government-backed` | acting for it |
//! | `attributed to`, `on behalf of`, `associated with`, `in association with`, `affiliated with`, `linked to`, `element within`, `part of`, `behalf of`, `sponsored by`, `support of`, `nexus to` + `Russia's …` or `the Chinese government, Ministry, …` | acting for it |
//! | `China-based`, `-nexus`, `-linked`, `-aligned`, `-related`, `-affiliated` | coming from it |
//! | `Iranian threat`, `cyber`, `espionage`, `hacking`, `group`, `actor`, `APT`, `origins`, `nexus` | coming from it |
//! | `out of`, `originating in`, `based in`, `operate from`, `from`, `Province of` + `China` | coming from it |
//!
//! "Suspected", "likely", "believed" and the like before it in the sentence make it a suspicion.
//! A language is no state: `Russian-speaking` claims nothing.

use demarche_case::Country;
use demarche_case::record::Bond;

/// A claim as a text makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) state: Country,
    pub(crate) bond: Bond,
    pub(crate) basis: &'static str,
}

/// Codes, names and adjectives of countries that groups are said to come from or act for.
const COUNTRIES: [(&str, &[&str], &[&str]); 27] = [
    (
        "KP",
        &["North Korea", "DPRK", "Democratic People's Republic of Korea"],
        &["North Korean", "DPRK"],
    ),
    ("KR", &["South Korea"], &["South Korean"]),
    (
        "CN",
        &["China", "PRC", "People's Republic of China (PRC)", "People's Republic of China"],
        &["Chinese", "PRC"],
    ),
    ("RU", &["Russia"], &["Russian"]),
    ("IR", &["Iran"], &["Iranian"]),
    ("VN", &["Vietnam"], &["Vietnamese"]),
    ("IN", &["India"], &["Indian"]),
    ("PK", &["Pakistan"], &["Pakistani"]),
    ("LB", &["Lebanon"], &["Lebanese"]),
    ("SY", &["Syria"], &["Syrian"]),
    ("TR", &["Turkey", "Türkiye"], &["Turkish"]),
    ("BY", &["Belarus"], &["Belarusian"]),
    ("UA", &["Ukraine"], &["Ukrainian"]),
    ("IL", &["Israel"], &["Israeli"]),
    ("PS", &["Palestine"], &["Palestinian"]),
    ("AE", &["United Arab Emirates", "UAE"], &["Emirati"]),
    ("SA", &["Saudi Arabia"], &["Saudi"]),
    ("EG", &["Egypt"], &["Egyptian"]),
    ("KZ", &["Kazakhstan"], &["Kazakh", "Kazakhstani"]),
    ("UZ", &["Uzbekistan"], &["Uzbek"]),
    ("TW", &["Taiwan"], &["Taiwanese"]),
    ("NG", &["Nigeria"], &["Nigerian"]),
    ("BR", &["Brazil"], &["Brazilian"]),
    ("FR", &["France"], &["French"]),
    ("GB", &["United Kingdom"], &["British"]),
    ("US", &["United States"], &["American"]),
    ("ES", &["Spain"], &["Spanish"]),
];

/// The two forms of a claim: certain, and suspected.
const ACTS: (&str, &str) = (
    "named in the entry's text as acting for it",
    "named in the entry's text as suspected of acting for it",
);
const COMES: (&str, &str) = (
    "named in the entry's text as coming from it",
    "named in the entry's text as suspected of coming from it",
);

/// Words that follow a country or its adjective when the group acts for that country.
const SPONSORED: [&str; 8] = [
    " state-sponsored",
    " state-backed",
    " state sponsored",
    " government-backed",
    " government-sponsored",
    "-sponsored",
    "-backed",
    " state-directed",
];

/// Words that precede a state or one of its bodies when the group acts for that state.
const TIES: [&str; 13] = [
    "attributed to ",
    "on behalf of ",
    "associated with ",
    "in association with ",
    "affiliated with ",
    "linked to ",
    "nexus to ",
    "element within ",
    "part of ",
    "sponsored by ",
    "support of ",
    "directed by ",
    "subordinate to ",
];

/// Words that follow an adjective that belongs to a body of the state.
const BODIES: [&str; 9] = [
    " government",
    " Ministry",
    " state",
    " People",
    " intelligence",
    " military",
    " Army",
    " General",
    " Federal",
];

/// Words that follow a country's name.
const FROM: [&str; 7] =
    ["-based", "-nexus", "-linked", "-aligned", "-related", "-affiliated", " -aligned"];

/// Words that follow an adjective of a group.
const GROUP: [&str; 11] = [
    " nexus",
    " threat",
    " cyber",
    " espionage",
    " hacking",
    " group",
    " actor",
    " APT",
    " origin",
    " entity",
    " advanced",
];

/// Words that precede the country in which a group is based.
const SEAT: [&str; 7] = [
    "out of ",
    "originating in ",
    "based in ",
    "operate from ",
    "operates from ",
    "from ",
    "Province of ",
];

/// Words that make a claim a suspicion.
const DOUBT: [&str; 7] =
    ["suspected", "likely", "believed", "possibly", "appears", "may be", "thought to"];

/// Returns the states that a sentence names, each once, the stronger claim first.
pub(crate) fn said(sentence: &str) -> Vec<Said> {
    let sentence = sentence.replace('’', "'").replace('–', "-");
    let mut claims: Vec<Said> = Vec::new();
    for (code, names, adjectives) in COUNTRIES {
        let name = names.iter().flat_map(|word| places(&sentence, word, true));
        let adjective = adjectives.iter().flat_map(|word| places(&sentence, word, false));
        let strongest = name.chain(adjective).filter_map(|(acts, before)| {
            let (certain, suspected) = if acts? { ACTS } else { COMES };
            Some(if DOUBT.iter().any(|word| before.contains(word)) { suspected } else { certain })
        });
        // Acting for sorts before coming from, and certainty before suspicion.
        if let (Some(basis), Ok(state)) = (strongest.min(), code.parse()) {
            let acts = [ACTS.0, ACTS.1].contains(&basis);
            let bond = if acts { Bond::ActsFor } else { Bond::ComesFrom };
            claims.push(Said { state, bond, basis });
        }
    }
    claims
}

/// Each place of a word: whether it says that the group acts for the country (or only comes from it), and what is before.
fn places<'a>(
    sentence: &'a str,
    word: &'a str,
    is_name: bool,
) -> impl Iterator<Item = (Option<bool>, &'a str)> {
    sentence.match_indices(word).map(move |(position, _)| {
        let (before, rest) = sentence.split_at_checked(position).unwrap_or((sentence, ""));
        let after = rest.strip_prefix(word).unwrap_or_default();
        (claim(before, after, is_name), before)
    })
}

/// Returns true if what stands around a country's name or adjective ties the group to it.
fn claim(before: &str, after: &str, is_name: bool) -> Option<bool> {
    let is_word = !before.ends_with(char::is_alphanumeric)
        && !after.starts_with(|letter: char| letter.is_alphanumeric());
    if !is_word {
        return None;
    }
    let follows = |words: &[&str]| words.iter().any(|word| after.starts_with(word));
    let bare = before.strip_suffix("the ").unwrap_or(before);
    let precedes = |words: &[&str]| words.iter().any(|word| bare.ends_with(word));
    if follows(&SPONSORED) {
        return Some(true);
    }
    let is_alone = after.is_empty() || after.starts_with(['.', ',', ';', ')']);
    let is_body = if is_name { after.starts_with("'s ") || is_alone } else { follows(&BODIES) };
    if is_body && precedes(&TIES) {
        return Some(true);
    }
    let is_from = match is_name {
        true => follows(&FROM) || (precedes(&SEAT) && !after.starts_with("'s")),
        false => follows(&GROUP) || follows(&FROM),
    };
    is_from.then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sentence: &str) -> Vec<(String, &'static str)> {
        said(sentence).into_iter().map(|said| (said.state.to_string(), said.basis)).collect()
    }

    #[test]
    fn plain_words_are_claims() {
        for (sentence, state, basis) in [
            ("X is a North Korean state-sponsored threat group.", "KP", ACTS.0),
            ("X has been attributed to Russia's General Staff.", "RU", ACTS.0),
            (
                "X is assessed to be attributed to the Chinese People’s Liberation Army.",
                "CN",
                ACTS.0,
            ),
            ("X is a suspected Iranian threat group.", "IR", COMES.1),
            ("X is a China-based group.", "CN", COMES.0),
            ("X is likely operating out of China", "CN", COMES.1),
            ("X is a People’s Republic of China (PRC) state-sponsored actor.", "CN", ACTS.0),
            ("X has been attributed to China.", "CN", ACTS.0),
        ] {
            assert_eq!(of(sentence), [(state.to_owned(), basis)], "{sentence}");
        }
    }

    #[test]
    fn victims_and_languages_are_none() {
        for sentence in [
            "X is a Russian-speaking group.",
            "X has targeted Chinese government agencies in India and Iran.",
            "X targets Indian critical infrastructure and Indians.",
            "X attacked firms in North Korea, Russia and China.",
        ] {
            assert_eq!(of(sentence), [], "{sentence}");
        }
    }
}

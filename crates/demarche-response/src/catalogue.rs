//! The catalogue of options that ships with demarche, with what the record counts for a pair of states.

use demarche_case::Source;
use demarche_case::assessment::precedents::Act;
use demarche_case::options::{Criterion, Estimate, EstimateBasis, LegalClass, Options, Range};
use demarche_case::record::Record;

use crate::precedent::{Pair, Precedents};
use crate::setting::Setting;

const TEXT: &str = include_str!("catalogue.toml");

/// The options that ship with demarche, with what is estimated of each and from where that is.
#[must_use]
#[expect(
    clippy::missing_panics_doc,
    reason = "the text is part of the program, and a test reads it"
)]
pub fn catalogue() -> Options {
    Options::read("catalogue.toml", TEXT).expect("it is read in a test")
}

/// The catalogue with the pair's own share of cyber replies as the escalation of countermeasures.
///
/// A countermeasure in networks is an act of the kind that the record has, with the parts of the two states exchanged.
pub(crate) fn with_replies(
    mut catalogue: Options,
    record: &Record,
    year: Option<i16>,
    setting: &Setting,
) -> Options {
    let precedents = Precedents::of(record);
    let pair = setting.responsible.zip(setting.sender).zip(year);
    let has_any = !precedents.incidents().is_empty();
    let Some(((responding, initiator), year)) = pair.filter(|_| has_any) else {
        return catalogue;
    };
    let share = precedents.share(Act::CyberReply, Pair { responding, initiator, year });
    let [low, high] = share.range;
    let answered = precedents.incidents().iter().filter_map(|incident| incident.response.as_ref());
    let answered =
        answered.filter(|response| response.year < year && response.initiator == initiator);
    let answered: Vec<(bool, bool)> = answered
        .map(|response| {
            (response.responding == responding, response.acts.contains(&Act::CyberReply))
        })
        .collect();
    let replies = |of_all: bool| {
        let all = || answered.iter().filter(|(is_own, _)| of_all || *is_own);
        format!("{} of {}", all().filter(|(_, reply)| *reply).count(), all().count())
    };
    let text = format!(
        "Foretold from DCID before {year}: operations by {} were answered in networks within a month {} times, those on {} {} times; few cases lean on the wider circle",
        initiator.label(),
        replies(true),
        responding.label(),
        replies(false),
    );
    let options = catalogue.options.iter_mut();
    let options = options.filter(|option| option.law == LegalClass::Countermeasure);
    for (criterion, estimate) in options.flat_map(|option| &mut option.estimates) {
        if *criterion == Criterion::Escalation {
            *estimate = Estimate {
                range: Range::Between([low.min(share.share), share.share, high.max(share.share)]),
                times: None,
                basis: EstimateBasis::Counted,
                source: Source { text: text.clone(), url: None },
            };
        }
    }
    catalogue
}

#[cfg(test)]
mod tests {
    use demarche_case::norm;

    use super::*;

    #[test]
    fn the_catalogue_is_read_whole() {
        let options =
            Options::read("catalogue.toml", TEXT).unwrap_or_else(|error| panic!("{error}"));
        assert!(options.options.len() >= 18);
    }

    #[test]
    fn every_option_has_every_criterion_and_cites_what_is_known() {
        let options = catalogue();
        for option in &options.options {
            let given: Vec<Criterion> = option.estimates.iter().map(|(of, _)| *of).collect();
            assert_eq!(given, Criterion::ALL, "{}", option.id);
            let cited = option.articles.iter().chain(option.bases.iter().map(|basis| &basis.cite));
            for id in cited {
                assert!(norm(id).is_some(), "{}: {id}", option.id);
            }
            for id in &option.after {
                assert!(
                    options.options.iter().any(|earlier| earlier.id == *id),
                    "{}: {id}",
                    option.id
                );
            }
        }
    }
}

//! How often the state held responsible answers in networks: counted for the pair of states, where the record can.

use demarche_case::Source;
use demarche_case::assessment::precedents::Act;
use demarche_case::options::{Criterion, Estimate, EstimateBasis, LegalClass, Options, Range};

use crate::precedent::{Pair, Precedents};
use crate::setting::Setting;
use crate::weigh::{Question, year};

/// The catalogue with the pair's own share of cyber replies as the escalation of countermeasures.
///
/// A countermeasure in networks is an act of the kind that the record has, with the parts of the two states exchanged.
pub(crate) fn counted(
    mut catalogue: Options,
    question: &Question<'_>,
    setting: &Setting,
) -> Options {
    let precedents = Precedents::of(question.record);
    let pair = setting.responsible.zip(setting.sender).zip(year(question.case));
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
        let some = || answered.iter().filter(|(is_own, _)| of_all || *is_own);
        format!("{} of {}", some().filter(|(_, reply)| *reply).count(), some().count())
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

//! What of an assessment may go to an addressee, and what is withheld.
//!
//! The note is written from the shared part alone, so that nothing withheld can find its way into it.

use std::collections::BTreeSet;

use demarche_case::assessment::Assessment;
use demarche_case::assessment::attribution::{AttributionFindings, Hypothesis};
use demarche_case::assessment::routes::Caveat;
use demarche_case::options::Options;
use demarche_case::{
    Body, Country, Evidence, EvidenceId, PartyId, Recipient, RequestSettings, Tlp, Withheld,
};

use crate::date::date_if_known;
use crate::text::{NAME, PROSE, shown};

use super::WithheldItem;

/// The assessment as the addressee may know it, and what was taken out.
pub(crate) struct Shared {
    pub(crate) assessment: Assessment,
    pub(crate) withheld: Vec<WithheldItem>,
    /// May the addressee know the case as a whole: its name, title, summary and parties?
    pub(crate) shows_case: bool,
}

/// Takes out everything whose marking keeps it from the addressee, and for a CERT everything that is not technical.
pub(crate) fn share(assessment: &Assessment, to: Recipient) -> Shared {
    let addressee = to.country();
    let mut withheld = Vec::new();
    let mut shared = assessment.clone();
    shared.gaps.clear();
    // What the sender weighs is the sender's own.
    shared.response = None;
    shared.case.response = Options::default();
    // Of shared code a note tells what the items of evidence say, each of which has a marking and consents of its own.
    shared.code = None;
    let case = &mut shared.case;
    case.evidence.retain(|item| {
        keep(item.may_go_to(addressee), &mut withheld, || {
            format!("evidence “{}”: {}", item.id, shown(&item.title, NAME))
        })
    });
    let nobody = BTreeSet::new();
    let may = |tlp: Tlp| tlp.may_go_to(addressee, &nobody);
    case.events.retain(|one| {
        keep(may(one.tlp), &mut withheld, || {
            format!("event of {}: {}", date_if_known(Some(one.date)), shown(&one.text, PROSE))
        })
    });
    case.effects.retain(|one| {
        keep(may(one.tlp), &mut withheld, || format!("effect: {}", shown(&one.text, PROSE)))
    });
    case.threats.retain(|one| {
        keep(may(one.tlp), &mut withheld, || format!("threat: {}", shown(&one.text, PROSE)))
    });
    case.claims.retain(|one| {
        keep(may(one.tlp), &mut withheld, || format!("claim: {}", shown(&one.text, PROSE)))
    });
    case.hypotheses.retain(|one| {
        keep(may(one.tlp), &mut withheld, || format!("hypothesis: {}", shown(&one.text, PROSE)))
    });
    let shows_case = keep(may(case.tlp), &mut withheld, || {
        "the case as a whole: its name, title, summary, dates and parties".to_owned()
    });
    if !shows_case {
        case.title.clear();
        case.summary.clear();
        case.parties.clear();
        case.hypotheses.clear();
        case.began = None;
        case.detected = None;
        case.request = RequestSettings::default();
    }
    share_routes(&mut shared, assessment, shows_case, &mut withheld);
    match to {
        Recipient::State(_) => {
            share_attribution(&mut shared, assessment, addressee, &mut withheld);
        }
        Recipient::Cert(_) => keep_what_is_technical(&mut shared),
    }
    share_inputs(&mut shared, assessment);
    Shared { assessment: shared, withheld, shows_case }
}

/// A CERT needs traces and where they were met; who did it, what was said and what was harmed is for its state.
///
/// Tables of routes stay among the evidence, for the findings and the list of inputs rest on them.
fn keep_what_is_technical(shared: &mut Assessment) {
    let is_technical = |item: &Evidence| match item.body {
        Body::Sample(_)
        | Body::Technique(_)
        | Body::Software(_)
        | Body::Infrastructure(_)
        | Body::RouteData(_) => true,
        Body::SharedCode(_)
        | Body::Artefact(_)
        | Body::Motive
        | Body::ClaimOfResponsibility(_)
        | Body::Damage(_) => false,
    };
    let case = &mut shared.case;
    case.evidence.retain(is_technical);
    case.summary.clear();
    case.events.clear();
    case.effects.clear();
    case.threats.clear();
    case.claims.clear();
    case.hypotheses.clear();
    shared.attribution = None;
    shared.attribution_shared.clear();
}

fn keep(
    may: Result<(), Withheld>,
    withheld: &mut Vec<WithheldItem>,
    what: impl Fn() -> String,
) -> bool {
    match may {
        Ok(()) => true,
        Err(because) => {
            withheld.push(WithheldItem { what: what(), because });
            false
        }
    }
}

/// Findings from routing tables are marked as strictly as the tables; addresses as their evidence.
fn share_routes(
    shared: &mut Assessment,
    whole: &Assessment,
    shows_case: bool,
    withheld: &mut Vec<WithheldItem>,
) {
    let kept = |item: &Evidence| shared.case.evidence.iter().any(|one| one.id == item.id);
    let hidden_table = whole
        .case
        .evidence
        .iter()
        .find(|item| matches!(item.body, Body::RouteData(_)) && !kept(item));
    if let Some(table) = hidden_table {
        let because =
            withheld.iter().find(|one| one.what.starts_with(&format!("evidence “{}”:", table.id)));
        if let Some(because) = because.map(|one| one.because.clone()) {
            let what = format!("the routing findings, which rest on the table “{}”", table.id);
            withheld.push(WithheldItem { what, because });
        }
        shared.routes = None;
    }
    let addresses: BTreeSet<_> = shared
        .case
        .evidence
        .iter()
        .filter_map(|item| match &item.body {
            Body::Infrastructure(infrastructure) => infrastructure.address,
            _ => None,
        })
        .collect();
    if let Some(findings) = &mut shared.routes {
        findings.located.retain(|one| addresses.contains(&one.address));
        // A caveat may repeat what the case says of a doubtful link.
        let doubtful = &whole.case.routes.doubtful;
        let is_of_case = |caveat: &Caveat| match caveat {
            Caveat::DoubtfulLink(link) => {
                doubtful.iter().any(|own| (own.left, own.right) == (link.left, link.right))
            }
            _ => false,
        };
        findings.caveats.retain(|caveat| shows_case || !is_of_case(caveat));
    }
}

/// Only a judgement that was made without all that is withheld; a number from the whole would betray it.
///
/// Who was hit is a part of every judgement, so that there is none where the case itself may not go.
fn share_attribution(
    shared: &mut Assessment,
    whole: &Assessment,
    addressee: Country,
    withheld: &mut Vec<WithheldItem>,
) {
    let may = |tlp: Tlp| tlp.may_go_to(addressee, &BTreeSet::new());
    let kept: BTreeSet<&EvidenceId> = shared.case.evidence.iter().map(|item| &item.id).collect();
    let all = whole.case.evidence.iter().map(|item| &item.id);
    let hidden: BTreeSet<&EvidenceId> = all.filter(|id| !kept.contains(id)).collect();
    let named: BTreeSet<&PartyId> = shared.case.hypotheses.iter().map(|one| &one.party).collect();
    let betrays_nothing = |findings: &&AttributionFindings| {
        findings.record.editions.iter().all(|edition| may(edition.tlp).is_ok())
            && findings.hypotheses.iter().all(|one| match one {
                Hypothesis::Named { party, .. } => named.contains(party),
                Hypothesis::Actor { .. }
                | Hypothesis::Unlisted { .. }
                | Hypothesis::FalseFlag { .. } => true,
            })
    };
    let without_hidden = whole
        .attribution_shared
        .iter()
        .filter(|one| one.without.iter().collect::<BTreeSet<_>>() == hidden)
        .map(|one| &one.findings);
    let on_everything = whole.attribution.iter().filter(|_| hidden.is_empty());
    let found = without_hidden
        .chain(on_everything)
        .filter(|_| may(whole.case.tlp).is_ok())
        .find(betrays_nothing)
        .cloned();
    if found.is_none() && whole.attribution.is_some() {
        let editions = whole.attribution.iter().flat_map(|findings| &findings.record.editions);
        let edition = editions.filter_map(|one| may(one.tlp).err()).next();
        let because = edition.or_else(|| withheld.first().map(|one| one.because.clone()));
        withheld.extend(because.map(|because| WithheldItem {
            what:
                "who did it: there is no judgement that rests on the shared part alone".to_owned(),
            because,
        }));
    }
    shared.attribution = found;
    shared.attribution_shared.clear();
}

/// Only the inputs that the shared part rests on: others would tell names and hashes of what is withheld.
fn share_inputs(shared: &mut Assessment, whole: &Assessment) {
    let of = |evidence: &[Evidence]| -> BTreeSet<String> {
        evidence
            .iter()
            .filter_map(|item| item.file.as_ref())
            .map(|file| file.path().to_owned())
            .collect()
    };
    let (given, all) = (of(&shared.case.evidence), of(&whole.case.evidence));
    let tables: Vec<&str> = shared
        .routes
        .iter()
        .flat_map(|findings| &findings.sources)
        .map(|source| source.file.as_str())
        .collect();
    shared.inputs.retain(|input| {
        let is_table = tables.iter().any(|file| {
            input.path == *file
                || input.path.strip_suffix(file).is_some_and(|folder| folder.ends_with('/'))
        });
        given.contains(&input.path) || (is_table && !all.contains(&input.path))
    });
}

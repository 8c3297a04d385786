//! The leader of a judgement: a state, a kind of attacker, or a hypothesis that the case names.

use demarche_case::AttackerKind;
use demarche_case::Probability;
use demarche_case::assessment::attribution::Leads;

use super::authors::{Author, Authors, Candidate};
use super::combine::Posterior;
use super::listing::sides_of;
use super::side::Side;

/// A leader with its side and its probability.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leader {
    pub(crate) leads: Leads,
    pub(crate) side: Side,
    pub(crate) chance: Probability,
}

/// The most probable side; the party of the case that has most of it, where one has more than half.
///
/// Attackers of no known kind lead only as such a party: that nobody is known did not do it.
pub(crate) fn leader(authors: &Authors<'_>, posterior: &Posterior) -> Leader {
    let sides = sides_of(authors, posterior);
    let ranked = sides.iter().map(|(side, chance)| of_side(authors, posterior, *side, *chance));
    let better = |best: Leader, next: Leader| if next.chance > best.chance { next } else { best };
    ranked.flatten().reduce(better).expect("there are states that attack others")
}

/// The leader that a side has to offer.
fn of_side(
    authors: &Authors<'_>,
    posterior: &Posterior,
    side: Side,
    chance: Probability,
) -> Option<Leader> {
    let named = authors.members[&side].iter().filter(|author| {
        matches!(authors.all[**author], Author::Named(_)) && side.state().is_none()
    });
    let of = |author: usize| posterior.of(Candidate::Author(author));
    let best = named.max_by(|left, right| of(**left).get().total_cmp(&of(**right).get()));
    if let Some(author) = best.filter(|author| 2.0 * of(**author).get() > chance.get()) {
        let hypothesis = authors.hypothesis(Candidate::Author(*author)).id();
        return Some(Leader { leads: Leads::Hypothesis { hypothesis }, side, chance: of(*author) });
    }
    (side != Side::Kind(AttackerKind::Unknown)).then(|| Leader {
        leads: side.leads(),
        side,
        chance,
    })
}

/// The probability of a leader in another judgement.
pub(crate) fn chance_of(
    authors: &Authors<'_>,
    posterior: &Posterior,
    leader: &Leader,
) -> Probability {
    match &leader.leads {
        Leads::Hypothesis { hypothesis } => {
            let is_it =
                |author: &usize| authors.hypothesis(Candidate::Author(*author)).id() == *hypothesis;
            let members = authors.members.get(&leader.side).into_iter().flatten();
            let author = members.into_iter().find(|author| is_it(author));
            author
                .map_or(Probability::IMPOSSIBLE, |author| posterior.of(Candidate::Author(*author)))
        }
        Leads::State { .. } | Leads::Kind { .. } => {
            let sides = sides_of(authors, posterior);
            sides.get(&leader.side).copied().unwrap_or(Probability::IMPOSSIBLE)
        }
    }
}

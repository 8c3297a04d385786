//! Shares of requests that others meet: counts that the analyst can see and change.
//!
//! What is known of anybody counts as four requests to a state, and the state's own are added to it.
//! No data set of such requests is known; what is judged says so.

use std::collections::BTreeSet;

use demarche_case::Country;
use demarche_case::assessment::response::AskingUsed;
use demarche_case::options::{Asked, Direction, EstimateBasis, Options};

use crate::Quantity;
use crate::setting::Setting;

/// As how many requests to a state what is known of anybody counts.
const PRIOR: f64 = 4.0;

/// One state that can be asked, with how probable it is that it agrees.
pub(crate) struct Asking {
    pub(crate) state: Country,
    pub(crate) of: Direction,
    pub(crate) quantity: Quantity,
    pub(crate) used: AskingUsed,
}

/// Everybody who can be asked for something, by what they are asked for.
pub(crate) fn asking(setting: &Setting, options: &Options) -> Vec<Asking> {
    let directions: BTreeSet<Direction> = options.options.iter().map(|option| option.to).collect();
    let asked = directions.into_iter().flat_map(|of| {
        setting.addressees(of).into_iter().map(move |state| asking_of(state, of, options))
    });
    asked.collect()
}

fn asking_of(state: Country, of: Direction, options: &Options) -> Asking {
    let known = |of_state: Option<Country>| {
        options.asked.iter().find(|record| record.of == of && record.state == of_state)
    };
    let counts =
        |asked: Option<&Asked>| asked.map_or([0.0; 2], |record| [record.met, record.requests]);
    let (particular, general) = (known(Some(state)), known(None));
    let [met, requests] = counts(particular);
    let [usual, all] = counts(general);
    // Where nothing at all is known, one in five.
    let usual = if all > 0.0 { usual / all } else { 0.2 };
    let quantity = Quantity::counted(met, requests, PRIOR, usual.clamp(0.005, 0.995));
    let mean = (met + PRIOR * usual) / (requests + PRIOR);
    let chance = [quantity.quantile(0.05), mean, quantity.quantile(0.95)];
    let basis = particular.or(general).map_or(EstimateBasis::Unknown, |record| record.basis);
    let sources =
        particular.into_iter().chain(general).map(|record| record.source.clone()).collect();
    let used = AskingUsed {
        state,
        of,
        own: [met, requests],
        anybody: counts(general),
        chance,
        basis,
        sources,
    };
    Asking { state, of, quantity, used }
}

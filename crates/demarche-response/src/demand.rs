//! The demand of a blackmailer, as the case tells of it: only money or data can be given.

use demarche_case::{Case, EffectKind};

/// Words of money that is asked for.
const MONEY: [&str; 17] = [
    "money", "pay", "pays", "paid", "paying", "payment", "payments", "btc", "monero", "xmr", "usd",
    "eur", "euro", "euros", "dollar", "dollars", "cash",
];

/// Beginnings of words of money that is asked for.
const BEGINNINGS: [&str; 3] = ["ransom", "bitcoin", "cryptocurrenc"];

/// Words of data or secrets that are asked for, before "over".
const HAND: [&str; 4] = ["hand", "hands", "handed", "handing"];

/// Words after which a word of money says that none was asked for.
const NONE: [&str; 4] = ["no", "not", "never", "without"];

/// Returns true if a threat or an effect of coercion tells of a demand for money or data, by its words or its unit.
pub(crate) fn is_for_money_or_data(case: &Case) -> bool {
    let coercion = case.effects.iter().filter(|effect| effect.kind == EffectKind::Coercion);
    let units = coercion.clone().filter_map(|effect| Some(effect.quantity.as_ref()?.unit.as_str()));
    let threats = case.threats.iter().map(|threat| threat.text.as_str());
    let mut texts = coercion.map(|effect| effect.text.as_str()).chain(units).chain(threats);
    texts.any(demands)
}

fn demands(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> =
        text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let asks = |at: usize, word: &str| {
        let is_money =
            MONEY.contains(&word) || BEGINNINGS.iter().any(|start| word.starts_with(start));
        let is_data = HAND.contains(&word) && words.get(at + 1) == Some(&"over");
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        (is_money || is_data) && !before.is_some_and(|before| NONE.contains(before))
    };
    words.iter().enumerate().any(|(at, word)| asks(at, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_is_for_money_or_data_where_its_words_say_so() {
        for text in [
            "A ransom was asked for.",
            "10 and then 20 million dollars",
            "Files stay encrypted unless 300 dollars in bitcoin are paid.",
            "The leak goes on unless the ministry hands over the list of agents.",
        ] {
            assert!(demands(text), "{text}");
        }
        for text in [
            "The next flood will come at the second round, unless the commission annuls the vote.",
            "Violence against cinemas that show the film, and against those who go there.",
            "Publication of everything that was stolen.",
            "No ransom was asked for.",
            "The payload will be set off again.",
        ] {
            assert!(!demands(text), "{text}");
        }
    }
}

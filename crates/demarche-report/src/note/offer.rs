//! What the sender offers in return, and by when it asks for what.

use demarche_case::Recipient;

use crate::text::{PROSE, shown};

use super::Writer;
use crate::document::Block;

impl Writer<'_> {
    /// `within 14 days of receipt`.
    pub(crate) fn answer_by(&self) -> String {
        within(self.request().answer_within_days)
    }

    /// `within 3 days of receipt`.
    pub(crate) fn preserve_by(&self) -> String {
        within(self.request().preserve_within_days)
    }

    pub(crate) fn offers(&self) -> Vec<Block> {
        let itself = &self.request().offers;
        let offers: Vec<String> = if itself.is_empty() {
            self.usual().into_iter().map(str::to_owned).collect()
        } else {
            itself.iter().map(|offer| shown(offer, PROSE)).collect()
        };
        vec![
            Block::Heading("What is offered in return".to_owned()),
            Block::Paragraph(format!("{} offers:", self.sender_first())),
            Block::List(offers),
        ]
    }

    /// What can be offered to anybody without knowing more; the case may say what is offered instead.
    fn usual(&self) -> Vec<&'static str> {
        match self.to {
            Recipient::Cert(_) => vec![
                "to answer technical questions directly, and to pass on further indicators as they become known and may be shared;",
                "to compare findings, and to help with the examination of copies where that is wished;",
                "to treat what it is given by the marking that it bears, and to give the same help in a like case.",
            ],
            Recipient::State(_) => vec![
                "to exchange evidence: further files and records behind the facts below, as far as their markings allow;",
                "to help technically, where that is wished, with examining copies of machines and records;",
                "to treat what it is given by the marking that it bears;",
                "to give the same assistance in a like case.",
            ],
        }
    }
}

/// A time that runs from receipt, since nobody knows when a note arrives.
fn within(days: u64) -> String {
    if days == 1 {
        "within one day of receipt".to_owned()
    } else {
        format!("within {days} days of receipt")
    }
}

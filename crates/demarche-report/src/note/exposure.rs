//! What was disclosed: kinds and counts, and what of it concerns the people of the addressee.
//!
//! No value, person, mailbox or place can stand here: [`ReleasedExposure`](demarche_case::ReleasedExposure) has none.

use demarche_case::KindReleased;
use demarche_case::assessment::exposure::CountryExposed;

use super::Writer;
use crate::document::Block;
use crate::exposure::disclosed;
use crate::number::{count, counted};
use crate::text::{NAME, shown};
use crate::words::in_text;

/// Kinds that are listed; there are not many more.
const MOST: usize = 30;

impl Writer<'_> {
    /// The section; none where nothing of it may be told, or nothing was found.
    pub(crate) fn what_was_disclosed(&self) -> Vec<Block> {
        let Some(exposure) = &self.released.exposure else { return Vec::new() };
        let Some(amount) = disclosed(exposure.messages, exposure.documents) else {
            return Vec::new();
        };
        let found = exposure.kinds.iter().filter(|kind| kind.values > 0);
        let found: Vec<String> = found.take(MOST).map(line).collect();
        let mut blocks = vec![Block::Heading("What was disclosed".to_owned())];
        if found.is_empty() {
            blocks.push(Block::Paragraph(format!(
                "The leaked files hold {amount}, copies counted once. No sensitive data was found in them."
            )));
        } else {
            blocks.push(Block::Paragraph(format!(
                "The leaked files hold {amount}, copies counted once. Sensitive data of these kinds was found in them; a value that many persons share, such as a date of birth, is counted for each record:"
            )));
            blocks.push(Block::List(found));
        }
        let of_addressee = exposure.of_addressee.as_ref().and_then(|told| self.concerned(told));
        blocks.extend(of_addressee.map(Block::Paragraph));
        blocks
    }

    /// The numbers and addresses of the addressee's people; `None` where there are none.
    fn concerned(&self, told: &CountryExposed) -> Option<String> {
        let state = in_text(self.addressee);
        let numbers = (told.identity_numbers > 0).then(|| {
            let (are, issued) = match told.identity_numbers {
                1 => ("is", "identity number"),
                _ => ("are", "identity numbers"),
            };
            format!(
                "Among them {are} at least {} {issued} issued by {state}.",
                count(told.identity_numbers)
            )
        });
        let addresses = (told.addresses > 0).then(|| {
            format!(
                "At least {} an address under the top-level domain of {state}.",
                counted(told.addresses, "person has", "persons have")
            )
        });
        let mut sentences: Vec<String> = numbers.into_iter().chain(addresses).collect();
        if sentences.is_empty() {
            return None;
        }
        sentences.push(format!("This is told so that {state} can protect its people."));
        Some(sentences.join(" "))
    }
}

fn line(kind: &KindReleased) -> String {
    format!("{}: {}", shown(&kind.title, NAME), count(kind.values))
}

//! One set of reference data: its terms, its size, and the files that answer a question.

use demarche_case::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Ask, AskError};

pub(crate) const MB: u64 = 1_000_000;

/// The use of a set of reference data after its download.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Previous attacks and actors: added to the library.
    Attacks,
    /// Routing tables and registers of networks: read with `--routes`.
    Routes,
    /// Not readable as published: somebody has to export it first.
    ByHand,
}

/// The schedule on which a set of reference data is published.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Published {
    /// As it is today only.
    Latest,
    /// In numbered releases.
    Release,
    /// One file that does not change any more.
    Once,
    /// One file for each month.
    Month,
    /// One file for each day, and the latest.
    Day,
    /// A routing table every few hours.
    Tables,
    /// Updates, a file for every few minutes.
    Updates,
}

/// The evidence for the addresses of a set; no address was called when this list was written.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Checked {
    /// Seen in the publisher's own documentation, index or repository.
    Publisher,
    /// Seen in programs of others that download it.
    Others,
    /// Partly put together by analogy: may need correction.
    Partly,
}

/// A set of reference data that others publish.
#[derive(Clone, Copy, Debug)]
pub struct Dataset {
    /// The name to ask for it by.
    pub name: &'static str,
    /// The content of the set and its purpose.
    pub about: &'static str,
    /// The use of the set after its download.
    pub purpose: Purpose,
    /// The schedule of publication.
    pub published: Published,
    /// Terms and the credit that is due, in one line.
    pub licence: &'static str,
    /// The usual size of one file, in bytes: an order of magnitude.
    pub usual: u64,
    /// The size in bytes above which a file is refused, several times the usual.
    pub limit: u64,
    /// The evidence for the addresses.
    pub checked: Checked,
    pub(crate) locate: fn(&Ask) -> Result<Vec<Wanted>, AskError>,
}

/// One file to bring, with every address where it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The addresses to try in order: the next one counts only when there is nothing at the one before.
    pub choices: Vec<Choice>,
}

/// One address, and what it is called here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// The address, `https`.
    pub url: String,
    /// The file in the folder of downloads, with `/` between folders; only letters, digits, `.`, `-` and `_` otherwise.
    pub file: String,
    /// The time that the content speaks of; `None` where that is the day of the download.
    pub as_of: Option<Moment>,
    /// True if the content at this address never changes, so that a copy is not asked for again.
    pub is_fixed: bool,
}

impl Dataset {
    /// The files to bring for a question.
    ///
    /// # Errors
    ///
    /// The question lacks what this set needs, or asks for what is not published.
    pub fn locate(&self, ask: &Ask) -> Result<Vec<Wanted>, AskError> {
        (self.locate)(ask)
    }

    /// Some address of this set, as an example; empty for none.
    #[must_use]
    pub fn example(&self) -> String {
        let time = "2016-12-22T16:00Z".parse().ok().filter(|_| self.published != Published::Latest);
        let wanted = self.locate(&Ask { at: time, ..Ask::default() }).unwrap_or_default();
        let first = wanted.into_iter().next().and_then(|wanted| wanted.choices.into_iter().next());
        first.map_or_else(String::new, |choice| choice.url)
    }
}

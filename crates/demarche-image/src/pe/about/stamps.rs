use demarche_terms::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The times that a file of Windows states, and whether they can be true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stamps {
    /// Every place that has one, zeros included.
    pub stamps: Vec<Stamp>,
    /// The conclusion from all of them.
    pub verdict: StampVerdict,
}

/// A time that one place of a file states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stamp {
    /// The place.
    pub source: StampSource,
    /// Seconds since 1970-01-01 in UTC, as they stand.
    pub seconds: u32,
    /// The same as a time; `None` for zero, which states none.
    pub time: Option<Moment>,
}

/// A place of a file that states when it was made.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum StampSource {
    /// The file header.
    Header,
    /// The table of exports.
    Exports,
    /// The tree of resources.
    Resources,
    /// An entry for debuggers.
    Debug,
    /// The load configuration.
    LoadConfiguration,
}

/// The conclusion from the times of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StampVerdict {
    /// There is only the header's.
    Alone,
    /// All that are not zero lie within a day of the header's.
    Agree,
    /// At least one lies more than a day from the header's: one of them was changed, or comes from another build.
    Differ,
    /// The header's is zero.
    Zeroed,
    /// The linker has put a hash in place of the times (`/Brepro`): they state nothing.
    Reproducible,
    /// The header's is 1992-06-19 22:22:17, the constant of Borland's and older Delphi linkers: it states nothing.
    DelphiConstant,
}

impl Stamp {
    /// A time as it stands in a file.
    pub(crate) fn new(source: StampSource, seconds: u32) -> Self {
        let time = jiff::Timestamp::from_second(seconds.into()).ok().filter(|_| seconds != 0);
        Self { source, seconds, time: time.and_then(|time| time.to_string().parse().ok()) }
    }
}

impl Stamps {
    /// Judges the times of a file; the first one is the header's.
    pub(crate) fn judge(stamps: Vec<Stamp>, is_reproducible: bool) -> Self {
        const DAY: u32 = 86_400;
        const DELPHI: u32 = 0x2a42_5e19;
        let header = stamps.first().map_or(0, |stamp| stamp.seconds);
        let mut peekable = stamps.iter().skip(1).filter(|stamp| stamp.seconds != 0).peekable();
        let verdict = if is_reproducible {
            StampVerdict::Reproducible
        } else if header == 0 {
            StampVerdict::Zeroed
        } else if header == DELPHI {
            StampVerdict::DelphiConstant
        } else if peekable.peek().is_none() {
            StampVerdict::Alone
        } else if peekable.all(|stamp| stamp.seconds.abs_diff(header) <= DAY) {
            StampVerdict::Agree
        } else {
            StampVerdict::Differ
        };
        Self { stamps, verdict }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(seconds: &[u32]) -> StampVerdict {
        let sources =
            std::iter::once(StampSource::Header).chain(std::iter::repeat(StampSource::Debug));
        let stamps = sources.zip(seconds).map(|(source, one)| Stamp::new(source, *one)).collect();
        Stamps::judge(stamps, false).verdict
    }

    #[test]
    fn zeros_say_nothing_and_a_day_is_the_limit() {
        assert_eq!(verdict(&[1_400_000_000, 0]), StampVerdict::Alone);
        assert_eq!(verdict(&[1_400_000_000, 1_400_086_400]), StampVerdict::Agree);
        assert_eq!(verdict(&[1_400_000_000, 1_400_086_401]), StampVerdict::Differ);
        assert_eq!(verdict(&[0, 1_400_000_000]), StampVerdict::Zeroed);
        assert_eq!(verdict(&[0x2a42_5e19]), StampVerdict::DelphiConstant);
    }

    #[test]
    fn a_time_is_a_moment_in_utc() {
        let stamp = Stamp::new(StampSource::Header, 0x2a42_5e19);
        assert_eq!(stamp.time.unwrap().to_string(), "1992-06-19T22:22:17Z");
    }
}

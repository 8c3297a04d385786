use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use super::error::RefusedRequest;
use super::identity::Peer;
use super::identity::hexadecimal;
use super::message::{ExchangeId, Purpose, Request};

/// The limits that keep a comparison from becoming an enumeration.
///
/// IPv4 has 2³² addresses: at 100,000 items a day a party needs 118 years for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The most items of one request, padding included.
    pub items_per_request: u64,
    /// The most items of one party in a period, padding included.
    pub items_per_period: u64,
    /// The length of the period, in seconds.
    pub period: u64,
    /// The most seconds between the clocks of the two parties, travel of the file included.
    pub age: u64,
    /// Both parties have agreed to compare items; otherwise counts are answered only.
    pub allows_items: bool,
}

impl Default for Policy {
    /// 32,768 items a request and 100,000 a day, requests of the last week, counts only.
    fn default() -> Self {
        Self {
            items_per_request: 32_768,
            items_per_period: 100_000,
            period: 86_400,
            age: 7 * 86_400,
            allows_items: false,
        }
    }
}

/// The outcome of a request at the answerer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An answer was made.
    Answered,
    /// No answer was made.
    Refused,
}

/// The line of one request in the audit log: no item, no key but the public one.
///
/// A request that cannot be read has neither party nor exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// The time by the answerer's clock, in seconds since 1970.
    pub time: u64,
    /// The party that asked, as far as its signature fits.
    pub from: Option<Peer>,
    /// The exchange.
    pub exchange: Option<ExchangeId>,
    /// The purpose.
    pub purpose: Option<Purpose>,
    /// The number of items asked for, padding included.
    pub items: u64,
    /// The number of hashes sent or held back, padding included.
    pub tags: u64,
    /// The outcome.
    pub verdict: Verdict,
}

impl AuditLine {
    /// The line of a request that was refused before anything was computed; what could not be read of it is left out.
    #[must_use]
    pub fn refused(time: u64, request: Option<&Request>) -> Self {
        Self::new(time, request, 0, Verdict::Refused)
    }

    pub(crate) fn new(time: u64, request: Option<&Request>, tags: usize, verdict: Verdict) -> Self {
        Self {
            time,
            from: request.map(|request| request.from),
            exchange: request.map(|request| request.exchange),
            purpose: request.map(|request| request.purpose),
            items: request.map_or(0, |request| request.items() as u64),
            tags: tags as u64,
            verdict,
        }
    }
}

impl fmt::Display for AuditLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "time={} from=", self.time)?;
        match self.from {
            Some(from) => from.fmt(f)?,
            None => f.write_str("-")?,
        }
        f.write_str(" exchange=")?;
        match self.exchange {
            Some(exchange) => exchange.fmt(f)?,
            None => f.write_str("-")?,
        }
        let purpose = match self.purpose {
            Some(Purpose::Count) => "count",
            Some(Purpose::Items) => "items",
            None => "-",
        };
        let verdict = match self.verdict {
            Verdict::Answered => "answered",
            Verdict::Refused => "refused",
        };
        write!(f, " purpose={purpose} items={} tags={} verdict={verdict}", self.items, self.tags)
    }
}

/// The text is not a line of an audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a line of an audit log")]
pub struct AuditError;

impl FromStr for AuditLine {
    type Err = AuditError;

    /// Reads a line as `Display` writes it.
    fn from_str(text: &str) -> Result<Self, AuditError> {
        read_line(text).ok_or(AuditError)
    }
}

fn read_line(text: &str) -> Option<AuditLine> {
    let mut fields = text.trim_end().split(' ');
    let mut field = |name: &str| fields.next()?.strip_prefix(name)?.strip_prefix('=');
    let time = field("time")?.parse().ok()?;
    let optional = |text| if text == "-" { None } else { Some(text) };
    let from = optional(field("from")?).map(|text: &str| text.parse().ok());
    let exchange = optional(field("exchange")?).map(|text| hexadecimal(text).map(ExchangeId));
    let purpose = match field("purpose")? {
        "count" => Some(Purpose::Count),
        "items" => Some(Purpose::Items),
        "-" => None,
        _ => return None,
    };
    let (items, tags) = (field("items")?.parse().ok()?, field("tags")?.parse().ok()?);
    let verdict = match field("verdict")? {
        "answered" => Verdict::Answered,
        "refused" => Verdict::Refused,
        _ => return None,
    };
    // A field that is there must be right.
    let from = from.map_or(Some(None), |from| from.map(Some))?;
    let exchange = exchange.map_or(Some(None), |exchange| exchange.map(Some))?;
    Some(AuditLine { time, from, exchange, purpose, items, tags, verdict })
}

/// The requests answered so far; the audit log makes it anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    exchanges: BTreeSet<ExchangeId>,
    /// The time and number of items of every answered request, by party.
    answered: BTreeMap<Peer, Vec<(u64, u64)>>,
}

impl Ledger {
    /// Takes a line of the audit log up; refused requests count for nothing.
    pub fn add(&mut self, line: &AuditLine) {
        if let (Verdict::Answered, Some(from), Some(exchange)) =
            (line.verdict, line.from, line.exchange)
        {
            self.exchanges.insert(exchange);
            self.answered.entry(from).or_default().push((line.time, line.items));
        }
    }

    /// The policy allows to answer a request now.
    ///
    /// # Errors
    ///
    /// The reason that it does not.
    pub fn check(
        &self,
        request: &Request,
        policy: &Policy,
        now: u64,
    ) -> Result<(), RefusedRequest> {
        let items = request.items() as u64;
        let seconds = now.abs_diff(request.made);
        if seconds > policy.age {
            return Err(RefusedRequest::Stale { seconds });
        }
        if self.exchanges.contains(&request.exchange) {
            return Err(RefusedRequest::Replayed);
        }
        if request.purpose == Purpose::Items && !policy.allows_items {
            return Err(RefusedRequest::ItemsNotAgreed);
        }
        if items > policy.items_per_request {
            return Err(RefusedRequest::TooLarge { items, limit: policy.items_per_request });
        }
        let answered = self.answered.get(&request.from).map_or(&[][..], Vec::as_slice);
        let recent = answered.iter().filter(|(time, _)| now.abs_diff(*time) < policy.period);
        let sum =
            recent.map(|(_, items)| items).fold(items, |sum, items| sum.saturating_add(*items));
        if sum > policy.items_per_period {
            return Err(RefusedRequest::TooOften { items: sum, limit: policy.items_per_period });
        }
        Ok(())
    }
}

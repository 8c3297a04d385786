//! The query of an address: filters, the number of objects wanted, and the position to go on from.
//!
//! A value that cannot be understood is an error and never ignored: the client would get objects that it did not
//! ask for. Fields that the standard does not know, or not for this address, are ignored (section 3.4).

use sha2::{Digest, Sha256};

use super::route::decoded;
use crate::envelope::SpecVersion;
use crate::store::{Filter, Versions};
use crate::timestamp::{Timestamp, VersionKey};

/// A query that cannot be understood.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QueryError {
    #[error("the query is not encoded as UTF-8 in %XX")]
    Encoding,
    #[error("`{0}` occurs more than once")]
    Twice(&'static str),
    #[error("`{0}` has an empty value")]
    Empty(&'static str),
    #[error("`added_after` is not a timestamp in UTC such as 2026-01-02T03:04:05.000000Z")]
    AddedAfter,
    #[error("`limit` is not a whole number greater than zero")]
    Limit,
    #[error("`next` was not given out by this server for this collection and these filters")]
    Next,
    #[error("`match[version]` has a value that is neither all, first, last nor a timestamp")]
    Version,
    #[error("`match[version]` names a version twice, or `all` beside another")]
    VersionTwice,
    #[error("`match[spec_version]` has a value that is not of the form 2.1")]
    SpecVersion,
}

/// The fields that an address knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fields {
    /// Those of objects and manifest.
    All,
    /// Those of one object.
    Object,
    /// Those of the versions of an object.
    Versions,
    /// Those of deleting an object, which deletes all its versions unless some are named.
    Delete,
}

/// A query.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) filter: Filter,
    /// The number of objects wanted, at least 1; huge numbers become the largest there is.
    pub(crate) limit: Option<usize>,
    next: Option<String>,
}

/// The values of the parameters, each of which may occur once.
#[derive(Default)]
struct Values {
    added_after: Option<String>,
    limit: Option<String>,
    next: Option<String>,
    id: Option<String>,
    kind: Option<String>,
    version: Option<String>,
    spec_version: Option<String>,
}

impl Values {
    fn read(text: &str, fields: Fields) -> Result<Self, QueryError> {
        let mut values = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = |text: &str| match text {
                "" => Ok(String::new()),
                text => decoded(&text.replace('+', " ")).ok_or(QueryError::Encoding),
            };
            let (name, value) = (plain(name)?, plain(value)?);
            if let Some((name, slot)) = values.slot(&name, fields)
                && slot.replace(value).is_some()
            {
                return Err(QueryError::Twice(name));
            }
        }
        Ok(values)
    }

    /// The place of a parameter that this address knows.
    fn slot(&mut self, name: &str, fields: Fields) -> Option<(&'static str, &mut Option<String>)> {
        let pages = fields != Fields::Delete;
        let versions = fields != Fields::Versions;
        let all = fields == Fields::All;
        Some(match name {
            "added_after" if pages => ("added_after", &mut self.added_after),
            "limit" if pages => ("limit", &mut self.limit),
            "next" if pages => ("next", &mut self.next),
            "match[id]" if all => ("match[id]", &mut self.id),
            "match[type]" if all => ("match[type]", &mut self.kind),
            "match[version]" if versions => ("match[version]", &mut self.version),
            "match[spec_version]" => ("match[spec_version]", &mut self.spec_version),
            _ => return None,
        })
    }
}

impl Query {
    /// Reads the text behind `?`.
    pub(crate) fn read(text: &str, fields: Fields) -> Result<Self, QueryError> {
        let values = Values::read(text, fields)?;
        let after = match &values.added_after {
            Some(text) => text.parse::<Timestamp>().map_err(|_| QueryError::AddedAfter)?.0,
            None => i64::MIN,
        };
        let default = match fields {
            Fields::All | Fields::Object => Versions::LAST,
            Fields::Versions | Fields::Delete => Versions::All,
        };
        let filter = Filter {
            after,
            ids: values.id.map(|text| list("match[id]", &text)).transpose()?,
            types: values.kind.map(|text| list("match[type]", &text)).transpose()?,
            specs: values.spec_version.map(|text| specs(&text)).transpose()?,
            versions: values.version.map_or(Ok(default), |text| versions(&text))?,
        };
        let limit = values.limit.map(|text| limit(&text)).transpose()?;
        Ok(Self { filter, limit, next: values.next })
    }

    /// Does it leave out objects by more than their version?
    pub(crate) const fn is_narrowed(&self) -> bool {
        self.filter.after != i64::MIN || self.next.is_some() || self.filter.specs.is_some()
    }

    /// The filter behind the position of `next`.
    pub(crate) fn filter_from_next(
        &self,
        key: &[u8; 32],
        collection: i64,
    ) -> Result<Filter, QueryError> {
        let Some(next) = &self.next else { return Ok(self.filter.clone()) };
        let position = next.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok());
        let position = position.ok_or(QueryError::Next)?.cast_signed();
        if *next != self.next(key, collection, Timestamp(position)) {
            return Err(QueryError::Next);
        }
        let after = self.filter.after.max(position);
        Ok(Filter { after, ..self.filter.clone() })
    }

    /// The position behind an object, bound to the collection and the filters of this query.
    ///
    /// A client that drops a filter on the way is told so, and does not get objects outside of it.
    pub(crate) fn next(&self, key: &[u8; 32], collection: i64, last: Timestamp) -> String {
        let bound = format!("{collection} {} {:?}", last.0, self.filter);
        let tag = Sha256::new().chain_update(key).chain_update(bound).finalize();
        let tag = tag.first_chunk().map_or(0, |tag| u64::from_be_bytes(*tag));
        format!("{:016x}{tag:016x}", last.0)
    }
}

/// The values between commas, without repetition.
fn list(name: &'static str, text: &str) -> Result<Vec<String>, QueryError> {
    let mut values: Vec<String> = text.split(',').map(str::to_owned).collect();
    if values.iter().any(String::is_empty) {
        return Err(QueryError::Empty(name));
    }
    values.sort_unstable();
    values.dedup();
    Ok(values)
}

/// The versions of STIX that are asked for and kept here; none when the server keeps none of them.
fn specs(text: &str) -> Result<Vec<SpecVersion>, QueryError> {
    let words = list("match[spec_version]", text)?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_version = |word: &String| {
        word.split_once('.').is_some_and(|(major, minor)| is_number(major) && is_number(minor))
    };
    if !words.iter().all(is_version) {
        return Err(QueryError::SpecVersion);
    }
    Ok(words.iter().filter_map(|word| SpecVersion::read(word)).collect())
}

fn versions(text: &str) -> Result<Versions, QueryError> {
    let words = text.split(',').collect::<Vec<_>>();
    let (mut last, mut first, mut all, mut exact) = (false, false, false, Vec::new());
    for word in &words {
        let is_twice = match *word {
            "" => return Err(QueryError::Empty("match[version]")),
            "last" => std::mem::replace(&mut last, true),
            "first" => std::mem::replace(&mut first, true),
            "all" => std::mem::replace(&mut all, true),
            word => {
                let key = VersionKey::read(word).ok_or(QueryError::Version)?;
                let is_twice = exact.contains(&key);
                exact.push(key);
                is_twice
            }
        };
        if is_twice {
            return Err(QueryError::VersionTwice);
        }
    }
    match all {
        true if words.len() > 1 => Err(QueryError::VersionTwice),
        true => Ok(Versions::All),
        false => Ok(Versions::Some { last, first, exact }),
    }
}

fn limit(text: &str) -> Result<usize, QueryError> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<usize>() {
        _ if !is_number => Err(QueryError::Limit),
        Ok(0) => Err(QueryError::Limit),
        Ok(number) => Ok(number),
        Err(_) => Ok(usize::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        Query::read(text, Fields::All).unwrap_err().to_string()
    }

    #[test]
    fn values_that_mean_nothing_are_errors() {
        for text in [
            "limit=0",
            "limit=-5",
            "limit=%2B5",
            "limit=",
            "limit=1.5",
            "limit=\u{663}",
            "limit=1&limit=1",
            "added_after=now",
            "added_after=",
            "added_after=2026-02-30T00:00:00.000000Z",
            "added_after=2026-01-01T00:00:00+00:00",
            "match[version]=all,last",
            "match[version]=last,last",
            "match[version]=newest",
            "match[version]=2016-01-01T00:00:00Z,2016-01-01T00:00:00.0Z",
            "match[version]=",
            "match[type]=a,,b",
            "match[id]=",
            "match[spec_version]=two",
            "match%5Btype%5D=a&match[type]=b",
            "match[id]=%ff",
            "match[id]=%zz",
        ] {
            assert!(!problem(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_the_standard_does_not_know_is_ignored() {
        let query = Query::read("match[name]=x&match[name]=y&z&limit=7", Fields::All).unwrap();
        assert_eq!(query.limit, Some(7));
        assert_eq!(Query::read("limit=0", Fields::Delete).unwrap().limit, None);
        assert_eq!(
            Query::read(&format!("limit={}", "9".repeat(50)), Fields::All).unwrap().limit,
            Some(usize::MAX)
        );
    }

    #[test]
    fn a_position_is_bound_to_collection_filters_and_store() {
        let (key, last) = ([7; 32], Timestamp(1_000));
        let query = Query::read("match[type]=a", Fields::All).unwrap();
        let next = query.next(&key, 1, last);
        let same = Query::read(&format!("match[type]=a&limit=3&next={next}"), Fields::All).unwrap();
        assert_eq!(same.filter_from_next(&key, 1).unwrap().after, 1_000);
        assert!(same.filter_from_next(&key, 2).is_err());
        assert!(same.filter_from_next(&[8; 32], 1).is_err());
        for text in [format!("next={next}"), "match[type]=a&next=1".to_owned(), "next=é".to_owned()]
        {
            let other = Query::read(&text, Fields::All).unwrap();
            assert!(other.filter_from_next(&key, 1).is_err(), "{text}");
        }
    }
}

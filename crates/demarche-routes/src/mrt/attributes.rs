//! Path attributes (RFC 4271, section 4.3): those that say which way a route goes.

#![warn(clippy::indexing_slicing)]

use super::bytes::{AsnWidth, Bytes};
use super::reading::Reason;

const AS_PATH: u8 = 2;
const AGGREGATOR: u8 = 7;
const MP_REACH_NLRI: u8 = 14;
const MP_UNREACH_NLRI: u8 = 15;
const AS4_PATH: u8 = 17;
const AS4_AGGREGATOR: u8 = 18;

/// The number that stands for those wider than two bytes (RFC 6793, section 9).
const AS_TRANS: u16 = 23_456;

const AS_SET: u8 = 1;
const AS_SEQUENCE: u8 = 2;

/// Splits one attribute off.
#[inline]
fn next<'a>(bytes: &mut Bytes<'a>) -> Option<(u8, Bytes<'a>)> {
    let [flags, kind] = bytes.array()?;
    let is_long = flags & 0x10 != 0;
    let length = if is_long { usize::from(bytes.u16()?) } else { usize::from(bytes.u8()?) };
    Some((kind, bytes.take(length)?))
}

/// The first `AS_PATH`; what stands behind it is not looked at.
#[inline]
pub(crate) fn as_path(mut bytes: Bytes<'_>) -> Result<Option<&[u8]>, Reason> {
    while !bytes.is_empty() {
        let (kind, value) = next(&mut bytes).ok_or(Reason::Attributes)?;
        if kind == AS_PATH {
            return Ok(Some(value.0));
        }
    }
    Ok(None)
}

/// The attributes that matter here; of one that is repeated, the first (RFC 7606, section 3).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Attributes<'a> {
    pub(crate) as_path: Option<Bytes<'a>>,
    pub(crate) as4_path: Option<Bytes<'a>>,
    pub(crate) mp_reach: Option<Bytes<'a>>,
    pub(crate) mp_unreach: Option<Bytes<'a>>,
    aggregator: Option<Bytes<'a>>,
    as4_aggregator: Option<Bytes<'a>>,
}

impl<'a> Attributes<'a> {
    pub(crate) fn read(mut bytes: Bytes<'a>) -> Result<Self, Reason> {
        let mut attributes = Self::default();
        while !bytes.is_empty() {
            let (kind, value) = next(&mut bytes).ok_or(Reason::Attributes)?;
            let slot = match kind {
                AS_PATH => &mut attributes.as_path,
                AGGREGATOR => &mut attributes.aggregator,
                MP_REACH_NLRI => &mut attributes.mp_reach,
                MP_UNREACH_NLRI => &mut attributes.mp_unreach,
                AS4_PATH => &mut attributes.as4_path,
                AS4_AGGREGATOR => &mut attributes.as4_aggregator,
                _ => continue,
            };
            slot.get_or_insert(value);
        }
        Ok(attributes)
    }

    /// Writes the AS path with numbers of four bytes: widened, and merged with `AS4_PATH`, where they have two.
    pub(crate) fn write_path(&self, width: AsnWidth, path: &mut Vec<u8>) -> Result<(), Reason> {
        path.clear();
        let Some(as_path) = self.as_path else { return Ok(()) };
        if width == AsnWidth::Four {
            path.extend_from_slice(as_path.0);
            return Ok(());
        }
        let as4_path = self.as4_path.filter(|_| self.heeds_as4());
        merge(as_path, as4_path, path)
    }

    /// Returns true if the four-byte attributes belong to this route.
    ///
    /// They do not when a router of two-byte numbers has aggregated it since (RFC 6793, section 4.2.3).
    fn heeds_as4(&self) -> bool {
        let aggregator = self.aggregator.and_then(|mut value| value.u16());
        self.as4_aggregator.is_none() || aggregator.is_none_or(|asn| asn == AS_TRANS)
    }
}

/// A segment with members of two or of four bytes.
fn segment<'a>(bytes: &mut Bytes<'a>, width: usize) -> Option<(u8, u8, Bytes<'a>)> {
    let [kind, count] = bytes.array()?;
    Some((kind, count, bytes.take(usize::from(count) * width)?))
}

/// Counts the networks of a path (RFC 4271, section 9.1.2.2; RFC 5065, section 5.3):
/// a set as one, a confederation as none.
fn length(mut bytes: Bytes<'_>, width: usize) -> Option<usize> {
    let mut length = 0;
    while !bytes.is_empty() {
        length += match segment(&mut bytes, width)? {
            (AS_SET, 1.., _) => 1,
            (AS_SEQUENCE, count, _) => usize::from(count),
            _ => 0,
        };
    }
    Some(length)
}

/// Widens an `AS_PATH`, and puts `AS4_PATH` in the place of its last networks (RFC 6793, section 4.2.3).
///
/// An `AS4_PATH` that is longer or malformed is passed over, as that section and section 6 demand.
fn merge(
    as_path: Bytes<'_>,
    as4_path: Option<Bytes<'_>>,
    path: &mut Vec<u8>,
) -> Result<(), Reason> {
    let all = length(as_path, 2).ok_or(Reason::AsPath)?;
    let as4 = as4_path.and_then(|bytes| Some((bytes, length(bytes, 4)?)));
    let as4 = as4.filter(|(_, tail)| (1..=all).contains(tail));
    let mut leading = all - as4.map_or(0, |(_, tail)| tail);
    let mut bytes = as_path;
    while !bytes.is_empty() && (leading > 0 || as4.is_none()) {
        let (kind, count, members) = segment(&mut bytes, 2).ok_or(Reason::AsPath)?;
        let kept = match kind {
            AS_SET => {
                leading = leading.saturating_sub(usize::from(count > 0));
                count
            }
            AS_SEQUENCE => {
                let kept = u8::try_from(leading).map_or(count, |leading| leading.min(count));
                leading -= usize::from(kept);
                kept
            }
            _ => count,
        };
        path.extend([kind, kept]);
        for asn in members.0.as_chunks::<2>().0.iter().take(usize::from(kept)) {
            path.extend([0, 0]);
            path.extend(asn);
        }
    }
    if let Some((mut bytes, _)) = as4 {
        while let Some((kind, count, members)) = segment(&mut bytes, 4) {
            // Confederations have no place in an AS4_PATH (RFC 6793, section 3).
            if matches!(kind, AS_SET | AS_SEQUENCE) {
                path.extend([kind, count]);
                path.extend_from_slice(members.0);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::as_path::PathTable;

    fn path(segments: &[(u8, &[u32])], width: usize) -> Vec<u8> {
        let mut raw = Vec::new();
        for (kind, members) in segments {
            raw.extend([*kind, u8::try_from(members.len()).unwrap()]);
            raw.extend(members.iter().flat_map(|asn| asn.to_be_bytes()[4 - width..].to_vec()));
        }
        raw
    }

    fn merged(as_path: &[(u8, &[u32])], as4_path: &[(u8, &[u32])]) -> String {
        let (as_path, as4_path) = (path(as_path, 2), path(as4_path, 4));
        let mut raw = Vec::new();
        merge(Bytes(&as_path), Some(Bytes(&as4_path)), &mut raw).unwrap();
        let mut table = PathTable::new();
        let id = table.intern(&raw).unwrap();
        table.get(id).to_string()
    }

    #[test]
    fn the_four_byte_path_replaces_the_end_of_the_two_byte_path() {
        assert_eq!(
            merged(&[(2, &[701, 1239, 23_456, 23_456])], &[(2, &[131_279, 200_000])]),
            "701 1239 131279 200000"
        );
    }

    #[test]
    fn a_set_counts_as_one_network_and_a_confederation_as_none() {
        assert_eq!(
            merged(
                &[(3, &[65_001]), (2, &[701, 23_456]), (1, &[7, 8])],
                &[(2, &[131_279]), (1, &[9, 10])]
            ),
            "(65001) 701 131279 {9,10}"
        );
    }

    #[test]
    fn a_longer_or_broken_or_empty_four_byte_path_is_passed_over() {
        assert_eq!(merged(&[(2, &[701])], &[(2, &[1, 2])]), "701");
        assert_eq!(merged(&[(2, &[701, 2])], &[]), "701 2");
        let mut raw = Vec::new();
        merge(Bytes(&[2, 1, 2, 189]), Some(Bytes(&[2, 9, 0])), &mut raw).unwrap();
        assert_eq!(raw, [2, 1, 0, 0, 2, 189]);
    }

    #[test]
    fn a_later_aggregation_by_a_two_byte_router_voids_the_four_byte_path() {
        let attributes = [
            0x40, 2, 6, 2, 2, 2, 189, 0x5b, 0xa0, // AS_PATH 701 23456
            0xc0, 7, 6, 2, 189, 1, 1, 1, 1, // AGGREGATOR 701
            0xc0, 17, 6, 2, 1, 0, 2, 0, 207, // AS4_PATH 131279
            0xc0, 18, 8, 0, 2, 0, 207, 1, 1, 1, 1, // AS4_AGGREGATOR 131279
        ];
        let mut raw = Vec::new();
        let read = Attributes::read(Bytes(&attributes)).unwrap();
        read.write_path(AsnWidth::Two, &mut raw).unwrap();
        assert_eq!(raw, [2, 2, 0, 0, 2, 189, 0, 0, 0x5b, 0xa0]);
    }
}

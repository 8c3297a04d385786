//! As much of ASN.1's distinguished encoding as signatures need: nested tags with lengths.
//!
//! Source: ITU-T X.690, sections 8 and 10.

/// An element: its tag and its contents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'one> {
    pub(crate) tag: u8,
    pub(crate) contents: &'one [u8],
    /// The element as it stands, tag and length included.
    pub(crate) whole: &'one [u8],
}

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

impl<'one> Element<'one> {
    /// The element that some bytes begin with, and what follows it. Lengths are definite, as the encoding wants them.
    pub(crate) fn read(bytes: &'one [u8]) -> Option<(Self, &'one [u8])> {
        let (tag, rest) = bytes.split_first()?;
        let (first, mut rest) = rest.split_first()?;
        let length = if *first < 0x80 {
            usize::from(*first)
        } else {
            let (digits, behind) = rest.split_at_checked(usize::from(first & 0x7f))?;
            if digits.is_empty() || digits.len() > 4 {
                return None;
            }
            rest = behind;
            digits.iter().try_fold(0_usize, |sum, digit| {
                sum.checked_mul(256)?.checked_add(usize::from(*digit))
            })?
        };
        let (contents, behind) = rest.split_at_checked(length)?;
        let total = bytes.get(..bytes.len().checked_sub(behind.len())?)?;
        Some((Self { tag: *tag, contents, whole: total }, behind))
    }

    /// The elements inside, as far as they can be read.
    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        let mut rest = self.contents;
        std::iter::from_fn(move || {
            let (element, behind) = Self::read(rest)?;
            rest = behind;
            Some(element)
        })
    }

    /// The element, where it has a tag.
    pub(crate) fn with(self, tag: u8) -> Option<Self> {
        (self.tag == tag).then_some(self)
    }
}

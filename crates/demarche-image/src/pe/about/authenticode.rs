//! The signer of a file, and a comparison of the file with the signed digest.
//!
//! The digest is compared with the file. Whether the signature over the digest is right, and whether anybody should
//! trust the signer, is not checked: that needs the signer's authorities and the time.
//!
//! Source: Microsoft (2008), "Windows Authenticode portable executable signature format"; RFC 5652; RFC 5280.

use demarche_terms::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::header::{self, Header};
use super::der::{Element, INTEGER, OCTETS, SEQUENCE, SET};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{part, size, u16_at, u32_at, wide};

/// A signature of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signature {
    /// The signer's certificate; `None` where the signature names one that it does not bring.
    pub signer: Option<Certificate>,
    /// The other certificates that it brings, in the order of the file.
    pub chain: Vec<Certificate>,
    /// The time of signing by the signer's word, where it does.
    pub signing_time: Option<Moment>,
    /// True if the file is the one that was signed. Nothing else about the signature is checked.
    pub digest: DigestMatch,
}

/// A certificate's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    /// The owner.
    pub subject: String,
    /// The issuer.
    pub issuer: String,
    /// The issuer's number for it, in hexadecimal digits.
    pub serial: String,
}

/// True if a file is the one that was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DigestMatch {
    /// The file has the digest that was signed.
    Matches,
    /// The file was changed since, or the signature was copied from another file.
    Differs,
    /// The digest is of a kind that is not computed, or cannot be read.
    Unknown,
}

/// More than any honest file has.
const MOST: usize = 32;

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const SIGNING_TIME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05];
const MD5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05];
const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
const SHA384: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02];
const SHA512: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03];

/// Reads the table of signatures: each has its size, a version and a kind, and lies at a multiple of eight bytes.
pub(crate) fn read(header: &Header<'_>, bytes: &[u8], gaps: &mut Gaps) -> Vec<Signature> {
    const PKCS7: u16 = 2;
    let Some((offset, count)) = header.raw_directory(header::SIGNATURE) else { return Vec::new() };
    let table = part(bytes, offset.into(), count.into());
    if table.len() < size(count) {
        gaps.note(ImageShortfall::Signatures, || format!("{offset:#x}"));
    }
    let mut signatures = Vec::new();
    let mut index = 0_usize;
    // The position stays within the table: every signature was read whole.
    while let (Some(length), Some(kind)) = (u32_at(table, index), u16_at(table, index + 6)) {
        let length = size(length);
        let body = length.checked_sub(8).and_then(|count| table.get(index + 8..)?.get(..count));
        let Some(body) = body.filter(|body| !body.is_empty() && signatures.len() < MOST) else {
            break;
        };
        match signature(body, header, bytes).filter(|_| kind == PKCS7) {
            Some(signature) => signatures.push(signature),
            None => gaps.note(ImageShortfall::Signature, || {
                format!("{:#x}", u64::from(offset) + wide(index))
            }),
        }
        index += length.next_multiple_of(8);
    }
    signatures
}

/// `ContentInfo` → `SignedData`: version, digest algorithms, content, certificates, revocations, signers.
fn signature(body: &[u8], header: &Header<'_>, bytes: &[u8]) -> Option<Signature> {
    let (outer, _) = Element::read(body)?;
    let mut outer = outer.with(SEQUENCE)?.children();
    outer.next().filter(|kind| kind.contents == SIGNED_DATA)?;
    let signed = outer.next()?.children().next()?.with(SEQUENCE)?;
    let content = signed.children().find(|children| children.tag == SEQUENCE)?;
    let certificates = signed.children().find(|children| children.tag == 0xa0);
    let certificates = certificates.into_iter().flat_map(Element::children);
    let certificates: Vec<_> = certificates.filter_map(certificate).take(MOST).collect();
    // The last set is that of the signers; the first one that of the algorithms.
    let signers = signed.children().filter(|children| children.tag == SET).nth(1);
    let signer_info = signers?.children().next()?.with(SEQUENCE)?;
    let identifier = signer_info.children().find(|children| children.tag == SEQUENCE)?;
    let mut identifier = identifier.children();
    let (issuer, serial) = (identifier.next()?, identifier.next()?);
    let is_signer = |candidate: &(Certificate, Element<'_>, Element<'_>)| {
        candidate.1.whole == issuer.whole && candidate.2.contents == serial.contents
    };
    let signer = certificates
        .iter()
        .find(|certificate| is_signer(certificate))
        .map(|candidate| candidate.0.clone());
    let rest = certificates.iter().filter(|certificate| !is_signer(certificate));
    Some(Signature {
        signer,
        chain: rest.map(|candidate| candidate.0.clone()).collect(),
        signing_time: signing_time(signer_info),
        digest: digest(content, header, bytes),
    })
}

/// A certificate, with its issuer and number as they stand.
fn certificate(element: Element<'_>) -> Option<(Certificate, Element<'_>, Element<'_>)> {
    let body = element.with(SEQUENCE)?.children().next()?.with(SEQUENCE)?;
    // A version in front of the number is left out in certificates of version 1.
    let mut fields = body.children().skip_while(|children| children.tag != INTEGER);
    let serial = fields.next()?;
    let mut names = fields.filter(|field| field.tag == SEQUENCE).skip(1);
    let (issuer, subject) = (names.next()?, names.nth(1)?);
    let certificate = Certificate {
        subject: name(subject),
        issuer: name(issuer),
        serial: hexadecimal(serial.contents),
    };
    Some((certificate, issuer, serial))
}

fn hexadecimal(bytes: &[u8]) -> String {
    // A zero in front only says that the number is not negative. Honest numbers have 20 bytes.
    let bytes = bytes.strip_prefix(&[0]).unwrap_or(bytes);
    demarche_terms::hex(bytes.get(..64).unwrap_or(bytes))
}

/// A name's parts with their usual short words, from the largest to the smallest, as RFC 4514 writes them reversed.
fn name(element: Element<'_>) -> String {
    let part = |set: Element<'_>| {
        let mut pair = set.children().next()?.children();
        let (kind, value) = (pair.next()?, pair.next()?);
        let word = match kind.contents {
            [0x55, 0x04, 0x03] => "CN",
            [0x55, 0x04, 0x05] => "serialNumber",
            [0x55, 0x04, 0x06] => "C",
            [0x55, 0x04, 0x07] => "L",
            [0x55, 0x04, 0x08] => "ST",
            [0x55, 0x04, 0x09] => "street",
            [0x55, 0x04, 0x0a] => "O",
            [0x55, 0x04, 0x0b] => "OU",
            [0x55, 0x04, 0x0f] => "businessCategory",
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01] => "emailAddress",
            _ => return None,
        };
        Some(format!("{word}={}", text(value)))
    };
    let parts: Vec<_> = element.children().take(MOST).filter_map(part).collect();
    parts.join(", ")
}

/// A text of any of ASN.1's kinds, up to 256 bytes: UTF-16 is big-endian, and the old eight-bit ones are mostly Latin-1.
fn text(value: Element<'_>) -> String {
    const UTF16: u8 = 0x1e;
    const TELETEX: u8 = 0x14;
    let bytes = part(value.contents, 0, 256);
    match value.tag {
        UTF16 => {
            let (units, _) = bytes.as_chunks::<2>();
            let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
            char::decode_utf16(units)
                .map(|decode_utf16| decode_utf16.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        TELETEX => bytes.iter().map(|byte| char::from(*byte)).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The attribute that says when the signer signed.
fn signing_time(signer_info: Element<'_>) -> Option<Moment> {
    let mut attributes = signer_info.children().find(|children| children.tag == 0xa0)?.children();
    attributes.find_map(|attribute| {
        let mut pair = attribute.children();
        pair.next().filter(|kind| kind.contents == SIGNING_TIME)?;
        let value = pair.next()?.children().next()?;
        moment(std::str::from_utf8(value.contents).ok()?)
    })
}

/// A time such as `140711000000Z` or `20140711000000Z`: years of two digits from 50 on are of the last century.
fn moment(text: &str) -> Option<Moment> {
    let digits =
        text.strip_suffix('Z').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (year, rest) = digits.split_at_checked(digits.len().checked_sub(10)?)?;
    let year: u16 = year.parse().ok()?;
    let year = match digits.len() {
        12 if year >= 50 => 1900 + year,
        12 => 2000 + year,
        14 => year,
        _ => return None,
    };
    let field = |index: usize| rest.get(index..index + 2);
    let (month, day, hour) = (field(0)?, field(2)?, field(4)?);
    let (minute, second) = (field(6)?, field(8)?);
    format!("{year:04}-{month}-{day}T{hour}:{minute}:{second}Z").parse().ok()
}

/// Compares the digest that was signed with the file's: `SpcIndirectDataContent` ends with algorithm and digest.
fn digest(content: Element<'_>, header: &Header<'_>, bytes: &[u8]) -> DigestMatch {
    let signed = || {
        let indirect = content.children().nth(1)?.children().next()?.with(SEQUENCE)?;
        let mut information = indirect.children().nth(1)?.with(SEQUENCE)?.children();
        let algorithm = information.next()?.children().next()?;
        Some((algorithm.contents, information.next()?.with(OCTETS)?.contents))
    };
    let computed = signed().and_then(|(algorithm, signed)| {
        let parts = signed_parts(header, bytes)?;
        let computed = match algorithm {
            MD5 => hash::<md5::Md5>(parts),
            SHA1 => hash::<sha1::Sha1>(parts),
            SHA256 => hash::<sha2::Sha256>(parts),
            SHA384 => hash::<sha2::Sha384>(parts),
            SHA512 => hash::<sha2::Sha512>(parts),
            _ => return None,
        };
        Some(computed == signed)
    });
    match computed {
        Some(true) => DigestMatch::Matches,
        Some(false) => DigestMatch::Differs,
        None => DigestMatch::Unknown,
    }
}

fn hash<D: md5::Digest>(parts: [&[u8]; 4]) -> Vec<u8> {
    let mut hash = D::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().to_vec()
}

/// The bytes that the digest covers: everything but the sum of the file, the place of the signatures, and the signatures.
fn signed_parts<'one>(header: &Header<'_>, bytes: &'one [u8]) -> Option<[&'one [u8]; 4]> {
    let sum = header.optional_offset.checked_add(64)?;
    let directory_offset = header.directory_offset(header::SIGNATURE);
    let (offset, count) = header.raw_directory(header::SIGNATURE)?;
    let (offset, end) = (size(offset), size(offset).checked_add(size(count))?);
    Some([
        bytes.get(..sum)?,
        bytes.get(sum.checked_add(4)?..directory_offset)?,
        bytes.get(directory_offset.checked_add(8)?..offset)?,
        bytes.get(end..)?,
    ])
}

//! The text of a manifest: JSON that ends with its own hash, so that a damaged byte is never taken for another manifest.
//!
//! The last key, `manifest_sha256`, is the SHA-256 of all bytes before its line, without the comma, and of the brace that ends
//! the rest: what the file would be without it. The hash finds damage. Who forges a manifest on purpose can forge it too.

use demarche_case::{Sha256, Tlp};
use serde::Deserialize;
use serde_json::Value;

use crate::manifest::{Kind, Manifest};
use crate::refusal::Refusal;

/// The end of a JSON object whose keys have a line each.
const BRACE: &str = "\n}";

/// The line of the hash, up to its digits, with the comma before it.
const KEY: &str = ",\n  \"manifest_sha256\": \"";

/// The bytes behind the digits.
const END: &str = "\"\n}\n";

/// The hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;

/// The keys by which a manifest of another form is told.
#[derive(Deserialize)]
struct Head {
    kind: Kind,
    method: u32,
    program: String,
}

/// Writes a manifest with its own hash.
pub(crate) fn text_of(manifest: &Manifest) -> serde_json::Result<String> {
    let text = serde_json::to_string_pretty(manifest)?;
    let hash = Sha256::of(text.as_bytes());
    let keys = text.strip_suffix(BRACE).unwrap_or(&text);
    Ok(format!("{keys}{KEY}{hash}{END}"))
}

/// Reads a manifest, and compares it with its own hash.
///
/// # Errors
///
/// [`Refusal`]: it is none, another version of the method wrote it, or a byte of it is another.
pub(crate) fn manifest_in(bytes: &[u8]) -> Result<Manifest, Refusal> {
    let none = |error: serde_json::Error| Refusal::Manifest(error.line());
    let Head { kind, method, program } = serde_json::from_slice(bytes).map_err(none)?;
    if method != kind.method() {
        return Err(Refusal::OtherMethod { theirs: method, ours: kind.method(), program });
    }
    let hashed = without_hash(bytes).ok_or(Refusal::OtherHash)?;
    serde_json::from_slice(&hashed).map_err(none)
}

/// The bytes of a manifest without its hash; `None` where they have another.
fn without_hash(bytes: &[u8]) -> Option<Vec<u8>> {
    let rest = bytes.strip_suffix(END.as_bytes())?;
    let (rest, digits) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    let mut text = rest.strip_suffix(KEY.as_bytes())?.to_vec();
    text.extend(BRACE.as_bytes());
    (Sha256::of(&text).to_string().as_bytes() == digits).then_some(text)
}

/// The marking of a manifest that may be damaged or of another form, and the hash of its input where that can be read.
pub(crate) fn marking_in(bytes: &[u8]) -> Option<(Tlp, Option<Sha256>)> {
    let manifest: Value = serde_json::from_slice(bytes).ok()?;
    let tlp = Tlp::deserialize(manifest.get("tlp")?).ok()?;
    let input = manifest.get("input").and_then(|input| input.get("sha256"));
    Some((tlp, input.and_then(|hash| Sha256::deserialize(hash).ok())))
}

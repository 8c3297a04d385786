//! RIS Live: the updates of RIPE's collectors as JSON messages over a WebSocket.
//!
//! A subscription with `includeRaw` gives each BGP message as bytes in hexadecimal, and these are what is read: the fields decoded by others are not.
//!
//! Source: RIPE NCC, "RIS Live", <https://ris-live.ripe.net/manual/>.

#![warn(clippy::indexing_slicing)]

use std::net::IpAddr;

use demarche_case::Asn;
use serde::Deserialize;

use crate::record::{MAX_MESSAGE, Recorder, Stamp};

/// The largest message that is taken, in bytes.
pub const MAX_TEXT: usize = 64 << 20;

/// The subscription to every BGP message, each with its bytes.
pub const SUBSCRIBE: &str =
    r#"{"type":"ris_subscribe","data":{"socketOptions":{"includeRaw":true}}}"#;

/// A message of RIS Live, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RisMessage {
    /// It was written as a record of this collector.
    Recorded {
        /// The collector, `rrc00`.
        collector: String,
    },
    /// It is about the subscription, or of a kind that holds no route.
    Other,
    /// The server says that something is wrong.
    Error(String),
}

/// The reason why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum RisError {
    /// The text is not JSON of the shape that is expected.
    #[error("not a message of RIS Live")]
    Shape,
    /// The message has no bytes: the subscription did not ask for them.
    #[error("a message of RIS Live without its raw bytes")]
    WithoutBytes,
    /// The bytes are not in hexadecimal, or not a BGP message.
    #[error("raw bytes that are no BGP message")]
    Bytes,
    /// The time is before 1970, later than it can be, or not a number.
    #[error("an impossible time")]
    Time,
    /// The text is too long.
    #[error("a message of more than 64 MiB")]
    TooLong,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow, default)]
    data: Option<&'a serde_json::value::RawValue>,
}

#[derive(Deserialize)]
struct Data {
    timestamp: f64,
    peer: IpAddr,
    peer_asn: NumberOrText,
    host: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    raw: Option<String>,
    #[serde(default)]
    state: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Number(u32),
    Text(String),
}

impl NumberOrText {
    fn asn(&self) -> Option<Asn> {
        match self {
            Self::Number(number) => Some(Asn(*number)),
            Self::Text(text) => text.parse().ok().map(Asn),
        }
    }
}

#[derive(Deserialize)]
struct Complaint {
    #[serde(default)]
    message: String,
}

/// Reads one message, and writes its BGP message or change of state as a record; `recorder_of` gives the recorder of a collector.
///
/// A message whose time is after `latest` is not taken.
///
/// # Errors
///
/// The message cannot be taken; the next may be.
pub fn take<'r>(
    text: &str,
    latest: Stamp,
    recorder_of: impl FnOnce(&str) -> &'r mut Recorder,
) -> Result<RisMessage, RisError> {
    if text.len() > MAX_TEXT {
        return Err(RisError::TooLong);
    }
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|_| RisError::Shape)?;
    let data = envelope.data.map_or("null", serde_json::value::RawValue::get);
    match envelope.kind {
        "ris_message" => {}
        "ris_error" => {
            let complaint: Complaint = serde_json::from_str(data).map_err(|_| RisError::Shape)?;
            return Ok(RisMessage::Error(complaint.message));
        }
        _ => return Ok(RisMessage::Other),
    }
    let data: Data = serde_json::from_str(data).map_err(|_| RisError::Shape)?;
    let asn = data.peer_asn.asn().ok_or(RisError::Shape)?;
    let stamp = stamp(data.timestamp).filter(|stamp| *stamp <= latest).ok_or(RisError::Time)?;
    let collector = collector(&data.host);
    if data.kind == "RIS_PEER_STATE" {
        let is_up = match data.state.as_deref() {
            Some("connected") => true,
            Some("down") => false,
            _ => return Ok(RisMessage::Other),
        };
        recorder_of(&collector).state_change(stamp, data.peer, asn, is_up);
        return Ok(RisMessage::Recorded { collector });
    }
    let raw = data.raw.as_deref().ok_or(RisError::WithoutBytes)?;
    let bytes = bytes(raw).ok_or(RisError::Bytes)?;
    recorder_of(&collector).message(stamp, data.peer, asn, true, &bytes);
    Ok(RisMessage::Recorded { collector })
}

/// The collector's own name: `rrc00` of `rrc00.ripe.net`; other names are cut to what a file can be called.
fn collector(host: &str) -> String {
    let name = host.split_once('.').map_or(host, |(name, _)| name);
    let kept =
        name.chars().filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'));
    let name: String = kept.take(64).collect();
    if name.is_empty() { "unnamed".to_owned() } else { name }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within the range that was checked"
)]
fn stamp(timestamp: f64) -> Option<Stamp> {
    if !(0.0..4_294_967_296.0).contains(&timestamp) {
        return None;
    }
    let micros = ((timestamp - timestamp.floor()) * 1e6) as u32;
    Some(Stamp { seconds: timestamp as u32, micros: micros.min(999_999) })
}

/// The bytes of a BGP message in hexadecimal.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || !(19..=MAX_MESSAGE).contains(&pairs.len()) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use demarche_routes::PathTable;
    use demarche_routes::mrt;

    const WITHDRAWAL: &str = r#"{"type":"ris_message","data":{"timestamp":1419264900.25,"peer":"192.0.2.1","peer_asn":"64500","id":"x","host":"rrc21.ripe.net","type":"UPDATE","withdrawals":["10.1.2.0/24"],"raw":"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001B020004180A01020000"}}"#;

    /// The last second that can be told.
    const LATEST: Stamp = Stamp { seconds: u32::MAX, micros: 999_999 };

    fn read(text: &str) -> (Result<RisMessage, RisError>, Vec<u8>) {
        let mut recorder = Recorder::default();
        let outcome = take(text, LATEST, |_| &mut recorder);
        (outcome, recorder.take())
    }

    #[test]
    fn the_bytes_of_a_message_become_a_record() {
        let (outcome, bytes) = read(WITHDRAWAL);
        assert_eq!(outcome, Ok(RisMessage::Recorded { collector: "rrc21".to_owned() }));
        let reading = mrt::read(&bytes[..], &mut PathTable::new(), &mut ());
        assert!(reading.is_whole());
        assert_eq!((reading.withdrawals, reading.times), (1, Some((1_419_264_900, 1_419_264_900))));
    }

    #[test]
    fn a_state_and_a_complaint_are_told() {
        let state = r#"{"type":"ris_message","data":{"timestamp":1,"peer":"2001:db8::1","peer_asn":64500,"host":"rrc00","type":"RIS_PEER_STATE","state":"down"}}"#;
        let (outcome, bytes) = read(state);
        assert!(matches!(outcome, Ok(RisMessage::Recorded { .. })) && !bytes.is_empty());
        let error = r#"{"type":"ris_error","data":{"message":"too slow"}}"#;
        assert_eq!(read(error).0, Ok(RisMessage::Error("too slow".to_owned())));
        assert_eq!(read(r#"{"type":"pong","data":null}"#).0, Ok(RisMessage::Other));
    }

    #[test]
    fn what_cannot_be_taken_is_named() {
        assert_eq!(read("{").0, Err(RisError::Shape));
        assert_eq!(read(&WITHDRAWAL.replace("\"raw\"", "\"rav\"")).0, Err(RisError::WithoutBytes));
        assert_eq!(read(&WITHDRAWAL.replace("FF0", "FG0")).0, Err(RisError::Bytes));
        assert_eq!(read(&WITHDRAWAL.replace("1419264900.25", "-1")).0, Err(RisError::Time));
        assert_eq!(read(&WITHDRAWAL.replace("1419264900.25", "1e300")).0, Err(RisError::Time));
        assert_eq!(read(&"[".repeat(1 << 20)).0, Err(RisError::Shape));
    }
}

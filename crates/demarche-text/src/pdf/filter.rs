//! The filters that compress streams of a PDF file (ISO 32000-1, 7.4), those of images aside.
#![warn(clippy::indexing_slicing)]

use std::io::Read;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use super::lexer::{Dictionary, Object, hexadecimal};

/// The bytes of a stream behind its filters, up to a limit each; `None` where a filter is for images or unknown.
///
/// Bytes that break off are kept up to the break.
pub(crate) fn decode(
    bytes: &[u8],
    filters: &[(Box<[u8]>, Dictionary)],
    limit: u64,
) -> Option<Vec<u8>> {
    let mut decoded: Option<Vec<u8>> = None;
    // Chains of many filters are only written to waste time.
    for (name, parameters) in filters.iter().take(8) {
        let input = decoded.as_deref().unwrap_or(bytes);
        let output = match &**name {
            b"FlateDecode" | b"Fl" => predicted(inflate(input, limit), parameters),
            b"LZWDecode" | b"LZW" => predicted(lzw(input, parameters, limit), parameters),
            b"ASCIIHexDecode" | b"AHx" => hexadecimal(input.split(|byte| *byte == b'>').next()?),
            b"ASCII85Decode" | b"A85" => ascii85(input),
            b"RunLengthDecode" | b"RL" => run_length(input, limit),
            b"Crypt" => input.to_vec(),
            _ => return None,
        };
        decoded = Some(output);
    }
    Some(decoded.unwrap_or_else(|| bytes.to_vec()))
}

fn inflate(bytes: &[u8], limit: u64) -> Vec<u8> {
    let mut output = Vec::new();
    // What was read before an error stays in the output.
    let outcome = ZlibDecoder::new(bytes).take(limit).read_to_end(&mut output);
    if outcome.is_err() && output.is_empty() {
        let body = bytes.get(2..).unwrap_or(b"");
        if DeflateDecoder::new(body).take(limit).read_to_end(&mut output).is_err()
            && output.is_empty()
        {
            drop(DeflateDecoder::new(bytes).take(limit).read_to_end(&mut output));
        }
    }
    output
}

fn parameter(parameters: &Dictionary, key: &[u8], default: usize) -> usize {
    parameters.get(key).and_then(Object::index).unwrap_or(default)
}

/// Bytes with their predictor undone (ISO 32000-1, 7.4.4.4).
fn predicted(bytes: Vec<u8>, parameters: &Dictionary) -> Vec<u8> {
    let predictor = parameter(parameters, b"Predictor", 1);
    if predictor < 2 {
        return bytes;
    }
    let bits = parameter(parameters, b"Colors", 1).clamp(1, 32)
        * parameter(parameters, b"BitsPerComponent", 8).clamp(1, 16);
    let pixel = bits.div_ceil(8);
    let row = (bits * parameter(parameters, b"Columns", 1).clamp(1, 1 << 20)).div_ceil(8);
    if predictor == 2 {
        return bytes.chunks(row).flat_map(|line| left_predicted(line, pixel)).collect();
    }
    let mut output = Vec::with_capacity(bytes.len());
    let mut above = vec![0; row];
    for line in bytes.chunks(row + 1) {
        let Some((kind, line)) = line.split_first() else { break };
        let mut current: Vec<u8> = Vec::with_capacity(row);
        for (column, byte) in line.iter().enumerate() {
            let before = column.checked_sub(pixel);
            let left = before.and_then(|column| current.get(column)).copied().map_or(0, u32::from);
            let up = above.get(column).copied().map_or(0, u32::from);
            let corner = before.and_then(|column| above.get(column)).copied().map_or(0, u32::from);
            let prediction = match kind {
                1 => left,
                2 => up,
                3 => u32::midpoint(left, up),
                4 => paeth(left, up, corner),
                _ => 0,
            };
            current.push(byte.wrapping_add(u8::try_from(prediction).unwrap_or(u8::MAX)));
        }
        output.extend_from_slice(&current);
        current.resize(row, 0);
        above = current;
    }
    output
}

fn left_predicted(line: &[u8], pixel: usize) -> Vec<u8> {
    let mut output: Vec<u8> = Vec::with_capacity(line.len());
    for (column, byte) in line.iter().enumerate() {
        let left = column.checked_sub(pixel).and_then(|column| output.get(column)).copied();
        output.push(byte.wrapping_add(left.map_or(0, |left| left)));
    }
    output
}

/// The predictor of Paeth (1991), as in the PNG specification.
fn paeth(left: u32, up: u32, corner: u32) -> u32 {
    let estimate = i64::from(left) + i64::from(up) - i64::from(corner);
    let distance = |value: u32| (estimate - i64::from(value)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

fn ascii85(bytes: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    let mut group = Vec::with_capacity(5);
    let bytes = bytes.trim_ascii_start().strip_prefix(b"<~").unwrap_or(bytes);
    for byte in bytes {
        match byte {
            b'z' if group.is_empty() => output.extend([0; 4]),
            b'!'..=b'u' => {
                group.push(u32::from(byte - b'!'));
                if group.len() == 5 {
                    push_group(&mut group, &mut output);
                }
            }
            b'~' => break,
            _ => {}
        }
    }
    if group.len() > 1 {
        push_group(&mut group, &mut output);
    }
    output
}

fn push_group(group: &mut Vec<u32>, output: &mut Vec<u8>) {
    let length = group.len();
    group.resize(5, 84);
    let value =
        group.iter().fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add(*digit));
    output.extend(value.to_be_bytes().iter().take(length - 1));
    group.clear();
}

fn run_length(bytes: &[u8], limit: u64) -> Vec<u8> {
    let mut output = Vec::new();
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first() {
        if u64::try_from(output.len()).is_ok_and(|length| length > limit) || *length == 128 {
            break;
        }
        if *length < 128 {
            let count = (usize::from(*length) + 1).min(after.len());
            output.extend_from_slice(after.get(..count).unwrap_or(b""));
            rest = after.get(count..).unwrap_or(b"");
        } else {
            let Some((byte, after)) = after.split_first() else { break };
            output.extend(std::iter::repeat_n(*byte, 257 - usize::from(*length)));
            rest = after;
        }
    }
    output
}

/// The bytes of LZW codes of 9 to 12 bits (ISO 32000-1, 7.4.4.2).
fn lzw(bytes: &[u8], parameters: &Dictionary, limit: u64) -> Vec<u8> {
    let early = parameter(parameters, b"EarlyChange", 1).min(1);
    let mut output: Vec<u8> = Vec::new();
    // Each entry is a stretch of the output.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let (mut width, mut bits, mut count) = (9_u32, 0_u32, 0_u32);
    let mut before: Option<(usize, usize)> = None;
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        if count < width {
            continue;
        }
        count -= width;
        let code = bits >> count & ((1 << width) - 1);
        bits &= (1 << count) - 1;
        let Ok(code) = usize::try_from(code) else { break };
        if u64::try_from(output.len()).is_ok_and(|length| length > limit) || code == 257 {
            break;
        }
        if code == 256 {
            table.clear();
            (width, before) = (9, None);
            continue;
        }
        let start = output.len();
        let entry = code.checked_sub(258).and_then(|index| table.get(index)).copied();
        match (u8::try_from(code), entry, before) {
            (Ok(byte), _, _) => output.push(byte),
            (_, Some((from, length)), _) => output.extend_from_within(from..from + length),
            (_, None, Some((from, length))) => {
                output.extend_from_within(from..from + length);
                output.extend_from_within(from..=from);
            }
            _ => break,
        }
        if let Some((from, length)) = before
            && table.len() < 4_096 - 258
        {
            table.push((from, length + 1));
        }
        before = Some((start, output.len() - start));
        width = match table.len() + 259 + early - 1 {
            0..512 => 9,
            512..1_024 => 10,
            1_024..2_048 => 11,
            _ => 12,
        };
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_decoded() {
        // ISO 32000-1, 7.4.4.2, example 2.
        let codes = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        assert_eq!(
            lzw(&codes, &Dictionary::default(), 100),
            [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]
        );
    }

    #[test]
    fn groups_of_base_85_are_decoded() {
        assert_eq!(ascii85(b"87cURD]i,\"Ebo80~>"), b"Hello World!");
    }

    #[test]
    fn runs_are_decoded() {
        assert_eq!(run_length(&[1, b'a', b'b', 254, b'c', 128], 100), b"abccc");
    }
}

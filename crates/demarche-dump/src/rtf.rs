//! Rich text as Outlook compresses it.
//!
//! Source: \[MS-OXRTFCP\], 2.1 and 3.1.

use crate::number::{size, u32_at};

const COMPRESSED: u32 = 0x7546_5a4c;
const STORED: u32 = 0x414c_454d;
const WINDOW: usize = 4096;

/// The text that the window holds at the start.
const START: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \
\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// The most bytes that come out; seventeen to one is the most that the way of compression can do.
const MOST: usize = 256 << 20;

/// The rich text; `None` where the bytes are of no such form. A cut stream gives what it holds.
pub(crate) fn decompress(bytes: &[u8]) -> Option<Vec<u8>> {
    let announced = size(u32_at(bytes, 4)?);
    let body = bytes.get(16..)?;
    match u32_at(bytes, 8)? {
        STORED => Some(body.get(..announced.min(body.len()))?.to_vec()),
        COMPRESSED => Some(inflate(body, announced.min(MOST))),
        _ => None,
    }
}

fn inflate(body: &[u8], announced: usize) -> Vec<u8> {
    let mut window = START.to_vec();
    window.resize(WINDOW, b' ');
    let mut write = START.len();
    let mut plain = Vec::new();
    let mut input = body.iter().copied();
    'runs: while plain.len() < announced {
        let Some(flags) = input.next() else { break };
        for bit in 0..8 {
            let mut put = |byte: u8, write: &mut usize, window: &mut [u8]| {
                if let Some(slot) = window.get_mut(*write) {
                    *slot = byte;
                }
                *write = (*write + 1) % WINDOW;
                plain.push(byte);
            };
            let Some(first) = input.next() else { break 'runs };
            if flags >> bit & 1 == 0 {
                put(first, &mut write, &mut window);
                continue;
            }
            let Some(second) = input.next() else { break 'runs };
            let code = usize::from(first) << 8 | usize::from(second);
            let (mut read, count) = (code >> 4, (code & 15) + 2);
            if read == write {
                break 'runs;
            }
            for _ in 0..count {
                let byte = window.get(read).copied().unwrap_or_default();
                put(byte, &mut write, &mut window);
                read = (read + 1) % WINDOW;
            }
        }
    }
    plain.truncate(announced);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_come_out() {
        // [MS-OXRTFCP] 3.1.1 and 3.2.1.
        let simple = b"\x2d\x00\x00\x00\x2b\x00\x00\x00\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\x00\x0a\x00\x72\x63\x70\
            \x67\x31\x32\x35\x42\x32\x0a\xf3\x20\x68\x65\x6c\x09\x00\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80\x0f\xa0";
        let text = "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";
        assert_eq!(String::from_utf8_lossy(&decompress(simple).unwrap()), text);
        let stored = b"\x0f\0\0\0\x03\0\0\0MELA\0\0\0\0abc";
        assert_eq!(decompress(stored).unwrap(), b"abc");
        assert_eq!(decompress(b"none"), None);
    }
}

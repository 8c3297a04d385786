//! Hashes that are part of the stored format: they must never change.

/// Mixes two numbers into one, all bits of both into all bits.
///
/// Source of the constants: Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators".
pub(crate) fn mix(one: u64, other: u64) -> u64 {
    let mixed = (one ^ other.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ (mixed >> 29)
}

/// The bits of a hash folded to 32.
pub(crate) fn fold(hash: u64) -> u32 {
    let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
    u32::from_le_bytes([a, b, c, d]) ^ u32::from_le_bytes([e, f, g, h])
}

/// Mixes two folded hashes.
pub(crate) fn mix32(one: u32, other: u32) -> u32 {
    fold(mix(u64::from(one), u64::from(other)))
}

/// FNV-1a over bytes, with their count.
///
/// Source: Fowler, Noll, Vo and Eastlake (2012), "The FNV non-cryptographic hash algorithm".
pub(crate) fn bytes(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    let mut count = 0;
    for byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
        count += 1;
    }
    mix(hash, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_those_of_the_stored_format() {
        assert_eq!(mix(1, 2), 0x3986_9822_F0DD_0C28);
        assert_eq!(bytes(*b"memcpy"), 0x491F_51FD_169F_8616);
    }
}

use demarche_terms::Md5;
use md5::Digest as _;

use crate::little_endian::head;
use crate::pe::imports::{Imported, Listed};

/// The hash of what a program imports, as `pefile` and YARA agree on it.
///
/// Both leave out a function whose name has signs that no compiler writes, and one of a library without a name; of a
/// longer name than 512 bytes both take the first ones.
#[derive(Debug, Default)]
pub(crate) struct ImportHash {
    hash: md5::Md5,
    count: u64,
}

impl ImportHash {
    /// The bytes of a name that count.
    const LONGEST: usize = 512;

    /// Adds a function, in the order of the file.
    pub(crate) fn add(&mut self, listed: &Listed<'_>) {
        let name = match listed.name {
            Imported::Number(number) => name(listed.library, number),
            Imported::Name(name) => head(name, Self::LONGEST).to_ascii_lowercase(),
        };
        if listed.library.is_empty() || name.is_empty() || !name.iter().all(is_usual) {
            return;
        }
        if self.count > 0 {
            self.hash.update(b",");
        }
        self.count += 1;
        let endings = [&b".dll"[..], b".ocx", b".sys"];
        let stem = endings.iter().find_map(|ending| listed.library.strip_suffix(*ending));
        self.hash.update(stem.unwrap_or(listed.library));
        self.hash.update(b".");
        self.hash.update(name);
    }

    /// The hash; `None` where nothing was added.
    pub(crate) fn finish(self) -> Option<Md5> {
        (self.count > 0).then(|| demarche_terms::Digest(self.hash.finalize().into()))
    }
}

/// Returns true for a sign that names of functions have.
fn is_usual(sign: &u8) -> bool {
    sign.is_ascii_alphanumeric() || b"._?@$()<>".contains(sign)
}

/// The name of a function that a library exports by number: known for three libraries that programs use in this way.
fn name(library: &[u8], number: u16) -> Vec<u8> {
    let table = match library {
        b"ws2_32.dll" => include_str!("ordinals/ws2_32.txt"),
        b"wsock32.dll" => include_str!("ordinals/wsock32.txt"),
        b"oleaut32.dll" => include_str!("ordinals/oleaut32.txt"),
        _ => "",
    };
    let mut entries = table.lines().filter_map(|line| line.split_once(' '));
    let known = entries.find(|(entry, _)| entry.parse() == Ok(number));
    let name = known.map_or_else(|| format!("ord{number}"), |(_, name)| name.to_ascii_lowercase());
    name.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VirtualAddress;

    fn hash(imports: &[(&[u8], Imported<'_>)]) -> Option<Md5> {
        let mut hash = ImportHash::default();
        for (library, name) in imports {
            hash.add(&Listed { slot: VirtualAddress(0), library, name: *name });
        }
        hash.finish()
    }

    fn of(text: &str) -> Option<Md5> {
        Some(demarche_terms::Digest(md5::Md5::digest(text).into()))
    }

    #[test]
    fn libraries_lose_their_ending_and_numbers_get_names() {
        let imports: [(&[u8], _); 3] = [
            (b"kernel32.dll", Imported::Name(b"ExitProcess")),
            (b"ws2_32.dll", Imported::Number(1)),
            (b"my.drv", Imported::Number(7)),
        ];
        assert_eq!(hash(&imports), of("kernel32.exitprocess,ws2_32.accept,my.drv.ord7"));
        assert_eq!(hash(&[]), None);
    }

    #[test]
    fn a_name_that_looks_like_a_number_is_a_name_and_left_out() {
        let (number, name) = (Imported::Number(5), Imported::Name(b"#5"));
        assert_eq!(hash(&[(b"ws2_32.dll", number)]), of("ws2_32.getpeername"));
        assert_eq!(hash(&[(b"ws2_32.dll", name)]), None);
        assert_eq!(hash(&[(b"ws2_32.dll", name), (b"a.dll", Imported::Name(b"B"))]), of("a.b"));
    }

    #[test]
    fn names_with_other_signs_and_libraries_without_a_name_are_left_out() {
        for sign in 0..=u8::MAX {
            let name = [b'a', sign, b'b'];
            let imports: [(&[u8], _); 2] =
                [(b"a.dll", Imported::Name(&name)), (b"a.dll", Imported::Name(b"c"))];
            let usual = sign.is_ascii_alphanumeric() || "._?@$()<>".contains(char::from(sign));
            let letter = char::from(sign.to_ascii_lowercase());
            let text = if usual { format!("a.a{letter}b,a.c") } else { "a.c".to_owned() };
            assert_eq!(hash(&imports), of(&text), "{sign:#x}");
        }
        let none: &[u8] = b"";
        assert_eq!(hash(&[(none, Imported::Name(b"f")), (b"x", Imported::Name(b"g"))]), of("x.g"));
    }

    #[test]
    fn a_long_name_is_cut_where_the_others_cut_it() {
        let (long, cut) = ("a".repeat(600), "a".repeat(512));
        assert_eq!(hash(&[(b"x.dll", Imported::Name(long.as_bytes()))]), of(&format!("x.{cut}")));
        // What stands behind the cut is not looked at.
        let odd = format!("{cut}!");
        assert_eq!(hash(&[(b"x.dll", Imported::Name(odd.as_bytes()))]), of(&format!("x.{cut}")));
    }
}

use demarche_terms::Md5;
use md5::Digest as _;

use crate::Import;

/// The hash of what a program imports, in the order of the file; `None` where it imports nothing.
pub(crate) fn of(imports: &[Import]) -> Option<Md5> {
    let mut hash = md5::Md5::new();
    for (index, import) in imports.iter().enumerate() {
        if index > 0 {
            hash.update(b",");
        }
        let (stem, extension) = import.library.rsplit_once('.').unwrap_or((&import.library, ""));
        let library =
            if matches!(extension, "dll" | "ocx" | "sys") { stem } else { &import.library };
        let name = match import.name.strip_prefix('#').and_then(|number| number.parse().ok()) {
            Some(number) => name(&import.library, number),
            None => import.name.clone(),
        };
        hash.update(format!("{library}.{}", name.to_ascii_lowercase()));
    }
    (!imports.is_empty()).then(|| demarche_terms::Digest(hash.finalize().into()))
}

/// The name of a function that a library exports by number: known for three libraries that programs use in this way.
fn name(library: &str, number: u32) -> String {
    let table = match library {
        "ws2_32.dll" => include_str!("ordinals/ws2_32.txt"),
        "wsock32.dll" => include_str!("ordinals/wsock32.txt"),
        "oleaut32.dll" => include_str!("ordinals/oleaut32.txt"),
        _ => "",
    };
    let mut entries = table.lines().filter_map(|line| line.split_once(' '));
    let known = entries.find(|(entry, _)| entry.parse() == Ok(number));
    known.map_or_else(|| format!("ord{number}"), |(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VirtualAddress;

    #[test]
    fn libraries_lose_their_ending_and_numbers_get_names() {
        let import = |library: &str, name: &str| Import {
            slot: VirtualAddress(0),
            library: library.to_owned(),
            name: name.to_owned(),
        };
        let imports = [
            import("kernel32.dll", "ExitProcess"),
            import("ws2_32.dll", "#1"),
            import("my.drv", "#7"),
        ];
        let text = "kernel32.exitprocess,ws2_32.accept,my.drv.ord7";
        let expected = demarche_terms::Digest(md5::Md5::digest(text).into());
        assert_eq!(of(&imports), Some(expected));
        assert_eq!(of(&[]), None);
    }
}

//! Names of hosts and of files, and which of the two a name is.

use crate::Reservation;

/// Endings of names of files, sorted; those that are top-level domains too need more than the ending.
const FILE_ENDINGS: [&str; 171] = [
    "7z",
    "ace",
    "apk",
    "arj",
    "ashx",
    "asmx",
    "asp",
    "aspx",
    "avi",
    "bak",
    "bas",
    "bat",
    "bin",
    "bmp",
    "bz2",
    "c",
    "cab",
    "cer",
    "cfg",
    "cgi",
    "chm",
    "class",
    "cmd",
    "conf",
    "config",
    "cpl",
    "cpp",
    "crt",
    "cs",
    "csv",
    "dat",
    "db",
    "deb",
    "dex",
    "dll",
    "dmg",
    "dmp",
    "doc",
    "docm",
    "docx",
    "dot",
    "dotm",
    "drv",
    "dylib",
    "efi",
    "elf",
    "eml",
    "exe",
    "gif",
    "gz",
    "h",
    "hta",
    "htm",
    "html",
    "ico",
    "img",
    "inf",
    "ini",
    "ipa",
    "iso",
    "jar",
    "jpeg",
    "jpg",
    "js",
    "jse",
    "json",
    "jsp",
    "jspx",
    "key",
    "ko",
    "kdbx",
    "lnk",
    "log",
    "lua",
    "lz",
    "lzh",
    "md",
    "mof",
    "mov",
    "mp3",
    "mp4",
    "msc",
    "msg",
    "msi",
    "msp",
    "mst",
    "ocx",
    "odt",
    "old",
    "one",
    "ova",
    "p12",
    "pcap",
    "pdf",
    "pem",
    "pfx",
    "php",
    "pif",
    "pkg",
    "pl",
    "plist",
    "png",
    "potm",
    "pps",
    "ppsm",
    "ppt",
    "pptm",
    "pptx",
    "ps1",
    "psd1",
    "psm1",
    "pst",
    "pub",
    "py",
    "pyc",
    "pyd",
    "rar",
    "rb",
    "reg",
    "rpm",
    "rs",
    "rtf",
    "scr",
    "sct",
    "service",
    "settingcontent-ms",
    "sh",
    "so",
    "sql",
    "sqlite",
    "svg",
    "swf",
    "sys",
    "tar",
    "tgz",
    "tmp",
    "tlb",
    "torrent",
    "txt",
    "url",
    "vb",
    "vbe",
    "vbs",
    "vhd",
    "vhdx",
    "vmdk",
    "war",
    "wav",
    "wim",
    "wll",
    "wmv",
    "ws",
    "wsc",
    "wsf",
    "wsh",
    "xaml",
    "xhtml",
    "xla",
    "xlam",
    "xll",
    "xls",
    "xlsb",
    "xlsm",
    "xlsx",
    "xml",
    "xsl",
    "xz",
    "yaml",
    "yml",
    "zip",
    "zst",
];

/// Names of products that look like files.
const PRODUCTS: [&str; 14] = [
    "angular.js",
    "chart.js",
    "d3.js",
    "discord.js",
    "electron.js",
    "express.js",
    "jquery.js",
    "moment.js",
    "next.js",
    "node.js",
    "nuxt.js",
    "react.js",
    "three.js",
    "vue.js",
];

/// Top-level names that are in no registry, with the reason; `onion` leads to hidden services.
const RESERVED: [(&str, Option<Reservation>); 11] = [
    ("example", Some(Reservation::Documentation)),
    ("test", Some(Reservation::Documentation)),
    ("invalid", Some(Reservation::Documentation)),
    ("localhost", Some(Reservation::Loopback)),
    ("local", Some(Reservation::Private)),
    ("localdomain", Some(Reservation::Private)),
    ("internal", Some(Reservation::Private)),
    ("intranet", Some(Reservation::Private)),
    ("lan", Some(Reservation::Private)),
    ("corp", Some(Reservation::Private)),
    ("onion", None),
];

/// The canonical name of a host below a top-level domain that exists or is reserved.
pub(crate) fn domain(text: &str) -> Option<String> {
    let name = name(text)?;
    let (_, top) = name.rsplit_once('.')?;
    (is_top(top)).then_some(name)
}

/// The canonical name of any host: lower-case A-labels (UTS 46), without a dot at the end.
pub(crate) fn name(text: &str) -> Option<String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    // Names of plain letters need no tables; the others go through IDNA.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_encoded =
        |label: &str| label.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("xn--"));
    if text.is_empty() || text.len() > 1000 {
        return None;
    }
    let name = if text.bytes().all(is_plain) && !text.split('.').any(is_encoded) {
        text.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii(text).ok()?
    };
    let fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(is_plain)
    };
    (name.len() <= 253 && name.split('.').all(fits)).then_some(name)
}

/// A label is a top-level domain of the Public Suffix List, or a reserved one.
pub(crate) fn is_top(label: &str) -> bool {
    if RESERVED.iter().any(|(reserved, _)| *reserved == label) {
        return true;
    }
    // A label alone is read as its own suffix; the list has names of other scripts as they are written.
    let written =
        if label.starts_with("xn--") { idna::domain_to_unicode(label).0 } else { label.to_owned() };
    psl::suffix(written.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// The reservation of a canonical name.
pub(crate) fn reservation(name: &str) -> Option<Reservation> {
    let last_two = |domain: &str| name == domain || name.ends_with(&format!(".{domain}"));
    if ["example.com", "example.net", "example.org", "example.edu"].into_iter().any(last_two) {
        return Some(Reservation::Documentation);
    }
    if last_two("home.arpa") {
        return Some(Reservation::Private);
    }
    let top = name.rsplit('.').next()?;
    RESERVED.iter().find(|(reserved, _)| *reserved == top)?.1
}

/// The canonical name of a file with a known ending: in lower case, as Windows compares names.
pub(crate) fn file_name(text: &str) -> Option<String> {
    let (stem, ending) = text.rsplit_once('.')?;
    let is_sign = |sign: char| sign.is_alphanumeric() || "-_.+~@!#$%&()[]{}' ".contains(sign);
    let is_name =
        stem.chars().any(char::is_alphanumeric) && text.len() <= 255 && text.chars().all(is_sign);
    let name = text.to_lowercase();
    (is_name && is_file_ending(ending) && !PRODUCTS.contains(&&*name)).then_some(name)
}

fn is_file_ending(ending: &str) -> bool {
    let ending = ending.to_ascii_lowercase();
    FILE_ENDINGS.contains(&&*ending)
}

/// A dotted name that nothing marks as a host is more likely a file, an identifier or the end of a sentence.
pub(crate) fn is_no_host(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let [first, .., top] = labels.as_slice() else { return true };
    let lower = top.to_ascii_lowercase();
    if is_file_ending(top) && is_top(&lower) {
        // `install.sh` is a file; `www.a.com.py` and `www.a.zip` are hosts.
        let is_deep = psl::suffix(name.to_ascii_lowercase().as_bytes())
            .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().contains(&b'.'));
        return !is_deep && !first.eq_ignore_ascii_case("www");
    }
    let is_two = labels.len() == 2;
    let is_capital = |word: &str| word.starts_with(|sign: char| sign.is_ascii_uppercase());
    let is_shouted = |word: &str| word.bytes().all(|byte| byte.is_ascii_uppercase());
    // "the network.It was", "System.IO", "ASP.NET"
    let is_sentence = is_two && is_capital(top) && !is_shouted(top);
    let is_code = is_two && is_capital(first) && is_shouted(top) && !is_shouted(first);
    let is_product = is_two && *top == "NET";
    // `com.example.app` is the name of a package: a host turned around.
    let is_package = matches!(*first, "com" | "org" | "net" | "android" | "java" | "javax")
        && !matches!(&*lower, "com" | "org" | "net");
    is_sentence || is_code || is_product || is_package
}

//! Samples out of archives.

use std::io::{Cursor, Write};

use arbtest::arbtest;
use demarche_archive::{ArchiveShortfall, Limits, Member, open};
use demarche_terms::Gap;
use sevenz_rust2::encoder_options::{AesEncoderOptions, Lzma2Options};
use sevenz_rust2::{ArchiveEntry, ArchiveWriter, Password};
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

/// What is handed over of some bytes, and the gaps.
fn opened(bytes: &[u8], passwords: &[&str], limits: &Limits) -> (Vec<Member>, Vec<Gap>) {
    let mut members = Vec::new();
    let gaps = open(bytes.to_vec(), "in", passwords, limits, &mut |one| members.push(one));
    (members, gaps)
}

/// Returns true if nothing came out of an archive, which is handed over itself then, or of those in it.
fn is_shut(members: &[Member]) -> bool {
    members.iter().all(|member| member.is_container)
}

/// The same, where nothing may be missing.
fn members(bytes: &[u8], passwords: &[&str]) -> Vec<(String, Vec<u8>)> {
    let (members, gaps) = opened(bytes, passwords, &Limits::default());
    assert!(gaps.is_empty(), "{gaps:?}");
    members.into_iter().map(|one| (one.path, one.bytes)).collect()
}

fn zip(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn deflated() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

fn seven(files: &[(&str, &[u8])], password: Option<&str>) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    let mut methods = vec![];
    if let Some(password) = password {
        methods.push(AesEncoderOptions::new(Password::from(password)).into());
    }
    methods.push(Lzma2Options::default().into());
    writer.set_content_methods(methods);
    for (name, bytes) in files {
        writer.push_archive_entry(ArchiveEntry::new_file(name), Some(*bytes)).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A tar of one file.
fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..136].copy_from_slice(format!("{:011o}\0", bytes.len()).as_bytes());
    header[156] = b'0';
    header[257..263].copy_from_slice(b"ustar\0");
    let mut all = [&header[..], bytes].concat();
    all.resize(all.len().next_multiple_of(512) + 1024, 0);
    all
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

const FILES: [(&str, &[u8]); 2] = [("a.exe", b"MZ first"), ("b/c.bin", b"second")];

fn expected() -> Vec<(String, Vec<u8>)> {
    FILES.map(|(name, bytes)| (format!("in/{name}"), bytes.to_vec())).to_vec()
}

#[test]
fn what_is_no_archive_is_handed_over_itself() {
    assert_eq!(members(b"MZ", &[]), [("in".to_owned(), b"MZ".to_vec())]);
    assert_eq!(members(b"", &[]), [("in".to_owned(), Vec::new())]);
}

#[test]
fn zips_open_plain_and_with_either_encryption() {
    assert_eq!(members(&zip(&FILES, deflated()), &[]), expected());
    let customary = deflated().with_aes_encryption(AesMode::Aes256, "infected");
    assert_eq!(members(&zip(&FILES, customary), &[]), expected());
    // Made with Info-ZIP 3.0: `zip -X -P infected zipcrypto.zip a.exe`.
    let old = include_bytes!("../data/zipcrypto.zip");
    let body = b"MZ first, repeated, repeated, repeated".to_vec();
    assert_eq!(members(old, &["wrong"]), [("in/a.exe".to_owned(), body)]);
    let own = deflated().with_aes_encryption(AesMode::Aes128, "ours");
    assert_eq!(members(&zip(&FILES, own), &["other", "ours"]), expected());
}

#[test]
fn a_password_that_nobody_has_is_a_gap_for_each_file() {
    let options = deflated().with_aes_encryption(AesMode::Aes256, "unknown");
    let (members, gaps) = opened(&zip(&FILES, options), &["a", "b"], &Limits::default());
    assert!(is_shut(&members));
    let places: Vec<_> = gaps.iter().map(|gap| gap.place.as_deref()).collect();
    assert_eq!(places, [Some("in/a.exe"), Some("in/b/c.bin")]);
    assert!(gaps.iter().all(|gap| gap.what.ends_with("no password fits")), "{gaps:?}");
    let (members, gaps) = opened(&seven(&FILES, Some("unknown")), &[], &Limits::default());
    assert!(is_shut(&members));
    assert_eq!(gaps.len(), 1);
}

#[test]
fn seven_zip_files_open_plain_and_with_a_password() {
    assert_eq!(members(&seven(&FILES, None), &[]), expected());
    assert_eq!(members(&seven(&FILES, Some("infected")), &[]), expected());
    assert_eq!(members(&seven(&FILES, Some("ours")), &["ours"]), expected());
}

#[test]
fn archives_in_archives_open_down_to_the_third_level() {
    let inner = zip(&FILES, deflated());
    let outer = seven(&[("inner.zip", &inner)], None);
    let found = members(&outer, &[]);
    let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["in/inner.zip/a.exe", "in/inner.zip/b/c.bin"]);
    let third = zip(&[("outer.7z", &outer)], deflated());
    let (opened_all, gaps) = opened(&third, &[], &Limits::default());
    assert_eq!((opened_all.len(), gaps), (2, vec![]));
    let (members, gaps) = opened(&tar("third.zip", &third), &[], &Limits::default());
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].bytes, inner);
    assert!(gaps[0].what.contains("too deep"));
}

#[test]
fn a_tar_in_a_gzip_is_one_archive() {
    let inner = zip(&FILES[..1], deflated());
    let found = members(&gzip(&tar("x.zip", &inner)), &[]);
    assert_eq!(found, [("in/x.zip/a.exe".to_owned(), b"MZ first".to_vec())]);
}

#[test]
fn documents_that_are_zips_are_opened_like_others() {
    // A mark of a document must not hide a program.
    for mark in ["[Content_Types].xml", "META-INF/MANIFEST.MF", "AndroidManifest.xml", "mimetype"] {
        let document = zip(&[(mark, b"<x/>"), ("lib/evil.so", b"\x7fELF")], deflated());
        let expected = [
            (format!("in/{mark}"), b"<x/>".to_vec()),
            ("in/lib/evil.so".into(), b"\x7fELF".to_vec()),
        ];
        assert_eq!(members(&document, &[]), expected);
    }
}

#[test]
fn an_encrypted_7z_file_is_told_in_words() {
    for (error, words) in [
        (sevenz_rust2::Error::PasswordRequired, "no password fits"),
        (sevenz_rust2::Error::ChecksumVerificationFailed, "a checksum does not hold"),
        (sevenz_rust2::Error::Unsupported("BCJ2".into()), "bcj2"),
    ] {
        let shown = ArchiveShortfall::SevenRefused(error).to_string();
        assert!(shown.ends_with(words) && !shown.contains("Required"), "{shown}");
    }
    let broken = sevenz_rust2::Error::Other("next header offset out of range".into());
    assert!(!ArchiveShortfall::SevenRefused(broken).to_string().contains("offset"));
    let within = std::io::Error::other(sevenz_rust2::Error::PasswordRequired);
    assert!(ArchiveShortfall::Member(within).to_string().ends_with("no password fits"));
}

#[test]
fn files_of_one_name_are_all_handed_over() {
    let mut archive = zip(&[("a", b"first"), ("b", b"second")], deflated());
    // The second file takes the name of the first, in its header and in the directory.
    let places: Vec<usize> = (0..archive.len()).filter(|place| archive[*place] == b'b').collect();
    places.into_iter().for_each(|place| archive[place] = b'a');
    let found: Vec<_> = members(&archive, &[]).into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(found, [b"second".to_vec(), b"first".to_vec()]);
}

#[test]
fn bzip2_and_zstd_are_opened() {
    let zstd = zstd::encode_all(&b"MZ first"[..], 3).unwrap();
    assert_eq!(members(&zstd, &[]), [("in".to_owned(), b"MZ first".to_vec())]);
    let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    writer.write_all(&tar("x", b"MZ first")).unwrap();
    let found = members(&writer.finish().unwrap(), &[]);
    assert_eq!(found, [("in/x".to_owned(), b"MZ first".to_vec())]);
}

#[test]
fn long_names_of_tar_are_read() {
    let long = "folder/".repeat(30) + "x";
    let mut header = tar("././@LongLink", long.as_bytes());
    header[156] = b'L';
    header.truncate(1024);
    let found = members(&[header, tar("short", b"body")].concat(), &[]);
    assert_eq!(found, [(format!("in/{long}"), b"body".to_vec())]);
}

#[test]
fn a_zip_without_its_directory_gives_its_files() {
    let whole = zip(&FILES, deflated());
    let start = whole.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let (found, gaps) = opened(&whole[..start], &[], &Limits::default());
    assert_eq!(found.into_iter().map(|one| (one.path, one.bytes)).collect::<Vec<_>>(), expected());
    assert!(gaps[0].what.contains("2 of its files"), "{gaps:?}");
}

/// What is handed over, as path and whether it is an archive that gave nothing; and the words of the gaps.
fn told(bytes: &[u8]) -> (Vec<(String, bool)>, Vec<String>) {
    let (members, gaps) = opened(bytes, &[], &Limits::default());
    let words = |gap: &Gap| format!("{}: {}", gap.place.as_deref().unwrap_or(""), gap.what);
    let members = members.into_iter().map(|member| (member.path, member.is_container));
    (members.collect(), gaps.iter().map(words).collect())
}

#[test]
fn a_zip_with_other_bytes_in_front_is_opened() {
    let archive = zip(&FILES, deflated());
    let crx = b"Cr24\x03\0\0\0\x04\0\0\0abcd";
    let fronts =
        [&b"PK00"[..], b"PK\x07\x08", b"\xef\xbb\xbf", crx, b"Subject: x\r\n\r\n", &[9; 500]];
    for front in fronts {
        assert_eq!(members(&[front, &archive].concat(), &[]), expected(), "{front:?}");
    }
    // Bytes that only have the mark of an end are no zip.
    let text = [&b"a text about PK\x05\x06"[..], &[b' '; 30]].concat();
    assert_eq!(members(&text, &[]), [("in".to_owned(), text.clone())]);
}

#[test]
fn a_zip_behind_a_program_is_opened_and_the_program_is_one() {
    let program = [&b"MZ program"[..], &[0; 300]].concat();
    let whole = [program, zip(&FILES, deflated())].concat();
    let found = members(&whole, &[]);
    assert_eq!(found[..1], [("in".to_owned(), whole)]);
    assert_eq!(found[1..], expected());
}

#[test]
fn every_zip_of_several_behind_each_other_is_read() {
    let second = zip(&[("z.txt", b"harmless")], deflated());
    let found = members(&[zip(&FILES, deflated()), second].concat(), &[]);
    let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["in/z.txt", "in/a.exe", "in/b/c.bin"]);
    assert_eq!(found[1].1, b"MZ first");
}

#[test]
fn a_file_that_the_directory_does_not_name_is_found() {
    for options in [deflated(), deflated().compression_method(CompressionMethod::Stored)] {
        let whole = zip(&[("a", b"shown"), ("b", b"hidden")], options);
        let entries: Vec<usize> = (0..whole.len() - 4)
            .filter(|place| whole[*place..].starts_with(b"PK\x01\x02"))
            .collect();
        let end = whole.len() - 22;
        let mut archive = [&whole[..entries[1]], &whole[end..]].concat();
        let end = archive.len() - 22;
        archive[end + 8..end + 12].copy_from_slice(&[1, 0, 1, 0]);
        let size = u32::try_from(entries[1] - entries[0]).unwrap();
        archive[end + 12..end + 16].copy_from_slice(&size.to_le_bytes());
        let found = members(&archive, &[]);
        assert_eq!(
            found,
            [("in/a".into(), b"shown".to_vec()), ("in/b".into(), b"hidden".to_vec())]
        );
    }
}

#[test]
fn what_the_directory_does_not_name_and_cannot_be_read_is_named() {
    let hidden = zip(&[("evil.exe", b"MZ")], deflated().with_aes_encryption(AesMode::Aes256, "x"));
    let (found, gaps) = told(&[hidden, zip(&FILES, deflated())].concat());
    assert_eq!(found.len(), 2);
    assert!(gaps.len() == 1 && gaps[0].starts_with("in/evil.exe: "), "{gaps:?}");
}

#[test]
fn a_file_that_is_named_like_a_folder_is_a_file() {
    let stored = deflated().compression_method(CompressionMethod::Stored);
    let mut archive = zip(&[("evil.exe!", b"MZ first")], stored);
    let marks: Vec<usize> = (0..archive.len()).filter(|place| archive[*place] == b'!').collect();
    marks.into_iter().for_each(|place| archive[place] = b'/');
    assert_eq!(members(&archive, &[]), [("in/evil.exe/".to_owned(), b"MZ first".to_vec())]);
    // With and without a directory.
    let start = archive.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    assert_eq!(told(&archive[..start]).0, [("in/evil.exe/".to_owned(), false)]);
}

#[test]
fn the_volumes_of_a_cut_zip_say_which_file_is_cut_or_elsewhere() {
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_le_bytes()[6]
    };
    let noise: Vec<u8> = (0..40_000).map(|_| next()).collect();
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let files = [("small", &b"one"[..]), ("large", &noise)];
        let archive = zip(&files, deflated().compression_method(method));
        let (first, last) = archive.split_at(10_000);
        let (found, gaps) = told(first);
        assert_eq!(found, [("in/small".to_owned(), false), ("in/large".to_owned(), false)]);
        assert!(gaps.iter().any(|gap| gap.contains("within its file `large")), "{gaps:?}");
        // The marker of a volume in front changes nothing.
        assert_eq!(told(&[b"PK\x07\x08", first].concat()), (found, gaps));
        let (found, gaps) = told(last);
        assert_eq!(found, [("in".to_owned(), true)]);
        for name in ["in/small: ", "in/large: "] {
            assert!(gaps.iter().any(|gap| gap.starts_with(name)), "{gaps:?}");
        }
    }
}

#[test]
fn archives_that_are_not_opened_are_named_with_a_remedy() {
    let rar = b"Rar!\x1a\x07\x01\x00 and more";
    let (found, gaps) = told(rar);
    assert_eq!(found, [("in".to_owned(), true)]);
    assert_eq!(gaps, [": it is a RAR archive, which is not opened"]);
    let mut disc = vec![0; 0x8001];
    disc.extend(b"CD001");
    let (found, gaps) = told(&zip(&[("a.iso", &disc), ("b", b"MZ")], deflated()));
    assert_eq!(found, [("in/a.iso".to_owned(), true), ("in/b".to_owned(), false)]);
    assert_eq!(gaps, ["in/a.iso: it is an image of a disc (ISO), which is not opened"]);
    let (_, gaps) = opened(rar, &[], &Limits::default());
    assert!(gaps[0].remedy.is_some());
}

#[test]
fn an_archive_without_files_is_recorded_and_named() {
    for archive in [zip(&[], deflated()), seven(&[], None), vec![0; 1024], b"!<arch>\n".to_vec()] {
        let (found, gaps) = told(&archive);
        let is_tar = archive[0] == 0;
        assert_eq!(found, [("in".to_owned(), !is_tar)]);
        assert!(is_tar || gaps == [": the archive has no files"], "{gaps:?}");
    }
    // Nor is one lost of which nothing can be taken out.
    let shut = zip(&FILES, deflated().with_aes_encryption(AesMode::Aes256, "unknown"));
    assert_eq!(told(&shut).0, [("in".to_owned(), true)]);
}

#[test]
fn bytes_behind_a_stream_cost_nothing_of_it() {
    let stream = gzip(b"MZ first");
    let whole = [("in".to_owned(), b"MZ first".to_vec())];
    assert_eq!(members(&[&stream[..], &[0; 700]].concat(), &[]), whole);
    let twice = members(&[&stream[..], &[0; 9], &stream].concat(), &[]);
    assert_eq!(twice, [("in".to_owned(), b"MZ firstMZ first".to_vec())]);
    let (found, gaps) = opened(&[&stream[..], b"garbage"].concat(), &[], &Limits::default());
    assert_eq!(found[0].bytes, b"MZ first");
    assert!(gaps[0].what.contains("other bytes stand there"), "{gaps:?}");
    let cut = opened(&stream[..stream.len() - 4], &[], &Limits::default());
    assert_eq!(cut.0[0].bytes, b"MZ first");
    assert!(cut.1[0].what.contains("it breaks off"), "{:?}", cut.1);
}

#[test]
fn no_words_of_a_library_stand_in_a_gap() {
    let zips = [
        zip(&FILES, deflated()),
        zip(&FILES, deflated().compression_method(CompressionMethod::Stored)),
    ];
    let all = zips.into_iter().chain([seven(&FILES, None), gzip(&tar("a", b"body"))]);
    for archive in all {
        for place in 0..archive.len() {
            let mut damaged = archive.clone();
            damaged[place] ^= 0xa5;
            let words = told(&damaged).1.into_iter().chain(told(&archive[..place]).1);
            for word in words {
                for foreign in [
                    "i/o error",
                    "invalid",
                    "failed to",
                    "Invalid",
                    "EOCD",
                    "header offset",
                    "corrupt",
                ] {
                    assert!(!word.contains(foreign), "{word}");
                }
            }
        }
    }
}

#[test]
fn names_are_only_names() {
    let found = members(&zip(&[("../../etc/\x1b[31m", b"x")], deflated()), &[]);
    assert_eq!(found[0].0, "in/../../etc/\u{fffd}[31m");
}

#[test]
fn bombs_stop_at_the_limit_that_they_meet() {
    let zeros = vec![0; 8 << 20];
    let bomb = zip(&[("a", &zeros), ("b", &zeros), ("c", b"small")], deflated());
    let small = Limits { file: 1 << 20, ..Limits::default() };
    let (members, gaps) = opened(&bomb, &[], &small);
    assert_eq!(members.len(), 1);
    assert!(gaps.iter().all(|gap| gap.what == "a file is larger than the limit"), "{gaps:?}");
    assert_eq!(gaps.len(), 2);
    let tight = Limits { total: 10 << 20, ..Limits::default() };
    let (members, gaps) = opened(&bomb, &[], &tight);
    assert_eq!(members.len(), 1);
    assert!(gaps[0].what.contains("larger together"), "{gaps:?}");
    let dense = Limits { ratio: 100, ..Limits::default() };
    let (members, gaps) = opened(&bomb, &[], &dense);
    assert!(is_shut(&members) && gaps[0].what.contains("for each of its bytes"), "{gaps:?}");
    let few = Limits { files: 1, ..Limits::default() };
    let (members, gaps) = opened(&bomb, &[], &few);
    assert_eq!((members.len(), gaps.len()), (1, 1));
}

/// A zip whose directory names one file many times over, as bombs do that expand a billionfold.
fn overlapping(count: u16) -> Vec<u8> {
    let zeros = vec![0; 1 << 20];
    let one = zip(&[("a", &zeros)], deflated());
    let end = one.len() - 22;
    let start = u32::from_le_bytes(*one[end + 16..].first_chunk().unwrap());
    let (files, directory) = one[..end].split_at(usize::try_from(start).unwrap());
    let mut all = files.to_vec();
    for number in 0..count {
        let mut entry = directory.to_vec();
        // Entries of one name are one file.
        entry[28..30].copy_from_slice(&5_u16.to_le_bytes());
        entry.splice(46..47, format!("{number:05}").bytes());
        all.extend(entry);
    }
    let size = u32::try_from(all.len() - files.len()).unwrap();
    all.extend(&one[end..end + 8]);
    all.extend([count, count].iter().flat_map(|one| one.to_le_bytes()));
    all.extend([size, start].iter().flat_map(|one| one.to_le_bytes()));
    all.extend([0, 0]);
    all
}

#[test]
fn files_that_share_their_bytes_in_a_zip_stop_at_the_limit_of_all() {
    let limits = Limits { total: 10 << 20, ratio: u64::MAX, ..Limits::default() };
    let (members, gaps) = opened(&overlapping(60_000), &[], &limits);
    assert!((1..=10).contains(&members.len()), "{} files", members.len());
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    let (members, gaps) = opened(&overlapping(60_000), &[], &Limits { ratio: 1, ..limits });
    assert!(members.len() <= 6 && !gaps.is_empty(), "{} files, {gaps:?}", members.len());
}

#[test]
fn members_without_number_stop_at_the_limit_of_files() {
    let names: Vec<String> = (0..3000).map(|number| format!("../{number}")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    let limits = Limits { files: 1000, ..Limits::default() };
    for archive in [zip(&files, deflated()), seven(&files, None)] {
        let (members, gaps) = opened(&archive, &[], &limits);
        assert_eq!((members.len(), gaps.len()), (1000, 1), "{gaps:?}");
        assert!(members.iter().all(|one| one.path.starts_with("in/../")));
    }
}

#[test]
fn a_seven_zip_bomb_and_bombs_in_each_other_stop_at_the_limits() {
    let zeros = vec![0; 32 << 20];
    let limits = Limits { file: 1 << 20, total: 4 << 20, ..Limits::default() };
    let bomb = seven(&[("zeros", &zeros)], None);
    let (members, gaps) = opened(&bomb, &[], &limits);
    assert!(is_shut(&members) && gaps.len() == 1, "{gaps:?}");
    let many: Vec<String> = (0..50).map(|number| format!("{number}.7z")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &bomb[..])).collect();
    let (members, gaps) = opened(&zip(&many, deflated()), &[], &limits);
    assert!(is_shut(&members) && !gaps.is_empty());
    assert!(gaps.iter().all(|gap| gap.source == "in"));
}

#[test]
fn damaged_archives_give_what_is_left_of_them() {
    let options = deflated().with_aes_encryption(AesMode::Aes256, "infected");
    let fixtures = [
        zip(&FILES, deflated()),
        zip(&FILES, options),
        seven(&FILES, None),
        gzip(&tar("a", b"body")),
        tar("a", b"body"),
    ];
    let limits = Limits { file: 1 << 16, total: 1 << 18, ..Limits::default() };
    arbtest(|u| {
        let fixture = u.choose(&fixtures)?;
        let mut bytes = fixture.clone();
        for _ in 0..u.int_in_range(1..=4)? {
            let place = u.choose_index(bytes.len().max(1))?;
            match u.int_in_range(0..=3)? {
                0 => bytes.truncate(place),
                _ => {
                    if let Some(byte) = bytes.get_mut(place) {
                        *byte ^= 1 << u.int_in_range(0..=7)?;
                    }
                }
            }
        }
        let (members, gaps) = opened(&bytes, &[], &limits);
        assert!(
            members.iter().map(|one| one.bytes.len()).sum::<usize>() <= (1 << 18) + bytes.len()
        );
        assert!(gaps.iter().all(|gap| gap.source == "in"));
        Ok(())
    });
}

/// A file of an ar archive with its header; the name as it stands in the field.
fn in_ar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut file = format!("{name:<16}{:<32}{:<10}`\n", "0", bytes.len()).into_bytes();
    file.extend(bytes);
    file.extend(vec![b'\n'; bytes.len() % 2]);
    file
}

#[test]
fn archives_of_objects_are_opened_with_short_and_long_names_of_both_kinds() {
    let archive = [
        b"!<arch>\n".to_vec(),
        in_ar("/", b"symbols"),
        in_ar("//", b"a-very-long-name-of-an-object.o/\nanother-very-long-name.o/\n"),
        in_ar("short.o/", b"one"),
        in_ar("/33", b"four"),
        in_ar("#1/20", b"name-in-front.o\0\0\0\0\0five!"),
        in_ar("data.bin", b"six"),
    ]
    .concat();
    let expected = [
        ("in/short.o", &b"one"[..]),
        ("in/another-very-long-name.o", b"four"),
        ("in/name-in-front.o", b"five!"),
        ("in/data.bin", b"six"),
    ];
    let found = members(&archive, &[]);
    let found: Vec<(&str, &[u8])> =
        found.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert_eq!(found, expected);
    for length in 8..archive.len() {
        let (members, _) = opened(&archive[..length], &[], &Limits::default());
        assert!(members.len() <= expected.len());
    }
}

/// A PE file of one section that ends at 0x200.
fn program() -> Vec<u8> {
    let mut bytes = vec![0; 0x200];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 0x40;
    bytes[0x40..0x44].copy_from_slice(b"PE\0\0");
    bytes[0x46] = 1;
    bytes[0x40 + 24 + 17] = 1;
    bytes[0x40 + 24 + 21] = 1;
    bytes
}

#[test]
fn an_archive_behind_a_program_is_opened_or_named() {
    let settings = b";!@Install@!UTF-8!\r\nRunProgram=\"a.exe\"\r\n;!@InstallEnd@!";
    let inner = seven(&[("a.exe", b"MZ inner")], None);
    let bytes = [program(), settings.to_vec(), inner].concat();
    let found = members(&bytes, &[]);
    let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["in", "in/a.exe"]);
    for (behind, words) in [
        (b"Rar!\x1a\x07\x01\0".as_slice(), "a RAR archive"),
        (b"MSCF\0\0\0\0", "a cabinet of Windows"),
        (b"\x1f\x8b\x08\0", "a compressed file"),
        (b"\xef\xbe\xad\xdeNullsoftInst", "NSIS"),
    ] {
        let bytes = [program(), behind.to_vec(), vec![1; 64]].concat();
        let (members, gaps) = opened(&bytes, &[], &Limits::default());
        assert_eq!(members.len(), 1);
        assert!(gaps.len() == 1 && gaps[0].what.contains(words), "{gaps:?}");
    }
    assert_eq!(members(&program(), &[]).len(), 1);
}

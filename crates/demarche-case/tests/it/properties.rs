//! Laws that hold for any input.

use arbtest::arbitrary::Unstructured;
use arbtest::arbtest;
use demarche_case::{Case, Lock, Log, Moment};

use crate::folder::{found, scaffold, seal};
use crate::problems::{SECRET, SMALL};

/// The text with a few bytes cut or replaced, as far as it is still text.
fn damaged(u: &mut Unstructured<'_>, text: &str) -> arbtest::arbitrary::Result<String> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..u.int_in_range(1..=6)? {
        let index = u.choose_index(bytes.len().max(1))?;
        match u.int_in_range(0..=2)? {
            0 => bytes.truncate(index),
            1 => {
                if let Some(byte) = bytes.get_mut(index) {
                    *byte = *u.choose(b"[]{}=\"'#\n\r.,-0T\\\x01\x80e")?;
                }
            }
            _ => {
                let end = (index + u.int_in_range(0..=20)?).min(bytes.len());
                bytes.drain(index.min(end)..end);
            }
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[test]
fn damaged_files_are_read_or_refused_with_places_and_never_panic() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/sony-2014/");
    let [case, evidence] = ["case.toml", "evidence.toml"]
        .map(|name| std::fs::read_to_string(format!("{example}{name}")).unwrap());
    arbtest(|u| {
        let pairs = [(case.as_str(), evidence.as_str()), (SMALL, SECRET)];
        let (case, evidence) = u.choose(&pairs)?;
        let (case, evidence) = (damaged(u, case)?, damaged(u, evidence)?);
        if let Err(error) = Case::read(&case, &evidence) {
            assert!(!error.problems.is_empty());
            assert!(error.problems.is_sorted());
            for problem in error.problems {
                let lines = if problem.file == "case.toml" { &case } else { &evidence };
                let line = problem.line.unwrap_or(1);
                assert!(line >= 1 && line <= lines.split('\n').count() as u64, "{problem}");
                assert!(!problem.to_string().contains('\n'), "{problem}");
            }
        }
        Ok(())
    });
}

#[test]
fn any_changed_byte_of_a_sealed_case_is_named() {
    let scratch = scaffold();
    seal(&scratch);
    seal(&scratch);
    let names =
        ["case.toml", "evidence.toml", "samples/deep/er/dropper.bin", "case.lock", "log.jsonl"];
    let files = names.map(|name| (name, scratch.read(name)));
    arbtest(|u| {
        let (name, whole) = u.choose(&files)?;
        let index = u.choose_index(whole.len())?;
        let mut bytes = whole.clone();
        bytes[index] ^= 1 << u.int_in_range(0..=7)?;
        let named = match *name {
            "log.jsonl" => {
                let before = whole[..index].iter().filter(|byte| **byte == b'\n').count();
                format!("log.jsonl:{}:", before + 1)
            }
            other => format!("{other}:"),
        };
        scratch.write(name, &bytes);
        let found = found(&scratch);
        scratch.write(name, whole);
        assert!(found.iter().any(|line| line.starts_with(&named)), "{named} {index} {found:#?}");
        Ok(())
    })
    .budget_ms(1_500);
    assert_eq!(found(&scratch), Vec::<String>::new());
}

#[test]
fn a_lock_or_log_of_any_bytes_is_read_or_refused() {
    arbtest(|u| {
        let bytes: Vec<u8> = u.arbitrary()?;
        drop(Log::read(&bytes));
        if let Ok(lock) = Lock::read(&String::from_utf8_lossy(&bytes)) {
            assert_eq!(Lock::read(&lock.to_string()), Ok(lock));
        }
        Ok(())
    });
}

#[test]
fn a_moment_is_written_as_it_is_read() {
    arbtest(|u| {
        let text: String = u.arbitrary()?;
        if let Ok(moment) = text.parse::<Moment>() {
            assert_eq!(moment.to_string().parse::<Moment>(), Ok(moment));
        }
        let digits: Vec<u8> =
            (0..20).map(|_| u.choose(b"0123456789-:TZ+").copied()).collect::<Result<_, _>>()?;
        if let Ok(moment) = String::from_utf8_lossy(&digits).parse::<Moment>() {
            assert_eq!(moment.to_string().parse::<Moment>(), Ok(moment));
        }
        Ok(())
    });
}

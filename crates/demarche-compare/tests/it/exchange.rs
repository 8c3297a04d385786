//! Exchanges of two parties, with their limits and with hostile bytes.

use arbtest::arbtest;
use demarche_compare::Indicator;
use demarche_compare::psi::{
    Answer, Ask, Asker, AuditLine, ExchangeId, Identity, Ledger, MessageError, Outcome, Policy,
    Prepared, Purpose, RefusedRequest, Request, Seed, bucket,
};

const NOW: u64 = 1_700_000_000;

/// Addresses by number, as different indicators.
pub(crate) fn items(range: std::ops::Range<u32>) -> Vec<Indicator> {
    let address = |number| std::net::Ipv4Addr::from(0x0b00_0000 + number).to_string();
    range.map(|number| address(number).parse().expect("an address")).collect()
}

pub(crate) fn parties() -> (Identity, Identity) {
    (Identity::new([1; 32]), Identity::new([2; 32]))
}

pub(crate) fn ask(purpose: Purpose, bucket: usize) -> Ask {
    Ask { purpose, bucket, to: parties().1.peer(), made: NOW }
}

/// A whole exchange of two lists.
fn compare(ours: &[Indicator], theirs: &[Indicator], purpose: Purpose) -> Outcome {
    let (asker, answerer) = parties();
    let policy = Policy { allows_items: true, ..Policy::default() };
    let terms = ask(purpose, bucket(ours.len()));
    let (asking, request) =
        Asker::new(ours, terms, &asker, &Seed::new([3; 32])).expect("it is right");
    let prepared =
        Prepared::new(theirs, bucket(theirs.len()), &Seed::new([4; 32])).expect("it is right");
    let (answer, _) = prepared.answer(&request, &answerer, &policy, &mut Ledger::default(), NOW);
    asking.read(&answer.expect("it is right")).expect("it is right")
}

#[test]
fn both_rounds_find_the_common_items_and_no_others() {
    let (ours, theirs) = (items(0..300), items(200..2000));
    assert_eq!(compare(&ours, &theirs, Purpose::Count), Outcome::Count(100));
    let Outcome::Items(common) = compare(&ours, &theirs, Purpose::Items) else { panic!("items") };
    let mut expected = items(200..300);
    expected.sort();
    assert_eq!(common, expected);
    assert_eq!(compare(&[], &theirs, Purpose::Count), Outcome::Count(0));
    assert_eq!(compare(&ours, &[], Purpose::Items), Outcome::Items(Vec::new()));
    let twice = [items(0..5), items(0..5)].concat();
    assert_eq!(compare(&twice, &twice, Purpose::Count), Outcome::Count(5));
}

#[test]
fn kinds_keep_equal_texts_apart() {
    use std::slice::from_ref;

    use demarche_compare::IndicatorKind::{Domain, FileName};
    let file = Indicator::of(FileName, "a.zip").unwrap();
    let domain = Indicator::of(Domain, "a.zip").unwrap();
    assert_eq!(compare(from_ref(&file), &[domain], Purpose::Count), Outcome::Count(0));
    assert_eq!(compare(from_ref(&file), from_ref(&file), Purpose::Count), Outcome::Count(1));
}

#[test]
fn the_policy_limits_each_party_and_each_request_gives_a_line() {
    let (asker, answerer) = parties();
    let policy = Policy { items_per_request: 20, items_per_period: 35, ..Policy::default() };
    let mut ledger = Ledger::default();
    let mut lines = Vec::new();
    let mut run = |seed: u8, purpose, bucket, policy: &Policy, now| {
        let (_, request) =
            Asker::new(&items(0..3), ask(purpose, bucket), &asker, &Seed::new([seed; 32])).unwrap();
        let prepared = Prepared::new(&items(0..9), 16, &Seed::new([9; 32])).unwrap();
        let (answer, line) = prepared.answer(&request, &answerer, policy, &mut ledger, now);
        lines.push(line);
        answer.map(drop)
    };
    assert_eq!(run(1, Purpose::Count, 16, &policy, NOW), Ok(()));
    assert_eq!(run(1, Purpose::Count, 16, &policy, NOW), Err(RefusedRequest::Replayed));
    assert_eq!(
        run(2, Purpose::Count, 21, &policy, NOW),
        Err(RefusedRequest::TooLarge { items: 21, limit: 20 })
    );
    assert_eq!(
        run(3, Purpose::Count, 20, &policy, NOW),
        Err(RefusedRequest::TooOften { items: 36, limit: 35 })
    );
    assert_eq!(run(3, Purpose::Count, 20, &policy, NOW + 86_400), Ok(()));
    assert_eq!(run(4, Purpose::Items, 4, &policy, NOW), Err(RefusedRequest::ItemsNotAgreed));
    let late = NOW + 8 * 86_400;
    assert_eq!(
        run(5, Purpose::Count, 4, &policy, late),
        Err(RefusedRequest::Stale { seconds: 8 * 86_400 })
    );
    assert_eq!(lines.len(), 7);
    let mut again = Ledger::default();
    for line in &lines {
        let read: AuditLine = line.to_string().parse().unwrap();
        assert_eq!(&read, line);
        again.add(&read);
    }
    assert_eq!(again, ledger, "the log makes the ledger anew");
}

#[test]
fn messages_of_and_for_others_are_refused() {
    let (asker, answerer) = parties();
    let stranger = Identity::new([7; 32]);
    let seed = Seed::new([3; 32]);
    let (asking, request) =
        Asker::new(&items(0..3), ask(Purpose::Count, 4), &asker, &seed).unwrap();
    let prepare = || Prepared::new(&items(0..3), 4, &Seed::new([4; 32])).unwrap();
    let answer = |request: &[u8], from: &Identity| {
        prepare().answer(request, from, &Policy::default(), &mut Ledger::default(), NOW).0
    };
    let party = MessageError::Party(answerer.peer());
    assert_eq!(answer(&request, &stranger), Err(RefusedRequest::Message(party)));
    let good = answer(&request, &answerer).unwrap();
    assert_eq!(asking.read(&good), Ok(Outcome::Count(3)));
    let (other, other_request) =
        Asker::new(&items(0..4), ask(Purpose::Count, 4), &asker, &Seed::new([5; 32])).unwrap();
    assert_eq!(other.read(&good), Err(MessageError::OtherRequest));
    assert_ne!(request, other_request);
    // The same seed and list make the same exchange, as a program that was stopped does.
    let (again, same) = Asker::new(&items(0..3), ask(Purpose::Count, 4), &asker, &seed).unwrap();
    assert_eq!((same, again.read(&good)), (request, Ok(Outcome::Count(3))));
}

#[test]
fn cut_and_changed_messages_are_errors() {
    let (asker, answerer) = parties();
    let (asking, request) =
        Asker::new(&items(0..3), ask(Purpose::Items, 4), &asker, &Seed::new([3; 32])).unwrap();
    let policy = Policy { allows_items: true, ..Policy::default() };
    let prepared = Prepared::new(&items(0..3), 4, &Seed::new([4; 32])).unwrap();
    let (answer, _) = prepared.answer(&request, &answerer, &policy, &mut Ledger::default(), NOW);
    let answer = answer.unwrap();
    for length in 0..request.len() {
        assert!(Request::read(&request[..length]).is_err());
    }
    let cut =
        MessageError::Length { wanted: answer.len() as u64, present: answer.len() as u64 - 1 };
    assert_eq!(Answer::read(&answer[..answer.len() - 1]).unwrap_err(), cut);
    arbtest(|u| {
        for (message, is_request) in [(&request, true), (&answer, false)] {
            let mut bytes = message.clone();
            let index = u.int_in_range(0..=bytes.len() - 1)?;
            bytes[index] ^= u.int_in_range(1..=255)?;
            let is_error = if is_request {
                Request::read(&bytes).is_err()
            } else {
                asking.read(&bytes).is_err()
            };
            assert!(is_error, "byte {index}");
            drop((Request::read(&bytes), Answer::read(&bytes)));
        }
        Ok(())
    });
}

#[test]
fn a_huge_count_costs_no_memory() {
    let mut bytes = b"DEM-PSI\x01\x01\x01".to_vec();
    bytes.extend([0; 16 + 32 + 32 + 8]);
    bytes.extend((1_u32 << 20).to_le_bytes());
    assert!(matches!(Request::read(&bytes), Err(MessageError::Length { .. })));
    let count = bytes.len() - 4;
    bytes[count..].fill(0xff);
    assert!(matches!(Request::read(&bytes), Err(MessageError::TooMany { .. })));
}

#[test]
fn lists_larger_than_their_bucket_are_errors() {
    let (asker, _) = parties();
    let seed = Seed::new([3; 32]);
    assert!(Asker::new(&items(0..5), ask(Purpose::Count, 4), &asker, &seed).is_err());
    assert!(Prepared::new(&items(0..5), 4, &seed).is_err());
    assert_eq!((bucket(0), bucket(1024), bucket(1025), bucket(10_000)), (1024, 1024, 2048, 16_384));
    assert_ne!(ExchangeId([0; 16]), ExchangeId([1; 16]));
}

/// 10,000 items against a million, 5,000 of them common: run with `--release -- --ignored`.
#[test]
#[ignore = "takes a minute of two cores"]
fn a_million_items_are_compared_without_an_error() {
    let (asker, answerer) = parties();
    let policy = Policy { allows_items: true, ..Policy::default() };
    let ours = items(0..10_000);
    let theirs = items(5_000..1_005_000);
    for purpose in [Purpose::Count, Purpose::Items] {
        let (asking, request) =
            Asker::new(&ours, ask(purpose, 16_384), &asker, &Seed::new([3; 32])).unwrap();
        let prepared = Prepared::new(&theirs, 1 << 20, &Seed::new([4; 32])).unwrap();
        let (answer, line) =
            prepared.answer(&request, &answerer, &policy, &mut Ledger::default(), NOW);
        let answer = answer.unwrap();
        eprintln!("request {} B, answer {} B, {line}", request.len(), answer.len());
        let mut common = items(5_000..10_000);
        common.sort();
        let expected =
            if purpose == Purpose::Count { Outcome::Count(5_000) } else { Outcome::Items(common) };
        assert_eq!(asking.read(&answer).unwrap(), expected);
    }
}

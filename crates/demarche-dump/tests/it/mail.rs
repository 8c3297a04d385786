//! Messages: their text, their attachments, and what is wrong with them.

use demarche_text::Media;

use crate::dump::{Dump, Owned, of_file};

fn names(items: &[crate::dump::Told]) -> Vec<&str> {
    items.iter().map(|item| item.name.as_str()).collect()
}

#[test]
fn broken_messages_give_all_their_text() {
    let secret = "SSN 123-45-6789";
    let cases: [(&str, &str); 10] = [
        (
            "no boundary stated",
            "From: a@b.example\nContent-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\nSSN 123-45-6789\n--x--\n",
        ),
        (
            "foreign characters in base64",
            "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nU1NOIDEyMy00\nNS02Nzg5!*\n",
        ),
        ("unknown charset", "Content-Type: text/plain; charset=no-such\n\nSSN 123-45-6789\n"),
        ("no header", "\n\nSSN 123-45-6789\n"),
        ("carriage returns alone", "From: a@b.example\rSubject: x\r\rSSN 123-45-6789\r"),
        (
            "no last boundary",
            "Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/plain\n\nSSN 123-45-6789\n",
        ),
        ("a page alone", "Content-Type: text/html\n\n<p>SSN <b>123</b>-45-6789</p>"),
        (
            "text behind the last part",
            "Content-Type: multipart/mixed; boundary=q\n\n--q\n\nx\n--q--\nSSN 123-45-6789\n",
        ),
        ("zero bytes", "From: a@b.example\n\nab\0cd SSN 123-45-6789\n"),
        ("header without body", "From: a@b.example\nContent-Type: text/plain\n\nSSN 123-45-6789"),
    ];
    for (case, bytes) in cases {
        let items = of_file("x.eml", bytes.as_bytes());
        let found = items.iter().any(|item| item.text().contains(secret));
        assert!(found, "{case}: {items:?}");
    }
}

#[test]
fn words_of_a_subject_are_decoded_and_unfolded() {
    let items = of_file(
        "x.eml",
        b"Subject: =?utf-8?B?U1NOIA==?=\n =?utf-8?Q?123-45-?=\n\t=?utf-8?Q?6789?=\n\nbody\n",
    );
    assert_eq!(items[0].message().subject, "SSN 123-45-6789");
}

#[test]
fn attachments_follow_their_message_with_names_and_digests() {
    let eml = "From: a@b.example\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nbody\n--q\n\
        Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\
        Content-Disposition: attachment; filename*=utf-8''gr%C3%BC%C3%9Fe.txt\n\nYWJj\n--q--\n";
    let items = of_file("x.eml", eml.as_bytes());
    assert_eq!(names(&items), ["x.eml", "grüße.txt"]);
    assert_eq!(items[0].message().attachments, ["grüße.txt"]);
    assert_eq!(items[0].at, Some(0..u64::try_from(eml.len()).unwrap()));
    assert_eq!((items[1].within, items[1].size), (Some(0), 3));
    assert_eq!(items[1].digest, demarche_terms::Sha256::of(b"abc"));
    assert_eq!(items[1].text(), "abc");
}

#[test]
fn an_attachment_is_told_for_every_message_that_carries_it() {
    let eml = |id: u32| {
        format!(
            "Message-ID: <{id}@x>\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nbody\n--q\n\
             Content-Disposition: attachment; filename=a.txt\n\nsame\n--q--\n"
        )
    };
    let (first, second) = (eml(1), eml(2));
    let files =
        [("1.eml", first.as_bytes()), ("2.eml", second.as_bytes()), ("3.eml", first.as_bytes())];
    let items = Dump::new(&files).read();
    assert_eq!(names(&items), ["1.eml", "a.txt", "2.eml", "a.txt", "3.eml"]);
    assert_eq!(items[3].content, Owned::Copy);
    assert_eq!(items[4].content, Owned::Copy);
    // The identifier is no part of the content.
    assert_eq!(items[0].message().normal, items[2].message().normal);
}

#[test]
fn a_copy_that_went_another_way_has_the_same_normal_digest() {
    let message =
        "From: A@b.example\nDate: Mon, 1 Jan 2024 08:00:00 +0000\nSubject: x\n\nhello  you\n";
    let received = format!("Received: from a by b; Mon, 1 Jan 2024\n{message}");
    let folded = message.replace("  ", "\n").replace("A@b", "a@b");
    let files = [("1.eml", message), ("2.eml", received.as_str()), ("3.eml", folded.as_str())];
    let items = Dump::new(&files.map(|(name, text)| (name, text.as_bytes()))).read();
    assert_ne!(items[0].digest, items[1].digest);
    assert!(items.iter().all(|item| item.message().normal == items[0].message().normal));
}

#[test]
fn messages_in_messages_are_told_with_the_digest_that_they_have_alone() {
    let inner = "Subject: inner\nFrom: a@b.example\n\ninner text\n";
    let outer = format!(
        "Subject: outer\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nbody\n--q\n\
         Content-Type: message/rfc822\n\n{inner}\n--q--\n"
    );
    let items = Dump::new(&[("1.eml", outer.as_bytes()), ("2.eml", inner.as_bytes())]).read();
    assert_eq!(items[1].message().subject, "inner");
    assert_eq!(items[1].within, Some(0));
    assert_eq!(items[2].content, Owned::Copy);
    assert_eq!(items[1].digest, items[2].digest);
}

#[test]
fn a_page_stands_for_the_plain_part_where_it_says_more() {
    let eml = |plain: &str, page: &str| {
        format!(
            "Content-Type: multipart/alternative; boundary=q\n\n--q\nContent-Type: text/plain\n\n\
             {plain}\n--q\nContent-Type: text/html\n\n<p>{page}</p>\n--q--\n"
        )
    };
    let text = |plain, page| of_file("x.eml", eml(plain, page).as_bytes())[0].text();
    assert_eq!(text("the same", "the <i>same</i>").trim(), "the same");
    assert!(text("see online", "the salary").contains("see online"));
    assert!(text("see online", "the salary").contains("the salary"));
}

#[test]
fn files_in_the_text_are_taken_out() {
    let items =
        of_file("x.eml", b"Subject: x\n\nbefore\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter\n");
    assert_eq!(names(&items), ["x.eml", "cat.txt"]);
    assert_eq!(items[1].text(), "Cat");
    assert_eq!(items[0].text().trim(), "before\nafter");
}

#[test]
fn encrypted_messages_are_named_with_their_bytes() {
    let items = of_file(
        "x.eml",
        b"Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n",
    );
    assert_eq!(items[1].content, Owned::Unread("it is encrypted".to_owned()));
    assert!(items[1].size > 50);
}

#[test]
fn hostile_messages_end_and_are_named() {
    let mut deep = b"Content-Type: text/plain\n\nsecret\n".to_vec();
    for level in 0..500 {
        let head = format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
        deep = [head.as_bytes(), &deep, format!("\n--b{level}--\n").as_bytes()].concat();
    }
    let items = of_file("deep.eml", &deep);
    assert_eq!(items[0].text().trim(), "secret");
    assert!(items[0].faults[0].contains("501 levels"), "{:?}", items[0].faults);
    let long = [b"Subject: ".to_vec(), vec![b'x'; 3 << 20], b"\n\nhi\n".to_vec()].concat();
    let items = of_file("long.eml", &long);
    assert_eq!(items[0].text(), "hi");
    assert!(items[0].faults[0].contains("header has 3145739 bytes"), "{:?}", items[0].faults);
}

#[test]
fn messages_too_deep_in_each_other_are_named() {
    let mut message = b"Subject: innermost\n\nx\n".to_vec();
    for _ in 0..80 {
        message = [&b"Content-Type: message/rfc822\n\n"[..], &message].concat();
    }
    let items = of_file("deep.eml", &message);
    assert_eq!(items.len(), 65);
    let Owned::Unread(reason) = &items[64].content else { panic!("{:?}", items[64]) };
    assert!(reason.contains("64 levels"), "{reason}");
    assert_eq!(items[64].media, Media::Message);
}

//! Canonical forms.

use arbtest::arbtest;
use demarche_compare::{Indicator, IndicatorKind, Reservation};

#[test]
fn forms_of_one_indicator_are_equal() {
    use IndicatorKind::{
        Attack, Cve, Domain, Email, FileName, Ipv4, Ipv6, Md5, Network, Sha1, Sha256, Sha512, Url,
    };
    for (kind, forms, expected) in [
        (Ipv4, &["192.0.2.1", "192[.]0[.]2[.]1", "192(dot)0.2.1", " 192.0.2.1 "][..], "192.0.2.1"),
        (Ipv6, &["2001:DB8:0:0::1", "2001[:]db8[:][:]1", "[2001:db8::1]"], "2001:db8::1"),
        (Network, &["10.1.2.3/8", "10.0.0[.]0/8"], "10.0.0.0/8"),
        (Network, &["2001:db8:ffff::/32"], "2001:db8::/32"),
        (
            Domain,
            &["EVIL.Example.COM.", "evil[.]example[dot]com", "evil\\.example\\.com"],
            "evil.example.com",
        ),
        (
            Domain,
            &["Bücher.de", "bu\u{308}cher.DE", "xn--bcher-kva.de", "XN--BCHER-KVA.de"],
            "xn--bcher-kva.de",
        ),
        (Domain, &["例え.テスト.jp", "例え。テスト。jp"], "xn--r8jz45g.xn--zckzah.jp"),
        (
            Url,
            &["HTTP://A.com", "hxxp://a[.]com/", "http[:]//a.com:80", "h**p://a.com:080/"],
            "http://a.com/",
        ),
        (
            Url,
            &["https://a.com/%7euser/%2F?q=%c3%A9", "https://a.com:443/~user/%2f?q=é"],
            "https://a.com/~user/%2F?q=%C3%A9",
        ),
        (Url, &["https://u:p@A.com:8443/Path#F"], "https://u:p@a.com:8443/Path#F"),
        (Url, &["http://[2001:DB8:0::1]:80/x"], "http://[2001:db8::1]/x"),
        (
            Email,
            &["Bad.Guy@EVIL.com", "bad.guy[at]evil[.]com", "mailto:bad.guy@evil.com"],
            "bad.guy@evil.com",
        ),
        (Md5, &["D41D8CD98F00B204E9800998ECF8427E"], "d41d8cd98f00b204e9800998ecf8427e"),
        (
            Sha1,
            &["DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"],
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        ),
        (Sha256, &[&"Ab".repeat(32)], &"ab".repeat(32)),
        (Sha512, &[&"Cd".repeat(64)], &"cd".repeat(64)),
        (Cve, &["cve-2021-44228", "CVE\u{2011}2021\u{2011}44228"], "CVE-2021-44228"),
        (Attack, &["T1059.001"], "T1059.001"),
        (FileName, &["Update.EXE", "update[.]exe"], "update.exe"),
    ] {
        for form in forms {
            let indicator: Indicator = form.parse().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((indicator.kind(), indicator.text()), (kind, expected), "{form}");
            let again =
                Indicator::of(kind, indicator.text()).expect("a canonical text is of its kind");
            assert_eq!(again, indicator);
        }
    }
}

#[test]
fn other_texts_are_no_indicators() {
    for text in [
        "",
        " ",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4",
        "10.0.0.0/33",
        "com",
        "a..com",
        "-a.com",
        "a.notatld",
        "http://",
        "http:///x",
        "gopher://a.com",
        "http://a.com:70000/",
        "a@b",
        "@a.com",
        "CVE-21-1",
        "CVE-2021-123",
        "T9999",
        "T1059.",
        "T1059.1",
        "d41d8cd98f00b204e9800998ecf8427",
        "node.js",
        ".exe",
    ] {
        assert!(text.parse::<Indicator>().is_err(), "{text}: {:?}", text.parse::<Indicator>());
    }
}

#[test]
fn reservations_are_flagged() {
    for (text, expected) in [
        ("10.1.2.3", Some(Reservation::Private)),
        ("127.0.0.1", Some(Reservation::Loopback)),
        ("169.254.1.1", Some(Reservation::LinkLocal)),
        ("203.0.113.9", Some(Reservation::Documentation)),
        ("224.0.0.1", Some(Reservation::Special)),
        ("8.8.8.8", None),
        ("fe80::1", Some(Reservation::LinkLocal)),
        ("::1", Some(Reservation::Loopback)),
        ("::ffff:10.0.0.1", Some(Reservation::Private)),
        ("2606:4700::1111", None),
        ("192.168.0.0/16", Some(Reservation::Private)),
        ("www.example.com", Some(Reservation::Documentation)),
        ("myexample.com", None),
        ("printer.local", Some(Reservation::Private)),
        ("http://user@[fd00::1]:80/", Some(Reservation::Private)),
        ("http://localhost:8080/x", Some(Reservation::Loopback)),
        ("a@a.test", Some(Reservation::Documentation)),
        ("CVE-2021-44228", None),
    ] {
        let indicator: Indicator = text.parse().expect(text);
        assert_eq!(indicator.reservation(), expected, "{text}");
    }
}

#[test]
fn a_canonical_text_is_its_own_canonical_text() {
    const PIECES: [&str; 30] = [
        "http",
        "hxxps",
        "://",
        "[.]",
        ".",
        "a",
        "B",
        "ü",
        "%41",
        "%2f",
        "%",
        "/",
        "?",
        "#",
        "@",
        ":",
        "80",
        "1.2.3.4",
        "[::1]",
        "com",
        "exe",
        "-",
        "_",
        "\\",
        "xn--",
        "\u{ad}",
        "。",
        "CVE-2020-",
        "1234",
        "é",
    ];
    arbtest(|u| {
        let count = u.int_in_range(1..=8)?;
        let text = (0..count).map(|_| u.choose(&PIECES).copied()).collect::<Result<String, _>>()?;
        for kind in IndicatorKind::ALL {
            if let Ok(indicator) = Indicator::of(kind, &text) {
                let again = Indicator::of(kind, indicator.text());
                assert_eq!(again.as_ref(), Ok(&indicator), "{text}");
            }
        }
        Ok(())
    });
}

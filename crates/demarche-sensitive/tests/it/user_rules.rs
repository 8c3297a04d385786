use demarche_sensitive::{Check, Kind, Layout, RuleError, Rules, masked};

#[test]
fn a_rule_of_a_user_needs_its_context_and_its_check() {
    let rules = Rules::with_own(
        r#"
        [[rule]]
        id = "loyalty"
        title = "Loyalty card"
        pattern = '\b9\d{9}\b'
        check = "luhn"
        context = ["loyalty"]
        distance = 20
        exclude = '^99'
        "#,
    );
    let rules = rules.unwrap();
    let found = |text: &str| {
        let mut found = Vec::new();
        rules.scan(text, Layout::Prose, &mut found);
        found
    };
    let [finding] = &*found("loyalty card 9000000001") else { panic!("one finding") };
    assert_eq!(
        (finding.kind, finding.rule, finding.check),
        (Kind::Own, "loyalty", Check::Checksum)
    );
    assert_eq!(found("loyalty card 9000000002"), []);
    assert_eq!(found("a number 9000000001"), []);
}

#[test]
fn a_mistake_names_its_line_and_a_remedy() {
    let error = |toml: &str| Rules::with_own(toml).map(|_| ()).unwrap_err();
    let bad = error("[[rule]]\nid = \"a\"\ntitle = \"A\"\npattern = '('\n");
    assert!(matches!(&bad, RuleError::Rule { line: 4, .. }), "{bad}");
    let unknown = error("[[rule]]\nid = \"a\"\ntitle = \"A\"\npattern = 'a'\ncheck = \"crc\"\n");
    assert_eq!(unknown.to_string(), "line 5: rule `a`: unknown check `crc`");
    assert!(unknown.hint().contains("luhn"));
    assert!(matches!(error("[[rule]]\nid = 1\n"), RuleError::Toml { line: 2, .. }));
    assert!(matches!(
        error("[[rule]]\nid = \"card\"\ntitle = \"A\"\npattern = 'a'\n"),
        RuleError::Rule { .. }
    ));
}

#[test]
fn every_rule_has_a_title_a_check_and_a_source() {
    let rules = Rules::built_in();
    let mut ids: Vec<&str> = rules.all().iter().map(|rule| rule.id).collect();
    assert!(
        rules.all().iter().all(|rule| !rule.title.is_empty()
            && !rule.checked.is_empty()
            && !rule.source.is_empty())
    );
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn a_masked_value_shows_a_quarter_at_most() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_name(kind.name()), Some(kind));
        for value in ["", "ab", "12345", "4111111111111111", "пароль-42"] {
            let shown = masked(kind, value);
            let kept = value
                .chars()
                .rev()
                .zip(shown.chars().rev())
                .take_while(|(left, right)| left == right)
                .count();
            assert!(kept * 4 <= value.chars().count(), "{kind:?} {value} {shown}");
        }
    }
}

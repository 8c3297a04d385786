//! What is said about a case with many mistakes.

use demarche_case::{Case, ExposedSettings, Tlp};
use expect_test::expect;

const CASE: &str = r#"id = "Bad Case"
titel = "A slip of the pen"
tlp = "WHITE"
summary = 7
began = 2014-12-22T16:15:00
[owner]
organisation = ""
[target]
prefixes = ["175.45.176.1/24", "175.45.177.0/24"]
[[party]]
id = "china"
name = "China"
country = "CHN"
role = ["transit", "partnr"]
[[party]]
id = "china"
name = "China again"
role = "other"
[[effect]]
kind = "distruction"
text = "Disks erased"
number = -3
evidence = ["wipr"]
[[claim]]
kind = "attribution"
by = "chine"
text = "They did it"
source = { text = "press", url = "javascript:alert(1)" }
"#;

const EVIDENCE: &str = r#"[[evidence]]
id = "wiper"
kind = "sample"
title = "The wiper"
says = "It erases disks"
source = "FBI"
grade = "B7"
tlp = "RED"
release_to = ["CN"]
file = "../../etc/passwd"
strength = "weak"
[[evidence]]
id = "control"
kind = "infrastucture"
title = "Control address"
"#;

#[test]
fn every_mistake_is_named_at_once_with_its_place_and_remedy() {
    let error = Case::read(CASE, EVIDENCE).unwrap_err();
    expect![[r#"
        case.toml:1:1: case.toml has no `title`; add `title`: a text in quotes, not empty and without control characters
        case.toml:1:6: `id` is the text `Bad Case`; write a short name of lower-case letters, digits and hyphens: "sony-2014"
        case.toml:2:1: unknown key `titel` in case.toml; did you mean `title`?
        case.toml:3:7: `tlp` is the text `WHITE`; write a TLP 2.0 marking: "CLEAR", "GREEN", "AMBER", "AMBER+STRICT" or "RED"
        case.toml:4:11: `summary` is the number 7; write a text in quotes, not empty and without control characters
        case.toml:5:9: `began` is the time 2014-12-22T16:15:00; write a date as 2014, "2014-09" or 2014-11-24, or a time with its offset as 2014-12-22T16:15Z
        case.toml:6:1: owner has no `contact`; add `contact`: a text in quotes, not empty and without control characters
        case.toml:7:16: `organisation` is the text ``; write a text in quotes, not empty and without control characters
        case.toml:9:13: `prefixes` is the text `175.45.176.1/24`; write a prefix without host bits: "175.45.176.0/24"
        case.toml:13:11: `country` is the text `CHN`; write a country's two letters (ISO 3166-1): "CN"
        case.toml:14:20: `role` is the text `partnr`; did you mean `partner`? write one of victim, responsible-alleged, shelter-alleged, transit, law-enforcement, host, partner, cert, sender, other
        case.toml:16:6: party `china` again; the first is in line 11; give each its own id
        case.toml:19:1: effect has no `unit`; add `unit`: what is counted: "e-mails"
        case.toml:20:8: `kind` is the text `distruction`; did you mean `destruction`? write one of destruction, disclosure, disruption, coercion, espionage, theft, manipulation, other
        case.toml:22:10: `number` is the number -3; write a whole number, not negative, without quotes
        case.toml:23:13: no evidence has the id `wipr`; did you mean `wiper`?
        case.toml:26:6: no party has the id `chine`; did you mean `china`?
        case.toml:28:34: `url` is the text `javascript:alert(1)`; write a web address that begins with https:// or http://
        evidence.toml:7:9: `grade` is the text `B7`; write an Admiralty grade: a letter A to F for the source, a figure 1 to 6 for what it says, as "B2"
        evidence.toml:9:14: `release_to` cannot release what is TLP:RED; ask the source for a version under TLP:AMBER or lower, or remove `release_to`
        evidence.toml:10:8: `file` is the text `../../etc/passwd`; write a path inside the case folder, with `/` and without `..`: "samples/dropper.zip"
        evidence.toml:11:12: `strength` without `points_to`; add `points_to` with the parties that the item points to, or remove it
        evidence.toml:12:1: evidence `control` has no `grade`; add `grade`: an Admiralty grade: a letter A to F for the source, a figure 1 to 6 for what it says, as "B2"
        evidence.toml:12:1: evidence `control` has no `says`; add `says`: a text in quotes, not empty and without control characters
        evidence.toml:12:1: evidence `control` has no `source`; add `source`: who says so, where and when
        evidence.toml:12:1: evidence `control` has no `tlp`; add `tlp`: a TLP 2.0 marking: "CLEAR", "GREEN", "AMBER", "AMBER+STRICT" or "RED"
        evidence.toml:14:8: `kind` is the text `infrastucture`; did you mean `infrastructure`? write one of sample, technique, software, infrastructure, shared-code, artefact, motive, claim-of-responsibility, damage, route-data"#]].assert_eq(&error.to_string());
}

#[test]
fn text_that_is_no_toml_is_named_and_the_rest_is_still_read() {
    let broken =
        "id = \"a\"\ntitle = \"unclosed\nsummary = 5\ntlp = \"PINK\"\n[owner\ncontact = 1\n";
    let error = Case::read(broken, "[[evidence]]\nid = \"é\" = 5\n").unwrap_err();
    expect![[r#"
        case.toml:2:18: not TOML: invalid basic string, expected `"`; see https://toml.io for how to write it
        case.toml:3:11: `summary` is the number 5; write a text in quotes, not empty and without control characters
        case.toml:4:7: `tlp` is the text `PINK`; write a TLP 2.0 marking: "CLEAR", "GREEN", "AMBER", "AMBER+STRICT" or "RED"
        case.toml:5:7: not TOML: unclosed table, expected `]`; see https://toml.io for how to write it
        case.toml:6:1: unknown key `contact` in case.toml; keys here: id, title, tlp, summary, began, detected, owner, release_to, target, routes, exposed, hypothesis, record, request, party, event, effect, threat, claim
        evidence.toml:2:10: not TOML: unexpected key or value, expected newline, `#`; see https://toml.io for how to write it"#]].assert_eq(&error.to_string());
}

pub(crate) const SMALL: &str = r#"
id = "a"
title = "t"
tlp = "GREEN"
summary = """
Two
lines."""
owner = { organisation = "o", contact = "c" }
[[event]]
date = 2014
text = "x"
evidence = ["secret"]
[[event]]
date = 2013-02-03
text = "y"
[[event]]
date = 2012-02-03T04:05+09:00
text = "z"
tlp = "CLEAR"
evidence = ["secret"]
"#;

pub(crate) const SECRET: &str = r#"
[[evidence]]
id = "secret"
kind = "motive"
title = "t"
says = "s"
source = { text = "x", url = "https://example.org/a" }
grade = "a1"
tlp = "TLP:RED"
"#;

#[test]
fn what_has_no_marking_takes_the_strictest_of_the_case_and_of_what_it_cites() {
    let case = Case::read(SMALL, SECRET).unwrap();
    let marks: Vec<Tlp> = case.events.iter().map(|event| event.tlp).collect();
    assert_eq!(marks, [Tlp::Clear, Tlp::Green, Tlp::Red]);
    assert_eq!(case.marking(), Tlp::Red);
    assert_eq!(case.summary, "Two lines.");
    assert_eq!(case.events[0].date.to_string(), "2012-02-02T19:05Z");
}

/// A case with two items and one event that cites both, with their keys.
fn citing(case: &str, items: [&str; 2], event: &str) -> Case {
    let text = format!(
        "id = \"a\"\ntitle = \"t\"\nsummary = \"s\"\n{case}\nowner = {{ organisation = \"o\", contact = \"c\" }}\n\
         [[event]]\ndate = 2014\ntext = \"x\"\nevidence = [\"one\", \"two\"]\n{event}\n"
    );
    let item = |id: &str, keys: &str| {
        format!(
            "[[evidence]]\nid = \"{id}\"\nkind = \"motive\"\ntitle = \"t\"\nsays = \"s\"\nsource = \"x\"\ngrade = \"A1\"\n{keys}\n"
        )
    };
    let [one, two] = items;
    Case::read(&text, &(item("one", one) + &item("two", two))).unwrap()
}

#[test]
fn what_has_neither_key_goes_where_the_case_and_all_that_it_cites_go() {
    let (green, to_two) = ("tlp = \"GREEN\"", "tlp = \"AMBER\"\nrelease_to = [\"BE\", \"DE\"]");
    let (to_one, to_nobody) = ("tlp = \"AMBER\"\nrelease_to = [\"DE\", \"MD\"]", "tlp = \"AMBER\"");
    let red = "tlp = \"RED\"";
    for (case, items, event, tlp, states) in [
        (to_two, [green, green], "", Tlp::Amber, vec!["BE", "DE"]),
        (green, [to_two, green], "", Tlp::Amber, vec!["BE", "DE"]),
        (to_two, [to_one, green], "", Tlp::Amber, vec!["DE"]),
        (to_two, [to_two, to_nobody], "", Tlp::Amber, vec![]),
        (to_two, [to_two, red], "", Tlp::Red, vec![]),
        (to_two, [to_two, green], to_nobody, Tlp::Amber, vec![]),
        (to_two, [to_two, green], "release_to = [\"FR\"]", Tlp::Amber, vec!["FR"]),
        (green, [green, green], "", Tlp::Green, vec![]),
    ] {
        let read = citing(case, items, event).events.remove(0);
        let told: Vec<String> = read.release_to.iter().map(ToString::to_string).collect();
        assert_eq!((read.tlp, told), (tlp, states.into_iter().map(str::to_owned).collect()));
    }
}

/// A case with one party and a hypothesis on it.
fn with_party(party: &str, kind: &str) -> Result<Case, demarche_case::CaseError> {
    let text = format!(
        "id = \"a\"\ntitle = \"t\"\ntlp = \"GREEN\"\nsummary = \"s\"\nowner = {{ organisation = \"o\", contact = \"c\" }}\n\
         [[party]]\nid = \"p\"\nname = \"P\"\nrole = \"responsible-alleged\"\n{party}\n\
         [[hypothesis]]\nparty = \"p\"\ntext = \"x\"\nkind = \"{kind}\"\n"
    );
    Case::read(&text, "")
}

#[test]
fn a_private_party_stands_for_no_state_and_is_a_suspect_of_its_own() {
    let cyprus: demarche_case::Country = "CY".parse().unwrap();
    for (sector, is_state) in [
        ("", true),
        ("sector = \"government\"", true),
        ("sector = \"military\"", true),
        ("sector = \"company\"", false),
        ("sector = \"people\"", false),
        ("sector = \"critical-infrastructure\"", false),
    ] {
        let case = with_party(&format!("country = \"CY\"\n{sector}"), "state").unwrap();
        assert_eq!(case.accuses(cyprus), is_state, "{sector}");
        assert_eq!(case.parties[0].state().is_some(), is_state, "{sector}");
        assert_eq!(case.parties[0].registered_in().is_none(), is_state, "{sector}");
        let alone = Case { hypotheses: Vec::new(), ..case };
        assert_eq!(alone.suspects().is_empty(), is_state, "{sector}");
    }
}

#[test]
fn an_accused_party_cannot_stand_for_a_state_and_act_for_none() {
    for kind in ["criminal", "hacktivist", "insider"] {
        let error = with_party("country = \"CY\"", kind).unwrap_err().to_string();
        assert!(error.contains("acts for no state") && error.contains("`sector`"), "{error}");
        assert!(with_party("country = \"CY\"\nsector = \"company\"", kind).is_ok());
        assert!(with_party("", kind).is_ok());
    }
    for kind in ["state", "unknown"] {
        assert!(with_party("country = \"CY\"", kind).is_ok());
    }
}

#[test]
fn a_month_without_quotes_is_told_how_to_write_it() {
    for (date, month) in [("2025-03", true), ("2025-03 # first", true), ("2025-3-1", false)] {
        let text = format!("{SMALL}\n[[event]]\ndate = {date}\ntext = \"x\"\n");
        let error = Case::read(&text, SECRET).unwrap_err().to_string();
        assert_eq!(error.contains("write a month in quotes: \"2025-03\""), month, "{error}");
    }
}

#[test]
fn a_date_with_the_day_first_is_told_how_to_write_it() {
    for date in ["23.03.2022", "\"23.03.2022\"", "23/03/2022"] {
        let text = format!("{SMALL}\n[[event]]\ndate = {date}\ntext = \"x\"\n");
        let error = Case::read(&text, SECRET).unwrap_err().to_string();
        assert!(error.contains("write a date as year, month and day: 2022-03-23"), "{error}");
    }
}

#[test]
fn a_code_of_no_state_is_refused_wherever_a_state_is_meant() {
    let party = |code: &str| {
        let party = "[[party]]\nid = \"a\"\nname = \"A\"\nrole = \"partner\"";
        Case::read(&format!("{SMALL}\n{party}\ncountry = \"{code}\"\n"), SECRET)
    };
    for (code, remedy) in [
        ("UK", "did you mean \"GB\" (United Kingdom)?"),
        ("Russia", "did you mean \"RU\" (Russia)?"),
        ("XX", "write a country's two letters (ISO 3166-1): \"CN\""),
        ("EW", "write a country's two letters"),
    ] {
        let error = party(code).unwrap_err().to_string();
        assert!(error.contains(&format!("`country` is the text `{code}`")), "{error}");
        assert!(error.contains(remedy), "{error}");
    }
    assert!(party("gb").is_ok() && party("XK").is_ok());
    let released = SMALL.replacen('\n', "\nrelease_to = [\"FR\", \"UK\"]\n", 1);
    let error = Case::read(&released, SECRET).unwrap_err().to_string();
    assert!(error.contains("`release_to` is the text `UK`"), "{error}");
}

#[test]
fn a_case_written_as_json_is_read_back() {
    let case = Case::read(SMALL, SECRET).unwrap();
    let json = serde_json::to_string(&case).unwrap();
    assert_eq!(serde_json::from_str::<Case>(&json).unwrap(), case);
}

#[test]
fn line_ends_of_windows_change_nothing() {
    let windows = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(
        Case::read(&windows(SMALL), &windows(SECRET)).unwrap(),
        Case::read(SMALL, SECRET).unwrap()
    );
    let error = Case::read(&windows(CASE), &windows(EVIDENCE)).unwrap_err();
    assert_eq!(error, Case::read(CASE, EVIDENCE).unwrap_err());
}

#[test]
fn a_hostile_file_is_refused_in_bounded_time_and_problems() {
    for (line, count) in [
        ("=\n", 500_000),
        ("a1234567 = 1\n[[x]]\n", 50_000),
        ("[[evidence]]\nid=\"a\"\n", 50_000),
        ("é = 'é' é\n", 100_000),
    ] {
        let error = Case::read(&line.repeat(count), &line.repeat(count)).unwrap_err();
        assert!(error.problems.len() <= 6_000, "{line} {}", error.problems.len());
    }
    let ids = format!("[[event]]\ndate=2014\ntext='é'\nevidence=[{}]", "'é','a',".repeat(200_000));
    assert!(Case::read(&ids, "").unwrap_err().problems.len() <= 6_000);
    let deep = format!("a = {}", "[".repeat(1_000_000));
    assert!(Case::read(&deep, "").is_err());
}

/// A case with a table of what requests say.
fn with_request(table: &str) -> Result<Case, demarche_case::CaseError> {
    let case = "id = \"x\"\ntitle = \"t\"\ntlp = \"GREEN\"\nsummary = \"s\"\n[owner]\norganisation = \"o\"\ncontact = \"c\"\n";
    Case::read(&format!("{case}[request]\n{table}"), "")
}

#[test]
fn what_requests_say_has_defaults_and_bounds() {
    let usual = with_request("").unwrap().request;
    assert_eq!((usual.answer_within_days, usual.preserve_within_days), (14, 3));
    let own = with_request("answer_within_days = 30\noffers = [\"to share what is found\"]\n");
    let own = own.unwrap().request;
    assert_eq!((own.answer_within_days, own.preserve_within_days), (30, 3));
    assert_eq!(own.offers, ["to share what is found"]);
    for wrong in ["answer_within_days = 0", "preserve_within_days = 366", "answer_in = 3"] {
        assert!(with_request(wrong).unwrap_err().problems[0].line == Some(9), "{wrong}");
    }
}

/// Two parts that a view cannot tell apart would let one addressee see what is another's.
#[test]
fn what_was_leaked_goes_where_the_case_goes_unless_it_has_a_marking_of_its_own() {
    let exposed = |tables: &str| {
        let case = "id = \"a\"\ntitle = \"a\"\ntlp = \"AMBER\"\nrelease_to = [\"JP\"]\nsummary = \"a\"\n[owner]\norganisation = \"a\"\ncontact = \"a\"\n";
        Case::read(&format!("{case}{tables}"), "").map(|case| (case.marking(), case.exposed))
    };
    let states = |settings: &ExposedSettings| settings.release_to.len();
    let (_, usual) = exposed("").unwrap();
    assert_eq!((usual.folder.as_str(), usual.tlp, states(&usual)), ("exposed", Tlp::Amber, 1));
    let (_, named) = exposed("[exposed]\nfolder = \"leak/mail\"\n").unwrap();
    assert_eq!((named.folder.as_str(), named.tlp, states(&named)), ("leak/mail", Tlp::Amber, 1));
    let (marking, strict) = exposed("[exposed]\ntlp = \"RED\"\n").unwrap();
    assert_eq!((marking, strict.tlp, states(&strict)), (Tlp::Red, Tlp::Red, 0));
    for wrong in ["tlp = \"RED\"\nrelease_to = [\"JP\"]", "folder = \"../other\"", "place = \"x\""]
    {
        assert!(exposed(&format!("[exposed]\n{wrong}\n")).is_err(), "{wrong}");
    }
}

#[test]
fn two_hypotheses_on_a_party_and_a_link_doubted_twice_are_mistakes() {
    let case = "id = \"x\"\ntitle = \"X\"\ntlp = \"GREEN\"\nsummary = \"X.\"\n[owner]\norganisation = \"X\"\ncontact = \"x\"\n\
        [[party]]\nid = \"gang\"\nname = \"Gang\"\nrole = \"other\"\n\
        [[hypothesis]]\nparty = \"gang\"\ntext = \"One.\"\n[[hypothesis]]\nparty = \"gang\"\ntext = \"Two.\"\n\
        [[routes.doubtful]]\nleft = 1\nright = 2\nreason = \"One.\"\nsource = \"S\"\n\
        [[routes.doubtful]]\nleft = 2\nright = 1\nreason = \"Two.\"\nsource = \"S\"\n";
    let error = Case::read(case, "").unwrap_err().to_string();
    assert!(error.contains("two hypotheses are on the party `gang`"), "{error}");
    assert!(error.contains("the link between AS2 and AS1 is doubted twice"), "{error}");
}

#[test]
fn nothing_later_than_a_day_is_in_the_case_as_of_that_day() {
    let evidence = |id: &str, source: &str| {
        format!(
            "[[evidence]]\nid = \"{id}\"\nkind = \"motive\"\ntitle = \"T\"\nsays = \"S\"\nsource = \"{source}\"\ngrade = \"B2\"\ntlp = \"CLEAR\"\n"
        )
    };
    let case = "id = \"x\"\ntitle = \"X\"\ntlp = \"CLEAR\"\nsummary = \"X.\"\n[owner]\norganisation = \"X\"\ncontact = \"x\"\n\
        [[party]]\nid = \"p\"\nname = \"P\"\nrole = \"other\"\n\
        [[effect]]\nkind = \"disruption\"\ntext = \"E.\"\ndate = 2015-06-01\n\
        [[threat]]\ntext = \"T.\"\ndate = 2015-06-01\n\
        [[claim]]\nkind = \"statement\"\nby = \"p\"\ntext = \"C.\"\nsource = \"Press, 2015-06-01\"\n\
        [[event]]\ndate = 2015-03-01\ntext = \"Late known.\"\nsource = \"Press, 2015-06-01\"\n";
    let both =
        [evidence("early", "A, 2015-03-01; B, 2015-06-01"), evidence("late", "B, 2015-06-01")];
    let case = Case::read(case, &both.concat()).unwrap_or_else(|error| panic!("{error}"));
    let known = case.as_of("2015-03-10".parse().unwrap());
    assert_eq!((known.effects.len(), known.threats.len()), (0, 0));
    assert_eq!((known.claims.len(), known.events.len()), (0, 0));
    let left: Vec<&str> = known.evidence.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(left, ["early"]);
}

#[test]
fn evidence_that_repeats_itself_in_a_circle_is_refused() {
    const CASE: &str = "id = \"made\"\ntitle = \"Made\"\ntlp = \"CLEAR\"\nsummary = \"Made up.\"\n[owner]\norganisation = \"Made\"\ncontact = \"made\"\n";
    let refused = |pairs: &[(&str, &str)]| {
        let item = |(id, repeats): &(&str, &str)| {
            let repeats = if repeats.is_empty() {
                String::new()
            } else {
                format!("repeats = [\"{repeats}\"]\n")
            };
            format!(
                "[[evidence]]\nid = \"{id}\"\nkind = \"motive\"\ntitle = \"A\"\nsays = \"B.\"\nsource = \"C\"\ngrade = \"B2\"\ntlp = \"CLEAR\"\n{repeats}"
            )
        };
        let evidence: String = pairs.iter().map(item).collect();
        Case::read(CASE, &evidence).err().map(|error| error.to_string())
    };
    assert_eq!(refused(&[("a", ""), ("b", "a"), ("c", "a"), ("d", "c")]), None);
    let circle = refused(&[("a", "c"), ("b", "a"), ("c", "b"), ("d", "c")]).unwrap();
    assert!(circle.contains("`a` and `c` and `b` repeat each other"), "{circle}");
    let own = refused(&[("a", "a")]).unwrap();
    assert!(own.contains("`a` and itself repeat each other"), "{own}");
}

#[test]
fn a_party_acts_for_one_that_has_a_state_in_the_end_and_never_for_itself() {
    let read = |parties: &[(&str, &str)]| {
        let head = "id = \"a\"\ntitle = \"A\"\ntlp = \"CLEAR\"\nsummary = \"A.\"\n[owner]\norganisation = \"A\"\ncontact = \"a\"\n";
        let party = |(id, more): &(&str, &str)| {
            format!("[[party]]\nid = \"{id}\"\nname = \"{id}\"\nrole = \"other\"\n{more}\n")
        };
        let text = head.to_owned() + &parties.iter().map(party).collect::<String>();
        Case::read(&text, "")
    };
    let state = ("state", "country = \"RU\"");
    let case = read(&[("front", "acts_for = \"firm\""), ("firm", "acts_for = \"state\""), state]);
    let case = case.unwrap();
    assert_eq!(case.patron(&case.parties[0]), Some(&case.parties[2]));
    assert_eq!(case.patron(&case.parties[2]), None);
    for (parties, met) in [
        (vec![("front", "acts_for = \"front\"")], "the party `front` acts for itself in the end"),
        (
            vec![("one", "acts_for = \"two\""), ("two", "acts_for = \"one\"")],
            "the party `one` acts for itself in the end",
        ),
        (
            vec![("front", "acts_for = \"gang\""), ("gang", "")],
            "the party `front` acts for `gang`, which has no country",
        ),
        (vec![("front", "acts_for = \"nobody\""), state], "no party has the id `nobody`"),
    ] {
        let error = read(&parties).unwrap_err().to_string();
        assert!(error.contains(met), "{error}");
    }
}

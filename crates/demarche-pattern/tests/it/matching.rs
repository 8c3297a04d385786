//! Matching: times, repetitions, references, budgets.

use demarche_pattern::{Budget, MatchError, Matcher, Observation, Pattern};
use serde_json::{Value, json};

/// An observation of `x:n = number`, from one second to another of one minute, a number of times.
fn seen(number: u64, first: u64, last: u64, count: u64) -> [Value; 2] {
    let id = format!("x--{number}-{first}-{last}-{count}");
    let time = |second| format!("2020-01-01T00:00:{second:02}Z");
    let observed = json!({"type": "observed-data", "id": format!("observed-data--{id}"),
        "first_observed": time(first), "last_observed": time(last), "number_observed": count,
        "object_refs": [id]});
    [json!({"type": "x", "id": id, "n": number}), observed]
}

fn find(pattern: &str, objects: &[Value]) -> Result<Option<Vec<usize>>, MatchError> {
    let (observations, errors) = Observation::read_all(objects);
    assert!(errors.is_empty(), "{errors:?}");
    let pattern: Pattern = pattern.parse().expect("a pattern");
    Matcher::new(&pattern)?.find(&observations, Budget::default())
}

#[test]
fn qualifiers_and_operators_bind_observations_of_their_own() {
    let objects =
        [seen(1, 0, 0, 1), seen(2, 5, 5, 1), seen(1, 9, 9, 2), seen(3, 2, 20, 1)].concat();
    for (pattern, expected) in [
        ("[x:n = 1]", Some(vec![0])),
        ("[x:n = 4]", None),
        ("[x:n = 1] AND [x:n = 1]", Some(vec![0, 2])),
        ("[x:n = 2] AND [x:n = 2]", None),
        ("[x:n = 4] OR [x:n = 2]", Some(vec![1])),
        ("[x:n = 2] FOLLOWEDBY [x:n = 1]", Some(vec![1, 2])),
        ("[x:n = 3] FOLLOWEDBY [x:n = 1]", Some(vec![2, 3])),
        ("[x:n = 2] FOLLOWEDBY [x:n = 1] FOLLOWEDBY [x:n = 2]", None),
        ("[x:n = 1] REPEATS 3 TIMES", Some(vec![0, 2])),
        ("[x:n = 1] REPEATS 4 TIMES", None),
        ("[x:n = 1] REPEATS 2 TIMES WITHIN 1 SECONDS", Some(vec![2])),
        ("[x:n = 1] REPEATS 3 TIMES WITHIN 8 SECONDS", None),
        ("([x:n = 1] AND [x:n = 2]) WITHIN 4 SECONDS", Some(vec![1, 2])),
        ("([x:n = 1] AND [x:n = 2]) REPEATS 2 TIMES", None),
        ("[x:n = 1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:10Z'", Some(vec![2])),
        ("[x:n = 1] START t'2020-01-01T00:00:01Z' STOP t'2020-01-01T00:00:09Z'", None),
    ] {
        assert_eq!(find(pattern, &objects).unwrap(), expected, "{pattern}");
    }
}

#[test]
fn all_times_hold_for_one_choice_of_instants() {
    // The first lies in 0 to 10, the second in 0 to 3: alone each condition can hold.
    let objects = [seen(1, 0, 10, 1), seen(2, 0, 3, 1)].concat();
    let window = "START t'2020-01-01T00:00:05Z' STOP t'2020-01-01T00:00:10Z'";
    assert_eq!(find(&format!("[x:n = 1] {window} FOLLOWEDBY [x:n = 2]"), &objects), Ok(None));
    assert_eq!(
        find(&format!("[x:n = 2] FOLLOWEDBY [x:n = 1] {window}"), &objects),
        Ok(Some(vec![0, 1]))
    );
    let close = format!("([x:n = 2] FOLLOWEDBY [x:n = 1] {window}) WITHIN 1 SECONDS");
    assert_eq!(find(&close, &objects), Ok(None));
}

#[test]
fn a_hard_search_ends_with_a_named_error() {
    let objects: Vec<Value> = (0..40).flat_map(|second| seen(1, second, second + 1, 1)).collect();
    let pair = "([x:n = 1] FOLLOWEDBY [x:n = 1]) WITHIN 3 SECONDS";
    let all = format!("({pair}) REPEATS 25 TIMES");
    assert!(matches!(find(&all, &objects), Err(MatchError::Budget { .. }) | Ok(None)));
    let many = vec!["[x:n = 1]"; 300].join(" AND ");
    assert!(matches!(
        find(&many, &objects),
        Err(MatchError::TooManyExpressions { wanted: 300, .. })
    ));
    let huge = "([x:n = 1] AND [x:n = 1]) REPEATS 18446744073709551615 TIMES";
    assert!(matches!(find(huge, &objects), Err(MatchError::TooManyExpressions { .. })));
}

#[test]
fn thousands_of_repetitions_are_found_in_time() {
    let objects: Vec<Value> = (0..2000)
        .flat_map(|number| {
            let mut pair = seen(1, number % 60, number % 60, 1);
            for object in &mut pair {
                object["id"] = format!("{}-{number}", object["id"]).into();
            }
            pair[1]["object_refs"] = json!([pair[0]["id"]]);
            pair
        })
        .collect();
    let found = find("[x:n = 1] REPEATS 2000 TIMES WITHIN 60 SECONDS", &objects).unwrap();
    assert_eq!(found.map(|found| found.len()), Some(2000));
    assert_eq!(find("[x:n = 1] REPEATS 2000 TIMES WITHIN 58 SECONDS", &objects), Ok(None));
    let many = "[x:n = 1] REPEATS 18446744073709551615 TIMES";
    assert_eq!(find(many, &objects), Ok(None));
}

#[test]
fn references_that_branch_cost_budget_and_not_memory() {
    let ids: Vec<String> = (0..50).map(|number| format!("x--{number}")).collect();
    let mut objects: Vec<Value> =
        ids.iter().map(|id| json!({"type": "x", "id": id, "a_refs": ids})).collect();
    let mut observed = seen(0, 0, 0, 1)[1].clone();
    observed["object_refs"] = json!(ids);
    objects.push(observed);
    let path = ["a_refs[*]"; 12].join(".");
    assert!(matches!(find(&format!("[x:{path}.n = 1]"), &objects), Err(MatchError::Budget { .. })));
}

#[test]
fn a_reference_is_followed_by_a_key_only() {
    let objects = json!([
        {"type": "ipv4-addr", "id": "ipv4-addr--1", "value": "10.1.2.3"},
        {"type": "network-traffic", "id": "network-traffic--1", "src_ref": "ipv4-addr--1",
         "protocols": ["tcp", "http"], "dst_ref": "ipv4-addr--2", "payload_bin": "YWJj",
         "extensions": {"http-request-ext": {"request_header": {"User-Agent": ["curl"]}}}},
        {"type": "observed-data", "id": "observed-data--1", "number_observed": 1,
         "first_observed": "2020-01-01T00:00:00Z", "last_observed": "2020-01-01T00:00:00Z",
         "object_refs": ["ipv4-addr--1", "network-traffic--1", "ipv4-addr--2"]}
    ]);
    let objects = objects.as_array().unwrap();
    for (pattern, is_found) in [
        ("[network-traffic:src_ref.value = '10.1.2.3']", true),
        ("[network-traffic:src_ref.value ISSUBSET '10.0.0.0/8']", true),
        ("[network-traffic:src_ref.value NOT ISSUBSET '10.0.0.0/8']", false),
        ("[network-traffic:src_ref = 'ipv4-addr--1']", true),
        ("[network-traffic:dst_ref.value != 'x']", false),
        ("[network-traffic:protocols[*] = 'http' AND network-traffic:protocols[0] = 'tcp']", true),
        ("[network-traffic:protocols[2] = 'http']", false),
        ("[network-traffic:protocols[-1] = 'http']", false),
        ("[network-traffic:payload_bin = h'616263']", true),
        ("[network-traffic:payload_bin MATCHES '^a']", true),
        ("[network-traffic:payload_bin LIKE 'a_c']", true),
        (
            "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'[*] MATCHES 'c.rl']",
            true,
        ),
        ("[EXISTS network-traffic:src_ref]", true),
        ("[NOT EXISTS network-traffic:src_port]", true),
        ("[NOT EXISTS ipv6-addr:value]", false),
        ("[ipv4-addr:value = '10.1.2.3' AND network-traffic:protocols[0] = 'tcp']", false),
        ("[ipv4-addr:value = '10.1.2.3'] AND [network-traffic:protocols[0] = 'tcp']", false),
    ] {
        assert_eq!(find(pattern, objects).unwrap().is_some(), is_found, "{pattern}");
    }
}

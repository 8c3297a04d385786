//! Sorting, filters and pages: TAXII 2.1, sections 3.3 to 3.5.

use demarche_server::Timestamp;

use super::served::{Caller, id, indicator, object, serve};

/// Three indicators with up to three versions, and three of malware.
fn fill(caller: &Caller<'_>) {
    caller.add(&[indicator(1, 1), object("malware", 1, 1), indicator(1, 3), indicator(2, 1)]);
    caller.add(&[
        indicator(1, 2),
        object("malware", 2, 1),
        indicator(3, 1),
        object("malware", 3, 1),
    ]);
}

fn versions(caller: &Caller<'_>, rest: &str) -> Vec<String> {
    let json = caller.read(rest).json();
    let list = json["objects"].as_array().cloned().unwrap_or_default();
    let day = |object: &serde_json::Value| {
        object["version"].as_str().unwrap().chars().skip(8).take(2).collect()
    };
    list.iter().map(day).collect()
}

#[test]
fn s_3_3_objects_come_in_the_order_in_which_they_were_added() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(9, 1)]);
    caller.add(&[indicator(5, 1), indicator(7, 1)]);
    assert_eq!(caller.read("objects/").ids(), [9, 5, 7].map(|number| id("indicator", number)));
}

#[test]
fn s_3_4_a_malformed_parameter_is_400_at_each_address() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1)]);
    let one = format!("objects/{}/", id("indicator", 1));
    for rest in ["objects/", "manifest/", &one, &format!("{one}versions/")] {
        for query in [
            "limit=0",
            "limit=-5",
            "limit=ten",
            "added_after=yesterday",
            "added_after=2026-13-01T00:00:00.000000Z",
            "added_after=2026-01-01T00:00:00.000000Z&added_after=2026-01-01T00:00:00.000000Z",
            "next=unknown",
            "next=",
            "match[spec_version]=x",
        ] {
            assert_eq!(caller.read(&format!("{rest}?{query}")).status, 400, "{rest} {query}");
        }
    }
    for query in
        ["match[version]=all,last", "match[version]=x", "match[type]=", "match[id]=a&match[id]=b"]
    {
        assert_eq!(caller.read(&format!("objects/?{query}")).status, 400, "{query}");
    }
}

#[test]
fn s_3_4_added_after_is_exclusive_and_loses_nothing_of_one_batch() {
    let served = serve();
    let caller = served.as_user("both");
    let all: Vec<_> = (0..15).map(|number| indicator(number, 1)).collect();
    caller.add(&all);
    let (mut seen, mut after) = (Vec::new(), "2000-01-01T00:00:00.000000Z".to_owned());
    for _ in 0..4 {
        let page = caller.read(&format!("objects/?limit=4&added_after={after}"));
        seen.extend(page.ids());
        after = page.header("x-taxii-date-added-last").unwrap().to_owned();
    }
    assert_eq!(seen, (0..15).map(|number| id("indicator", number)).collect::<Vec<_>>());
}

#[test]
fn s_3_4_times_of_addition_increase_also_when_the_clock_goes_back() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1), indicator(2, 1)]);
    *served.clock.lock().unwrap() = Timestamp::EPOCH;
    caller.add(&[indicator(3, 1)]);
    let path = served.path(&format!("objects/{}/", id("indicator", 3)));
    assert_eq!(caller.delete(&path).status, 200);
    caller.add(&[indicator(4, 1)]);
    let json = caller.read("manifest/").json();
    let added: Vec<_> = json["objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["date_added"].as_str().unwrap())
        .collect();
    assert!(added.is_sorted_by(|left, right| left < right), "{added:?}");
    assert_eq!(added[2], "2026-01-01T00:00:00.000003Z");
}

#[test]
fn s_3_4_1_matches_are_joined_by_and_and_values_by_or() {
    let served = serve();
    let caller = served.as_user("both");
    fill(&caller);
    let ids = |query: &str| caller.read(&format!("objects/?{query}")).ids();
    assert_eq!(ids("match[type]=malware").len(), 3);
    assert_eq!(ids("match[type]=malware,indicator").len(), 6);
    assert_eq!(ids("match%5Btype%5D=tool"), Vec::<String>::new());
    let (one, two) = (id("indicator", 1), id("malware", 2));
    assert_eq!(ids(&format!("match[id]={two},{one}")), [one.clone(), two.clone()]);
    assert_eq!(ids(&format!("match[id]={two},{one}&match[type]=malware")), [two]);
    assert_eq!(ids("match[unknown]=x").len(), 6);
    assert_eq!(ids("match[spec_version]=2.1").len(), 6);
    assert_eq!(ids("match[spec_version]=2.0,3.0").len(), 0);
    let sorted = caller.read("manifest/?match[type]=malware,indicator").ids();
    assert_eq!(sorted, caller.read("manifest/").ids());
}

#[test]
fn s_3_4_1_versions_are_last_first_all_or_exact() {
    let served = serve();
    let caller = served.as_user("both");
    fill(&caller);
    let of = |query: &str| {
        versions(&caller, &format!("manifest/?match[id]={}{query}", id("indicator", 1)))
    };
    assert_eq!(of(""), ["03"]);
    assert_eq!(of("&match[version]=last"), ["03"]);
    assert_eq!(of("&match[version]=first"), ["01"]);
    assert_eq!(of("&match[version]=first,last"), ["01", "03"]);
    assert_eq!(of("&match[version]=all"), ["01", "03", "02"]);
    assert_eq!(of("&match[version]=2026-01-02T00:00:00Z"), ["02"]);
    assert_eq!(of("&match[version]=first,2026-01-02T00:00:00.0Z,last"), ["01", "03", "02"]);
    assert_eq!(versions(&caller, "manifest/?match[type]=indicator&match[version]=all").len(), 5);
    assert_eq!(versions(&caller, "manifest/?match[version]=first").len(), 6);
    assert_eq!(versions(&caller, "manifest/?match[version]=2026-01-02T00:00:00Z"), ["02"]);
    let one = format!("objects/{}/", id("indicator", 1));
    assert_eq!(caller.read(&format!("{one}?match[version]=all")).ids().len(), 3);
    let json = caller.read(&format!("{one}versions/?limit=2")).json();
    assert_eq!((json["versions"].as_array().unwrap().len(), &json["more"]), (2, &true.into()));
}

#[test]
fn s_3_4_1_of_two_versions_of_stix_the_later_comes_unless_asked() {
    let served = serve();
    let caller = served.as_user("both");
    let new = indicator(1, 1);
    let old = new.replace(r#""spec_version":"2.1","#, "");
    for objects in [[old.clone(), new.clone()], [new, old]] {
        caller.add(&objects);
        let media = |query: &str| {
            let json = caller.read(&format!("manifest/?{query}")).json();
            let list = json["objects"].as_array().cloned().unwrap_or_default();
            let media = |one: &serde_json::Value| {
                one["media_type"].as_str().unwrap().chars().skip(30).collect::<String>()
            };
            list.iter().map(media).collect::<Vec<_>>()
        };
        assert_eq!(media(""), ["2.1"]);
        assert_eq!(media("match[version]=all"), ["2.1"]);
        assert_eq!(media("match[spec_version]=2.0"), ["2.0"]);
        assert_eq!(media("match[spec_version]=2.0,2.1").len(), 2);
        let path = served.path(&format!("objects/{}/", id("indicator", 1)));
        assert_eq!(caller.delete(&format!("{path}?match[spec_version]=2.1")).status, 200);
        assert_eq!(media(""), ["2.0"]);
        assert_eq!(caller.delete(&format!("{path}?match[version]=last")).status, 200);
        assert_eq!(caller.get(&path).status, 404);
    }
}

#[test]
fn s_3_5_pages_by_next_have_each_object_once_with_its_filter() {
    let served = serve();
    let caller = served.as_user("both");
    fill(&caller);
    for (name, filter) in [
        ("objects", "match[version]=all"),
        ("manifest", "match[type]=malware"),
        ("objects", "match[version]=first"),
    ] {
        let whole = caller.read(&format!("{name}/?{filter}"));
        assert!(whole.json().get("more").is_none() && whole.json().get("next").is_none());
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = caller.read(&format!("{name}/?limit=2&{filter}{next}"));
            seen.extend(page.ids());
            let json = page.json();
            if json.get("more").is_none() {
                break;
            }
            next = format!("&next={}", json["next"].as_str().unwrap());
        }
        assert_eq!(seen, whole.ids(), "{filter}");
        assert_eq!(
            caller.read(&format!("{name}/?limit=2{next}")).status,
            400,
            "the filter was dropped"
        );
    }
}

#[test]
fn s_3_4_a_limit_is_never_exceeded_and_a_huge_one_is_a_limit() {
    let served = serve();
    let caller = served.as_user("both");
    fill(&caller);
    assert_eq!(caller.read("objects/?limit=1").ids().len(), 1);
    assert_eq!(caller.read("objects/?limit=6").json().get("more"), None);
    assert_eq!(caller.read(&format!("objects/?limit={}", "9".repeat(30))).ids().len(), 6);
}

#[test]
fn s_3_5_the_last_page_may_be_empty_when_objects_were_deleted() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1), indicator(2, 1)]);
    let next = caller.read("objects/?limit=1").json()["next"].as_str().unwrap().to_owned();
    caller.delete(&served.path(&format!("objects/{}/", id("indicator", 2))));
    let page = caller.read(&format!("objects/?limit=1&next={next}"));
    assert_eq!((page.status, page.json()), (200, serde_json::json!({})));
}

//! Laws of precedents, on invented attacks.

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use demarche_case::Country;
use demarche_case::assessment::precedents::{Circle, PrecedentFindings, PrecedentQuestion, Rate};
use demarche_case::record::{Attribution, Catalogue, PreviousAttack, Record, RecordId, Victim};
use demarche_response::precedents;

const STATES: [&str; 4] = ["US", "KP", "RU", "CN"];

fn state(u: &mut Unstructured<'_>) -> Result<Country> {
    Ok(u.choose(&STATES)?.parse().unwrap())
}

/// An attack with whatever in the columns that are read.
fn attack(u: &mut Unstructured<'_>, number: usize) -> Result<PreviousAttack> {
    let columns = [
        "severity",
        "Concession",
        "objective_achievement",
        "cyber_objective",
        "method",
        "initiator: severity",
        "initiator: Eemb/sanc-",
        "response: method",
        "response: severity",
        "response: Eemb/sanc-",
        "response: Conv_escalation",
        "response: date",
        "initiator: date",
        "start_date",
        "number_of_political_responses",
        "number_of_legal_responses",
        "weighted_cyber_intensity",
        "attribution_date",
        "political_response_date",
        "dashboard: start_date",
        "dashboard: political_response",
        "dashboard: legal_response",
        "dashboard: weighted_cyber_intensity",
        "dashboard: industry_date",
        "dashboard: initiator_country",
    ];
    let cells = [
        "0",
        "1",
        "4.1",
        "5",
        "11",
        "-3",
        "NaN",
        "1e300",
        "x",
        "2014-11-24",
        "2022-01-01",
        "é",
        "2022-05",
    ];
    let mut coded = std::collections::BTreeMap::new();
    for column in columns {
        if u.ratio(2, 3)? {
            coded.insert(column.to_owned(), (*u.choose(&cells)?).to_owned());
        }
    }
    let catalogue = *u.choose(&[Catalogue::Dcid, Catalogue::Eurepoc])?;
    let year = u.int_in_range(2000..=2023)?;
    // The release and the dashboard tell the year by their own columns.
    for column in ["start_date", "dashboard: start_date"] {
        coded.insert(column.to_owned(), format!("{year}-05-17"));
    }
    Ok(PreviousAttack {
        id: RecordId::new(catalogue, number.to_string()),
        name: String::new(),
        synonyms: Vec::new(),
        began: Some(year.to_string().parse().unwrap()),
        ended: None,
        victims: vec![Victim { country: Some(state(u)?), sector: None }],
        attributions: vec![Attribution {
            actor: None,
            name: None,
            state: Some(state(u)?),
            by: None,
            date: None,
            citations: Vec::new(),
        }],
        coded,
        about: String::new(),
        citations: Vec::new(),
    })
}

fn asked(u: &mut Unstructured<'_>) -> Result<PrecedentQuestion> {
    let year = if u.ratio(1, 8)? { None } else { Some(u.int_in_range(1990..=2030)?) };
    Ok(PrecedentQuestion {
        responding: state(u)?,
        initiator: state(u)?,
        year: if u.ratio(1, 16)? { Some(u.arbitrary()?) } else { year },
        severity: u.arbitrary()?,
        intensity: u.arbitrary()?,
        objective: None,
    })
}

fn record(u: &mut Unstructured<'_>) -> Result<Record> {
    let count = u.int_in_range(0..=80)?;
    let attacks = (0..count).map(|number| attack(u, number)).collect::<Result<_>>()?;
    Ok(Record { attacks, ..Record::default() })
}

fn check_rate(rate: &Rate) {
    assert!(rate.hits <= rate.all);
    match (rate.share(), rate.interval) {
        (Some(share), Some([low, high])) => {
            assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
            assert!(low <= share + 1e-12 && share <= high + 1e-12, "{rate:?}");
        }
        (None, None) => assert_eq!(rate.all, 0),
        other => panic!("{other:?}"),
    }
}

fn check(found: &PrecedentFindings) {
    if let Some(dyads) = &found.dyads {
        for share in &dyads.acts {
            let [low, high] = share.range;
            assert!((0.0..=1.0).contains(&share.share) && (0.0..=1.0).contains(&share.narrowed));
            assert!(low <= high && (0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
        }
        let of = |circle: Circle| {
            dyads.circles.iter().find(|one| one.group == circle).map_or(0, |one| one.attacks)
        };
        assert!(of(Circle::Between) <= of(Circle::OnResponding).min(of(Circle::ByInitiator)));
        assert!(of(Circle::OnResponding).max(of(Circle::ByInitiator)) <= of(Circle::All));
        assert_eq!(dyads.by_severity.iter().map(|one| one.attacks).sum::<u64>(), of(Circle::All));
        for acts in &dyads.circles {
            for act in &acts.acts {
                check_rate(&act.done);
                act.by_initiator.iter().for_each(check_rate);
            }
        }
        for row in &dyads.concessions {
            check_rate(&row.conceded);
            check_rate(&row.achieved);
        }
        assert!(dyads.similar.len() <= 12);
        // Those between the two states come first, and those of other pairs not at all.
        assert!(dyads.similar.is_sorted_by_key(|one| one.circle != Circle::Between));
        assert!(dyads.similar.iter().all(|one| one.circle != Circle::All));
    }
    for copy in &found.repository {
        assert!(copy.uncoded <= copy.incidents);
        for row in copy.tables.iter().flat_map(|table| &table.rows) {
            for rate in [&row.political, &row.legal, &row.any] {
                check_rate(rate);
            }
            assert!(row.uncoded <= row.any.all);
            assert!(row.any.hits >= row.political.hits.max(row.legal.hits));
            assert!(row.any.hits <= row.political.hits + row.legal.hits);
        }
        for delay in &copy.delays {
            assert!(delay.counted <= delay.dated && delay.negative <= delay.dated);
            assert!(delay.days.is_none_or(|days| days.is_sorted()));
        }
    }
}

#[test]
fn numbers_keep_their_bounds_and_their_order() {
    arbtest(|u| {
        let (record, question) = (record(u)?, asked(u)?);
        if let Some(found) = precedents(&record, &question) {
            check(&found);
            assert_eq!(precedents(&record, &question).as_ref(), Some(&found), "the same again");
        }
        Ok(())
    });
}

#[test]
fn attacks_of_later_years_change_nothing() {
    arbtest(|u| {
        let (record, mut question) = (record(u)?, asked(u)?);
        let year = question.year.unwrap_or(2014);
        question.year = Some(year);
        let mut earlier = record.clone();
        earlier.attacks.retain(|one| i16::try_from(one.began.unwrap().year()).unwrap() < year);
        assert_eq!(precedents(&record, &question), precedents(&earlier, &question));
        Ok(())
    });
}

#[test]
fn the_order_of_attacks_changes_nothing() {
    arbtest(|u| {
        let (record, question) = (record(u)?, asked(u)?);
        let mut turned = record.clone();
        turned.attacks.reverse();
        assert_eq!(precedents(&record, &question), precedents(&turned, &question));
        Ok(())
    });
}

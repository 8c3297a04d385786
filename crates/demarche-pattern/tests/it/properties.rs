//! Laws, on random trees and on random texts.

use std::time::Duration;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use demarche_pattern::{
    Comparison, Expression, Literal, Operator, Order, Path, Pattern, Qualifier, Span, Step, Test,
    Timestamp,
};

fn text(u: &mut Unstructured<'_>) -> Result<String> {
    const SIGNS: [char; 14] =
        ['a', 'Z', '0', '_', '-', '\'', '\\', '"', ' ', '\n', '%', 'é', '\u{301}', ']'];
    (0..u.int_in_range(0..=5)?).map(|_| u.choose(&SIGNS).copied()).collect()
}

fn timestamp(u: &mut Unstructured<'_>) -> Result<Timestamp> {
    let year = u.int_in_range(0..=9999)?;
    let nanos = u.int_in_range(0..=999_999_999)?;
    let text = format!("{year:04}-{:02}-28T23:59:01.{nanos:09}Z", u.int_in_range(1..=12)?);
    Ok(Timestamp::read(&text).expect("a timestamp"))
}

fn literal(u: &mut Unstructured<'_>) -> Result<Literal> {
    Ok(match u.int_in_range(0..=6)? {
        0 => Literal::Text(text(u)?),
        1 => Literal::Integer(u.arbitrary()?),
        2 => Literal::Float(
            u.arbitrary::<f64>().map(|number| if number.is_finite() { number } else { 1.0 })?,
        ),
        3 => Literal::Boolean(u.arbitrary()?),
        4 => Literal::Timestamp(timestamp(u)?),
        5 => Literal::Hex(u.arbitrary()?),
        _ => Literal::Binary([vec![7], u.arbitrary()?].concat()),
    })
}

fn operator(u: &mut Unstructured<'_>) -> Result<Operator> {
    Ok(match u.int_in_range(0..=8)? {
        0 => Operator::Equal(literal(u)?),
        1 => Operator::NotEqual(literal(u)?),
        2 => {
            let orders = [Order::Less, Order::LessOrEqual, Order::Greater, Order::GreaterOrEqual];
            let literal =
                Some(literal(u)?).filter(|literal| !matches!(literal, Literal::Boolean(_)));
            Operator::Ordered(*u.choose(&orders)?, literal.unwrap_or(Literal::Integer(0)))
        }
        3 => Operator::In((0..u.int_in_range(0..=3)?).map(|_| literal(u)).collect::<Result<_>>()?),
        4 => Operator::Like(text(u)?),
        5 => Operator::Matches(text(u)?),
        6 => Operator::IsSubset(text(u)?),
        7 => Operator::IsSuperset(text(u)?),
        _ => Operator::Exists,
    })
}

fn test(u: &mut Unstructured<'_>) -> Result<Test> {
    let mut steps = vec![Step::Key(text(u)?)];
    for _ in 0..u.int_in_range(0..=2)? {
        steps.push(match u.int_in_range(0..=3)? {
            0 => Step::Any,
            1 => Step::Index(u.arbitrary()?),
            2 => Step::Key((*u.choose(&["AND", "true", "h", "name", "src_ref"])?).to_owned()),
            _ => Step::Key(text(u)?),
        });
    }
    let object_type = (*u.choose(&["file", "x-a_b", "ipv4-addr", "t"])?).to_owned();
    let path = Path { object_type, steps };
    Ok(Test { path, is_negated: u.arbitrary()?, operator: operator(u)?, span: Span::default() })
}

fn comparison(u: &mut Unstructured<'_>, depth: usize) -> Result<Comparison> {
    let parts = |u: &mut Unstructured<'_>| {
        (0..u.int_in_range(2..=3)?).map(|_| comparison(u, depth - 1)).collect::<Result<Vec<_>>>()
    };
    Ok(match if depth == 0 { 0 } else { u.int_in_range(0..=3)? } {
        2 => Comparison::And(parts(u)?),
        3 => Comparison::Or(parts(u)?),
        _ => Comparison::Test(test(u)?),
    })
}

fn qualifier(u: &mut Unstructured<'_>) -> Result<Qualifier> {
    Ok(match u.int_in_range(0..=2)? {
        0 => Qualifier::Within(Duration::new(u.arbitrary()?, u.int_in_range(0..=999_999_999)?)),
        1 => Qualifier::Repeats(u.arbitrary()?),
        _ => Qualifier::StartStop(timestamp(u)?, timestamp(u)?),
    })
}

fn expression(u: &mut Unstructured<'_>, depth: usize) -> Result<Expression> {
    let parts = |u: &mut Unstructured<'_>| {
        (0..u.int_in_range(2..=3)?).map(|_| expression(u, depth - 1)).collect::<Result<Vec<_>>>()
    };
    Ok(match if depth == 0 { 0 } else { u.int_in_range(0..=5)? } {
        2 => Expression::And(parts(u)?),
        3 => Expression::Or(parts(u)?),
        4 => Expression::FollowedBy(parts(u)?),
        5 => {
            let qualifiers = (0..u.int_in_range(1..=2)?).map(|_| qualifier(u));
            let qualifiers = qualifiers.collect::<Result<_>>()?;
            Expression::Qualified(Box::new(expression(u, depth - 1)?), qualifiers)
        }
        _ => Expression::Observation(comparison(u, 2)?),
    })
}

#[test]
fn a_tree_written_and_read_is_the_same_tree() {
    arbtest(|u| {
        let pattern = Pattern { expression: expression(u, 3)? };
        let text = pattern.to_string();
        let read: Pattern = text.parse().unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(read, pattern, "{text}");
        assert_eq!(read.to_string(), text);
        Ok(())
    });
}

#[test]
fn a_text_with_wrong_signs_is_read_or_refused_with_a_place_in_it() {
    arbtest(|u| {
        let mut text = Pattern { expression: expression(u, 2)? }.to_string();
        for _ in 0..u.int_in_range(1..=3)? {
            let bounds: Vec<usize> = text.char_indices().map(|(index, _)| index).collect();
            let from = u.int_in_range(0..=bounds.len().saturating_sub(4))?;
            let to = from + u.int_in_range(0..=3)?;
            let end = |index: usize| bounds.get(index).copied().unwrap_or(text.len());
            let range = end(from)..end(to);
            let piece = *u.choose(&["'", "\\", "[", "]", "(", ")", "/*", "AND", "é", "", "1"])?;
            text.replace_range(range, piece);
        }
        match text.parse::<Pattern>() {
            Ok(pattern) => assert_eq!(pattern.to_string().parse(), Ok(pattern)),
            Err(error) => assert!(text.get(error.place.byte..).is_some(), "{error}"),
        }
        Ok(())
    });
}

use crate::{Comparison, Expression, Literal, Operator, Pattern, Span, Test};

/// A value that a pattern asks for as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Observable {
    /// The type of object, as `file`.
    pub object_type: String,
    /// The path behind the colon in canonical form, as `hashes.'SHA-256'`.
    pub path: String,
    /// The value.
    pub value: Literal,
    /// The operator is ISSUBSET, so that the value is a network around what is observed.
    pub is_network: bool,
    /// The place of the comparison in the text.
    pub span: Span,
}

impl Pattern {
    /// Lists the values that observed data must have, in the order of the text.
    ///
    /// These are the right sides of `=`, of each member of `IN` and of `ISSUBSET`.
    /// Negated comparisons and other operators name no value and are left out.
    ///
    /// ```
    /// # use demarche_pattern::Pattern;
    /// let pattern: Pattern = "[url:value = 'http://a.example/' AND url:x != 1]".parse()?;
    /// let observables = pattern.observables();
    /// assert_eq!(observables.len(), 1);
    /// assert_eq!((&*observables[0].object_type, &*observables[0].path), ("url", "value"));
    /// # Ok::<(), demarche_pattern::ParseError>(())
    /// ```
    #[must_use]
    pub fn observables(&self) -> Vec<Observable> {
        let mut observables = Vec::new();
        self.each_test(&mut |test| collect(test, &mut observables));
        observables
    }

    /// Calls a function with every comparison, in the order of the text.
    pub fn each_test<'p>(&'p self, call: &mut impl FnMut(&'p Test)) {
        walk(&self.expression, call);
    }

    /// Returns true if the pattern asks for times: an order, a duration, a window or repetitions.
    ///
    /// ```
    /// # use demarche_pattern::Pattern;
    /// let plain: Pattern = "[a:b = 1] OR [a:c = 2]".parse()?;
    /// let timed: Pattern = "[a:b = 1] FOLLOWEDBY [a:c = 2]".parse()?;
    /// assert!(!plain.asks_for_times() && timed.asks_for_times());
    /// # Ok::<(), demarche_pattern::ParseError>(())
    /// ```
    #[must_use]
    pub fn asks_for_times(&self) -> bool {
        fn asks(expression: &Expression) -> bool {
            match expression {
                Expression::Observation(_) => false,
                Expression::And(parts) | Expression::Or(parts) => parts.iter().any(asks),
                Expression::FollowedBy(_) | Expression::Qualified(..) => true,
            }
        }
        asks(&self.expression)
    }

    /// The pattern is one comparison with `=`, so that it says no more than its observable.
    #[must_use]
    pub const fn is_single(&self) -> bool {
        let Expression::Observation(Comparison::Test(test)) = &self.expression else {
            return false;
        };
        matches!(test.operator, Operator::Equal(_)) && !test.is_negated
    }
}

fn walk<'p>(expression: &'p Expression, call: &mut impl FnMut(&'p Test)) {
    match expression {
        Expression::Observation(comparison) => walk_comparison(comparison, call),
        Expression::And(parts) | Expression::Or(parts) | Expression::FollowedBy(parts) => {
            parts.iter().for_each(|part| walk(part, call));
        }
        Expression::Qualified(expression, _) => walk(expression, call),
    }
}

fn walk_comparison<'p>(comparison: &'p Comparison, call: &mut impl FnMut(&'p Test)) {
    match comparison {
        Comparison::And(parts) | Comparison::Or(parts) => {
            parts.iter().for_each(|part| walk_comparison(part, call));
        }
        Comparison::Test(test) => call(test),
    }
}

fn collect(test: &Test, observables: &mut Vec<Observable>) {
    let network;
    let values = match &test.operator {
        _ if test.is_negated => return,
        Operator::Equal(literal) => std::slice::from_ref(literal),
        Operator::In(set) => set,
        Operator::IsSubset(text) => {
            network = Literal::Text(text.clone());
            std::slice::from_ref(&network)
        }
        _ => return,
    };
    let whole = test.path.to_string();
    let path = whole.split_once(':').map_or("", |(_, path)| path);
    observables.extend(values.iter().map(|value| Observable {
        object_type: test.path.object_type.clone(),
        path: path.to_owned(),
        value: value.clone(),
        is_network: matches!(test.operator, Operator::IsSubset(_)),
        span: test.span,
    }));
}

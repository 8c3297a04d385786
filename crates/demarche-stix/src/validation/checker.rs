//! The state of a check, and the path to the value that is being looked at.

use std::collections::HashMap;
use std::fmt;

use crate::breach::{Breach, Level, MAX_BREACHES, Rules, Validation};

/// The check of a file as far as it has gone.
#[derive(Debug)]
pub(crate) struct Checker {
    pub(crate) rules: Rules,
    pub(crate) validation: Validation,
    /// The object that is being checked.
    pub(crate) object: String,
    /// True if the file is a bundle.
    pub(crate) is_bundle: bool,
    /// The ids met, each with the times of its versions.
    pub(crate) ids: HashMap<String, Vec<String>>,
    /// The identities and whether each names its own creator.
    pub(crate) identities: HashMap<String, bool>,
    /// The objects with the creator that each names, for the interoperability profile.
    pub(crate) creators: Vec<(String, Option<String>)>,
}

impl Checker {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            rules,
            validation: Validation::default(),
            object: String::new(),
            is_bundle: false,
            ids: HashMap::new(),
            identities: HashMap::new(),
            creators: Vec::new(),
        }
    }

    pub(crate) fn finish(mut self) -> Validation {
        if self.rules.interop && self.is_bundle {
            self.creators_known();
        }
        self.validation
    }

    /// Enters a fault.
    pub(crate) fn breach(
        &mut self,
        level: Level,
        path: &Path<'_>,
        met: String,
        remedy: String,
        section: &'static str,
    ) {
        self.validation.is_invalid |= level != Level::Should;
        if self.validation.breaches.len() >= MAX_BREACHES {
            self.validation.left_out += 1;
            return;
        }
        let (object, path) = (self.object.clone(), path.to_string());
        self.validation.breaches.push(Breach { level, object, path, met, remedy, section });
    }

    pub(crate) fn must(
        &mut self,
        path: &Path<'_>,
        met: impl Into<String>,
        remedy: impl Into<String>,
        section: &'static str,
    ) {
        self.breach(Level::Must, path, met.into(), remedy.into(), section);
    }

    pub(crate) fn should(
        &mut self,
        path: &Path<'_>,
        met: impl Into<String>,
        remedy: impl Into<String>,
        section: &'static str,
    ) {
        self.breach(Level::Should, path, met.into(), remedy.into(), section);
    }
}

/// The path of a value within its object, kept on the stack until a fault is met.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Path<'p> {
    /// The object itself.
    Root,
    /// A member.
    Name(&'p Self, &'p str),
    /// An element of a list, from 0.
    Index(&'p Self, usize),
}

impl<'p> Path<'p> {
    /// The path of a member.
    pub(crate) const fn name(&'p self, name: &'p str) -> Self {
        Self::Name(self, name)
    }

    /// The path of an element.
    pub(crate) const fn index(&'p self, index: usize) -> Self {
        Self::Index(self, index)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Name(Self::Root, name) => f.write_str(&crate::tree::cut(name)),
            Self::Name(parent, name) => write!(f, "{parent}.{}", crate::tree::cut(name)),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

use std::fmt;

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

//! Addresses, and the methods that each of them knows.
//!
//! Source: TAXII 2.1, section 3.1.

use hyper::Method;

/// The resource that an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Discovery,
    Root { root: String },
    Status { root: String, id: String },
    Collections { root: String },
    Collection(Address),
    Manifest(Address),
    Objects(Address),
    Object(Address, String),
    Versions(Address, String),
}

/// A collection of a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) root: String,
    /// The id or alias.
    pub(crate) collection: String,
}

impl Endpoint {
    /// Reads a path, which has to end in `/`.
    pub(crate) fn read(path: &str) -> Option<Self> {
        let inner = path.strip_prefix('/')?.strip_suffix('/')?;
        let parts = inner.split('/').map(decoded).collect::<Option<Vec<_>>>()?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let address = |root: &str, collection: &str| Address {
            root: root.to_owned(),
            collection: collection.to_owned(),
        };
        Some(match *parts.as_slice() {
            ["taxii2"] => Self::Discovery,
            [root] => Self::Root { root: root.to_owned() },
            [root, "status", id] => Self::Status { root: root.to_owned(), id: id.to_owned() },
            [root, "collections"] => Self::Collections { root: root.to_owned() },
            [root, "collections", id] => Self::Collection(address(root, id)),
            [root, "collections", id, "manifest"] => Self::Manifest(address(root, id)),
            [root, "collections", id, "objects"] => Self::Objects(address(root, id)),
            [root, "collections", id, "objects", object] => {
                Self::Object(address(root, id), object.to_owned())
            }
            [root, "collections", id, "objects", object, "versions"] => {
                Self::Versions(address(root, id), object.to_owned())
            }
            _ => return None,
        })
    }

    /// The methods that the standard gives it, as the header `Allow` lists them.
    pub(crate) const fn allowed(&self) -> &'static str {
        match self {
            Self::Objects(_) => "GET, HEAD, POST",
            Self::Object(..) => "GET, HEAD, DELETE",
            _ => "GET, HEAD",
        }
    }

    pub(crate) fn allows(&self, method: &Method) -> bool {
        self.allowed().split(", ").any(|word| word == method.as_str())
    }
}

/// Decodes `%XX`; `None` when that is no UTF-8 or no two digits follow, and for an empty part.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let (digits, behind) = rest.split_at_checked(2)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = behind;
    }
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_ends_in_a_slash() {
        assert_eq!(Endpoint::read("/taxii2/"), Some(Endpoint::Discovery));
        for path in
            ["/taxii2", "", "/", "//", "taxii2/", "/a//", "/a/b/", "/a/collections/c/objects/o/v/"]
        {
            assert_eq!(Endpoint::read(path), None, "{path}");
        }
    }

    #[test]
    fn parts_are_decoded_after_they_are_told_apart() {
        let root = |name: &str| Some(Endpoint::Root { root: name.to_owned() });
        assert_eq!(Endpoint::read("/a%2Fb/"), root("a/b"));
        assert_eq!(Endpoint::read("/%ff/"), None);
        assert_eq!(Endpoint::read("/%+1/"), None);
        assert_eq!(Endpoint::read("/%2/"), None);
    }
}

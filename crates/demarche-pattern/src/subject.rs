use std::net::IpAddr;

use ipnet::IpNet;

use crate::{Comparison, Expression, Literal, Operator, Path, Pattern, Span, Step, Test};

/// The thing that a simple pattern is about.
///
/// ```
/// # use demarche_pattern::{Pattern, Subject};
/// let pattern = Pattern::from(Subject::FileName("it's.exe"));
/// assert_eq!(pattern.to_string(), r"[file:name = 'it\'s.exe']");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// An address.
    Address(IpAddr),
    /// Every address and network within a network, by ISSUBSET.
    Network(IpNet),
    /// A network as an object of its own, by `=`: the form of the interoperability tests of OASIS.
    NetworkObject(IpNet),
    /// A host name, in A-labels.
    Domain(&'a str),
    /// A URL.
    Url(&'a str),
    /// An e-mail address.
    Email(&'a str),
    /// The name of a file, without its folder.
    FileName(&'a str),
    /// The hash of a file, in hexadecimal digits.
    Hash(HashAlgorithm, &'a str),
}

/// An algorithm of the vocabulary of STIX 2.1, section 10.7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashAlgorithm {
    /// MD5, 32 digits.
    Md5,
    /// SHA-1, 40 digits.
    Sha1,
    /// SHA-256, 64 digits.
    Sha256,
    /// SHA-512, 128 digits.
    Sha512,
}

impl HashAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 4] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha512];

    /// The key below `hashes`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        }
    }
}

impl Pattern {
    /// The pattern for an object that is any of these, such as a file by any of its hashes; `None` for no subject.
    ///
    /// ```
    /// # use demarche_pattern::{HashAlgorithm, Pattern, Subject};
    /// let hashes = [Subject::Hash(HashAlgorithm::Md5, "00"), Subject::Hash(HashAlgorithm::Sha1, "11")];
    /// let pattern = Pattern::any_of(hashes).unwrap();
    /// assert_eq!(pattern.to_string(), "[file:hashes.MD5 = '00' OR file:hashes.'SHA-1' = '11']");
    /// assert_eq!(Pattern::any_of([]), None);
    /// ```
    #[must_use]
    pub fn any_of<'a>(subjects: impl IntoIterator<Item = Subject<'a>>) -> Option<Self> {
        let mut tests: Vec<Comparison> = subjects.into_iter().map(comparison).collect();
        let comparison = match tests.len() {
            0 | 1 => tests.pop()?,
            _ => Comparison::Or(tests),
        };
        Some(Self { expression: Expression::Observation(comparison) })
    }
}

impl From<Subject<'_>> for Pattern {
    fn from(subject: Subject<'_>) -> Self {
        Self { expression: Expression::Observation(comparison(subject)) }
    }
}

fn comparison(subject: Subject<'_>) -> Comparison {
    let address = |is_ipv4| if is_ipv4 { "ipv4-addr" } else { "ipv6-addr" };
    let value = |text: &str| Operator::Equal(Literal::Text(text.to_owned()));
    let (object_type, keys, operator): (_, &[&str], _) = match subject {
        Subject::Address(ip) => (address(ip.is_ipv4()), &["value"], value(&ip.to_string())),
        Subject::Network(net) => {
            let operator = Operator::IsSubset(net.trunc().to_string());
            (address(matches!(net, IpNet::V4(_))), &["value"], operator)
        }
        Subject::NetworkObject(net) => {
            let operator = value(&net.trunc().to_string());
            (address(matches!(net, IpNet::V4(_))), &["value"], operator)
        }
        Subject::Domain(name) => ("domain-name", &["value"], value(name)),
        Subject::Url(url) => ("url", &["value"], value(url)),
        Subject::Email(email) => ("email-addr", &["value"], value(email)),
        Subject::FileName(name) => ("file", &["name"], value(name)),
        Subject::Hash(algorithm, digits) => ("file", &["hashes", algorithm.key()], value(digits)),
    };
    let steps = keys.iter().map(|key| Step::Key((*key).to_owned())).collect();
    let path = Path { object_type: object_type.to_owned(), steps };
    Comparison::Test(Test { path, is_negated: false, operator, span: Span::default() })
}

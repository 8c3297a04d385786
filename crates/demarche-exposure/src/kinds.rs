//! Kinds of sensitive data in words, and how grave it is that they are out.

use demarche_case::assessment::exposure::Gravity;
use demarche_sensitive::Kind;

/// A kind in words, in the plural.
pub(crate) fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Card => "payment card numbers",
        Kind::Iban => "international bank account numbers",
        Kind::Ssn => "US social security numbers",
        Kind::Nino => "UK national insurance numbers",
        Kind::NationalId => "national identity numbers",
        Kind::TaxId => "US taxpayer numbers",
        Kind::Passport => "passport numbers",
        Kind::DrivingLicence => "driving licence numbers",
        Kind::Dob => "dates of birth",
        Kind::Salary => "salaries",
        Kind::Health => "diagnoses",
        Kind::Password => "passwords",
        Kind::PrivateKey => "private keys",
        Kind::AwsKey => "cloud access keys",
        Kind::ApiKey => "keys and tokens of services",
        Kind::Jwt => "signed tokens",
        Kind::BankAccount => "bank account numbers",
        Kind::Phone => "telephone numbers",
        Kind::Privilege => "texts under legal privilege",
        _ => "values that rules of the user found",
    }
}

/// How grave it is that a value of a kind is out.
pub(crate) fn gravity(kind: Kind) -> Gravity {
    match kind {
        Kind::Password | Kind::PrivateKey | Kind::AwsKey | Kind::ApiKey | Kind::Jwt => {
            Gravity::Access
        }
        Kind::Card
        | Kind::Iban
        | Kind::Ssn
        | Kind::Nino
        | Kind::NationalId
        | Kind::TaxId
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::BankAccount => Gravity::Identity,
        Kind::Health => Gravity::Special,
        Kind::Dob | Kind::Salary | Kind::Phone => Gravity::Personal,
        _ => Gravity::Confidential,
    }
}

/// The points of one distinct value of a kind, by which contents and persons are put in order. A judgement of ours.
pub(crate) fn points(kind: Kind) -> u64 {
    match (kind, gravity(kind)) {
        (Kind::Phone, _) => 1,
        (_, Gravity::Access | Gravity::Special) => 10,
        (_, Gravity::Identity) => 8,
        (_, Gravity::Personal) => 3,
        (_, Gravity::Confidential) => 2,
    }
}

/// Returns true for numbers that a state or bank gives to one person.
pub(crate) fn is_identity(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Ssn
            | Kind::Nino
            | Kind::NationalId
            | Kind::TaxId
            | Kind::Passport
            | Kind::DrivingLicence
    )
}

/// Returns true for data about a person, whom a name on the same line then may name.
pub(crate) fn is_personal(kind: Kind) -> bool {
    matches!(gravity(kind), Gravity::Identity | Gravity::Special | Gravity::Personal)
}

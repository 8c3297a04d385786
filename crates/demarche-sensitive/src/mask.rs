use crate::Kind;

/// The most characters of a number that are shown.
const SHOWN: usize = 4;

/// Returns a value so that a reader can recognise it and nobody can use it.
///
/// Of a number that is printed on a document, the last characters are shown: four at most, and a quarter of the value at
/// most. Of everything else only the length is shown. An empty value gives `0 characters`.
///
/// ```
/// # use demarche_sensitive::{Kind, masked};
/// assert_eq!(masked(Kind::Card, "4111111111111111"), "••••••••••••1111");
/// assert_eq!(masked(Kind::Password, "hunter2"), "7 characters");
/// ```
#[must_use]
pub fn masked(kind: Kind, value: &str) -> String {
    let length = value.chars().count();
    let shown = match kind {
        Kind::Card
        | Kind::Iban
        | Kind::Ssn
        | Kind::Nino
        | Kind::NationalId
        | Kind::TaxId
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::BankAccount
        | Kind::Phone => (length / 4).min(SHOWN),
        Kind::Dob | Kind::Salary | Kind::Health | Kind::Password | Kind::PrivateKey => 0,
        Kind::AwsKey | Kind::ApiKey | Kind::Jwt | Kind::Privilege | Kind::Own => 0,
    };
    if shown == 0 {
        return format!("{length} characters");
    }
    let hidden = length - shown;
    "•".repeat(hidden).chars().chain(value.chars().skip(hidden)).collect()
}

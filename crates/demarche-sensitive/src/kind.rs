/// A kind of sensitive data, by the name that files and options use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `card`: the number of a payment card.
    Card,
    /// `iban`: an international bank account number.
    Iban,
    /// `ssn`: a social security number of the United States.
    Ssn,
    /// `nino`: a national insurance number of the United Kingdom.
    Nino,
    /// `national_id`: a number that a state gives to a person; the country is in the finding.
    NationalId,
    /// `tax_id`: a taxpayer or employer number of the United States.
    TaxId,
    /// `passport`: the number of a passport or of another travel document.
    Passport,
    /// `driving_licence`: the number of a driving licence.
    DrivingLicence,
    /// `dob`: a date of birth.
    Dob,
    /// `salary`: the pay of a person.
    Salary,
    /// `health`: a diagnosis, as a code of the ICD-10 or a term.
    Health,
    /// `password`: a password, passphrase or PIN.
    Password,
    /// `private_key`: the private half of a key pair.
    PrivateKey,
    /// `aws_key`: an access key of Amazon Web Services.
    AwsKey,
    /// `api_key`: a key or token of another service.
    ApiKey,
    /// `jwt`: a signed token (RFC 7519).
    Jwt,
    /// `bank_account`: a national bank account number.
    BankAccount,
    /// `phone`: a telephone number.
    Phone,
    /// `privilege`: a mark of legal privilege.
    Privilege,
    /// `own`: a value that a rule of the user found.
    Own,
}

impl Kind {
    /// Every kind, in the order of the report.
    pub const ALL: [Self; 20] = [
        Self::Card,
        Self::Iban,
        Self::Ssn,
        Self::Nino,
        Self::NationalId,
        Self::TaxId,
        Self::Passport,
        Self::DrivingLicence,
        Self::Dob,
        Self::Salary,
        Self::Health,
        Self::Password,
        Self::PrivateKey,
        Self::AwsKey,
        Self::ApiKey,
        Self::Jwt,
        Self::BankAccount,
        Self::Phone,
        Self::Privilege,
        Self::Own,
    ];

    /// The name in files and options, which does not change.
    ///
    /// ```
    /// # use demarche_sensitive::Kind;
    /// assert_eq!(Kind::NationalId.name(), "national_id");
    /// assert_eq!(Kind::from_name("national_id"), Some(Kind::NationalId));
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Iban => "iban",
            Self::Ssn => "ssn",
            Self::Nino => "nino",
            Self::NationalId => "national_id",
            Self::TaxId => "tax_id",
            Self::Passport => "passport",
            Self::DrivingLicence => "driving_licence",
            Self::Dob => "dob",
            Self::Salary => "salary",
            Self::Health => "health",
            Self::Password => "password",
            Self::PrivateKey => "private_key",
            Self::AwsKey => "aws_key",
            Self::ApiKey => "api_key",
            Self::Jwt => "jwt",
            Self::BankAccount => "bank_account",
            Self::Phone => "phone",
            Self::Privilege => "privilege",
            Self::Own => "own",
        }
    }

    /// Returns the kind of a name; `None` for every other text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

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

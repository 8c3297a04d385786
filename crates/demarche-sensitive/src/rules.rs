//! All rules together, and one pass of them over a text.

use std::ops::Range;

use crate::clean::Clean;
use crate::context::{Context, REACH};
use crate::finding::{Findings, RuleInfo, settle};
use crate::lexicon::{Hit, Lexicon, Topic};
use crate::own_rule::{OwnRule, RuleError};
use crate::page::{Page, Token};
use crate::{Check, Finding, Kind, Layout};
use crate::{
    bank, birth, card, command, health, iban, issuer, key, mrz, national, own_rule, passport,
    password, phone, privilege, salary, tabular, united_kingdom, united_states, wrapped,
};

/// The rules of the project, and those of a user.
///
/// ```
/// # use demarche_sensitive::{Kind, Rules, Layout};
/// let rules = Rules::built_in();
/// let mut found = Vec::new();
/// rules.scan("Visa 4111 1111 1111 1111, thanks", Layout::Prose, &mut found);
/// assert_eq!(found[0].kind, Kind::Card);
/// assert_eq!(found[0].value, "4111111111111111");
/// ```
#[derive(Debug)]
pub struct Rules {
    lexicon: Lexicon,
    national: national::Rules,
    user: Vec<OwnRule>,
    infos: Vec<RuleInfo>,
}

impl Rules {
    /// The rules of the project.
    #[must_use]
    pub fn built_in() -> Self {
        let infos =
            INFOS.into_iter().map(RuleInfo::from).chain(issuer::infos()).chain(national::infos());
        Self {
            lexicon: Lexicon::built_in(),
            national: national::Rules::built_in(),
            user: Vec::new(),
            infos: infos.collect(),
        }
    }

    /// The rules of the project and those of a user, as a file in TOML has them.
    ///
    /// ```
    /// # use demarche_sensitive::{Kind, Rules, Layout};
    /// let rules = Rules::with_own(r#"
    ///     [[rule]]
    ///     id = "staff-number"
    ///     title = "Staff number"
    ///     pattern = 'HS-\d{6}'
    /// "#)?;
    /// let mut found = Vec::new();
    /// rules.scan("HS-004711 was on leave", Layout::Prose, &mut found);
    /// assert_eq!((found[0].kind, found[0].rule), (Kind::Own, "staff-number"));
    /// # Ok::<(), demarche_sensitive::RuleError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is no TOML, or a rule in it lacks a key or has a value that cannot be used.
    pub fn with_own(toml: &str) -> Result<Self, RuleError> {
        let mut rules = Self::built_in();
        rules.user = own_rule::read(toml)?;
        for rule in &rules.user {
            if rules.infos.iter().any(|info| info.id == rule.id) {
                return Err(RuleError::taken(rule.id));
            }
            rules.infos.push(rule.info());
        }
        Ok(rules)
    }

    /// Every rule, those of the user last.
    #[must_use]
    pub fn all(&self) -> &[RuleInfo] {
        &self.infos
    }

    /// Adds the findings in a text, ordered by place; no two of them overlap.
    ///
    /// Spans are bytes of `text`. The same text always gives the same findings. An empty text gives none.
    pub fn scan(&self, text: &str, layout: Layout, found: &mut Vec<Finding>) {
        let clean = Clean::of(text);
        let page = Page::read(&clean.text, layout, &self.lexicon);
        let mut out = Findings::default();
        self.page(&page, &mut out);
        wrapped::find(&page, &self.lexicon, &self.national, &mut out);
        if layout == Layout::Prose {
            self.tables(&page, &mut out);
        }
        command::find(&page, &mut out);
        for rule in &self.user {
            rule.find(&page, &mut out);
        }
        if out.findings.is_empty() {
            return;
        }
        for finding in &mut out.findings {
            finding.span = clean.original(&finding.span);
        }
        settle(&mut out.findings);
        found.append(&mut out.findings);
    }

    /// Finds what the built-in rules find in a page.
    fn page(&self, page: &Page<'_>, out: &mut Findings) {
        self.numbers(page, out);
        for hit in &page.hits {
            words(page, hit, out);
        }
        for token in &page.keys {
            key::find(page, token, out);
        }
    }

    /// Reads the tables in a page of prose by their headings.
    ///
    /// What words around said of a value gives way there: the heading knows better than the cell before.
    fn tables(&self, page: &Page<'_>, out: &mut Findings) {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut below = Findings::default();
        for table in tabular::tables(page) {
            let inner = Page::read(&table.text, Layout::Table, &self.lexicon);
            if inner.columns.iter().all(Vec::is_empty) {
                continue;
            }
            let first = below.findings.len();
            self.page(&inner, &mut below);
            for finding in below.findings.iter_mut().skip(first) {
                finding.span = table.original(&finding.span);
            }
            ranges.push(table.range);
        }
        ranges.sort_by_key(|range| range.start);
        let is_inside = |offset: usize| {
            let count = ranges.partition_point(|range| range.start <= offset);
            let last = count.checked_sub(1).and_then(|index| ranges.get(index));
            last.is_some_and(|range| range.contains(&offset))
        };
        out.findings.retain(|known| known.check != Check::Context || !is_inside(known.span.start));
        out.findings.append(&mut below.findings);
    }

    fn numbers(&self, page: &Page<'_>, out: &mut Findings) {
        let mut next = 0;
        for token in &page.tokens {
            let hits = page.hits.get(next..).unwrap_or(&[]);
            next += hits.iter().take_while(|hit| hit.start + REACH < token.start).count();
            let is_near = page.hits.get(next).is_some_and(|hit| hit.start < token.end + REACH);
            if !is_near && page.layout == Layout::Prose && is_short(page, token) {
                continue;
            }
            let value = token.start..token.end;
            let context = match page.layout {
                Layout::Prose if !is_near => Context::none(page, &value),
                Layout::Prose | Layout::Table => Context::of(page, &value),
            };
            self.number(page, token, &context, out);
        }
    }

    fn number(&self, page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
        iban::find(page, token, context, out);
        card::find(page, token, context, out);
        united_states::find(page, token, context, out);
        united_kingdom::find(page, token, context, out);
        self.national.find(page, token, context, out);
        phone::find(page, token, context, out);
        if token.end - token.start >= 5 && page.byte(page.boundary(token.end)) != b'\0' {
            mrz::find(page, token.start, out);
        }
        if !context.is_empty() {
            birth::find(page, token, context, out);
            salary::find(page, token, context, out);
            health::find(page, token, context, out);
            passport::find(page, token, context, out);
            bank::find(page, token, context, out);
        }
    }
}

/// Returns true for a token of a digit or two that no longer number begins with.
fn is_short(page: &Page<'_>, token: &Token) -> bool {
    let next = page.byte(token.end);
    let is_group =
        matches!(next, b' ' | b'-' | b'.') && page.byte(token.end + 1).is_ascii_alphanumeric();
    let is_dialled = matches!(page.byte_before(token.start), b'+' | b'(');
    token.end - token.start < 3 && !is_group && next != b'\n' && !is_dialled
}

fn words(page: &Page<'_>, hit: &Hit, out: &mut Findings) {
    match hit.topic {
        Topic::Password | Topic::Pin => password::find(page, hit, out),
        Topic::Login => password::find_pair(page, hit, out),
        Topic::Key | Topic::AwsSecret => key::find_named(page, hit, out),
        Topic::Passport => passport::find_letters(page, hit, out),
        Topic::Illness => health::find_term(page, hit, out),
        Topic::Privilege => privilege::find(page, hit, out),
        _ => {}
    }
}

/// The id, kind, country, title, checks and source of a rule.
type Row = (&'static str, Kind, &'static str, &'static str, &'static str, &'static str);

impl From<Row> for RuleInfo {
    fn from((id, kind, country, title, checked, source): Row) -> Self {
        Self { id, kind, country: country.parse().ok(), title, checked, source }
    }
}

const WORDS: &str = "a word near it that names it";

const INFOS: [Row; 29] = [
    (
        "card",
        Kind::Card,
        "",
        "Payment card number",
        "range of the network, length, Luhn digit",
        "ISO/IEC 7812-1, and the networks' tables of ranges",
    ),
    (
        "iban",
        Kind::Iban,
        "",
        "International bank account number",
        "length and structure of the country, remainder by 97",
        "ISO 13616-1; SWIFT, \"IBAN Registry\", swift.com",
    ),
    (
        "us-ssn",
        Kind::Ssn,
        "US",
        "Social security number",
        "areas, groups and serials that are assigned",
        "Social Security Administration, POMS RM 10201.030, ssa.gov",
    ),
    (
        "us-itin",
        Kind::TaxId,
        "US",
        "Individual taxpayer identification number",
        "range of the group, and a word near it",
        "Internal Revenue Service, Publication 1915, irs.gov",
    ),
    (
        "us-ein",
        Kind::TaxId,
        "US",
        "Employer identification number",
        "prefix, and a word near it",
        "Internal Revenue Service, \"How EINs are assigned and valid EIN prefixes\", irs.gov",
    ),
    (
        "gb-nino",
        Kind::Nino,
        "GB",
        "National insurance number",
        "prefix and suffix that are assigned",
        "HM Revenue & Customs, NIM39110, gov.uk",
    ),
    ("passport", Kind::Passport, "", "Passport number", WORDS, "ICAO Doc 9303, part 4"),
    (
        "machine-readable-zone",
        Kind::Passport,
        "",
        "Machine readable zone of a travel document",
        "all its check digits",
        "ICAO Doc 9303, parts 3 to 6",
    ),
    (
        "driving-licence",
        Kind::DrivingLicence,
        "",
        "Driving licence number",
        WORDS,
        "forms differ by state",
    ),
    (
        "date-of-birth",
        Kind::Dob,
        "",
        "Date of birth",
        "a day of the calendar, and a word near it",
        "general knowledge of languages",
    ),
    (
        "salary",
        Kind::Salary,
        "",
        "Pay of a person",
        "an amount, and a word near it",
        "general knowledge of languages",
    ),
    (
        "icd-10",
        Kind::Health,
        "",
        "Code of a diagnosis",
        "form, and a word of medicine near it",
        "World Health Organization, \"ICD-10\", volume 2",
    ),
    (
        "illness",
        Kind::Health,
        "",
        "Name of an illness",
        "a word of medicine in the same sentence",
        "general knowledge of languages",
    ),
    (
        "password",
        Kind::Password,
        "",
        "Password, passphrase or PIN",
        "a word before it, and its look",
        "general knowledge of languages",
    ),
    (
        "command",
        Kind::Password,
        "",
        "Password in a command, a configuration or a list of logins",
        "the form that the manual of the program gives",
        "MySQL, curl(1), sshpass(1), sudo(8), PHP, PostgreSQL and Cisco manuals; RFC 2849; RFC 7617",
    ),
    (
        "bip39",
        Kind::Password,
        "",
        "Mnemonic phrase of a wallet",
        "list of words, checksum, and a word before it",
        "\"BIP 39: Mnemonic code for generating deterministic keys\", github.com/bitcoin/bips",
    ),
    (
        "url-password",
        Kind::Password,
        "",
        "Password in an address",
        "the form scheme://user:password@host",
        "RFC 3986, section 3.2.1",
    ),
    (
        "private-key",
        Kind::PrivateKey,
        "",
        "Private key in armour",
        "its first and last line",
        "RFC 7468; RFC 9580; OpenSSH, PROTOCOL.key",
    ),
    (
        "putty-key",
        Kind::PrivateKey,
        "",
        "Private key of PuTTY",
        "its first and last line",
        "PuTTY manual, appendix C",
    ),
    (
        "bitcoin-wif",
        Kind::PrivateKey,
        "",
        "Private key of a Bitcoin wallet",
        "double SHA-256",
        "Bitcoin developer documentation, \"Wallet import format\"",
    ),
    (
        "aws-access-key",
        Kind::AwsKey,
        "",
        "AWS access key id",
        "prefix and alphabet",
        "AWS, \"IAM User Guide: unique identifiers\"",
    ),
    (
        "aws-secret-key",
        Kind::ApiKey,
        "",
        "AWS secret access key",
        "length, and a word before it",
        "AWS, \"IAM User Guide: access keys\"",
    ),
    (
        "named-key",
        Kind::ApiKey,
        "",
        "Key or token of a service",
        "a word before it, and its look",
        "general knowledge of configuration files",
    ),
    (
        "jwt",
        Kind::Jwt,
        "",
        "JSON Web Token",
        "a header in JSON that names an algorithm",
        "RFC 7519",
    ),
    ("bank-account", Kind::BankAccount, "", "Bank account number", WORDS, "forms differ by state"),
    (
        "us-routing-number",
        Kind::BankAccount,
        "US",
        "Bank routing number",
        "check digit, and a word near it",
        "American Bankers Association, \"Routing number policy\"",
    ),
    (
        "phone-international",
        Kind::Phone,
        "",
        "International telephone number",
        "country code and length",
        "ITU-T E.164 and its annex of country codes",
    ),
    (
        "phone-national",
        Kind::Phone,
        "",
        "National telephone number",
        WORDS,
        "forms differ by state",
    ),
    (
        "legal-privilege",
        Kind::Privilege,
        "",
        "Mark of legal privilege",
        "its place at the head or on a line of its own",
        "general knowledge of legal practice",
    ),
];

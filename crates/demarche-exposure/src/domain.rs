//! Domains of addresses: the organisation and the country that they tell.

use demarche_terms::Country;

/// Providers of mailboxes for everybody: their domain is no organisation.
const PROVIDERS: [&str; 28] = [
    "163.com",
    "aol.com",
    "free.fr",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "libero.it",
    "live.com",
    "mac.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "orange.fr",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rambler.ru",
    "t-online.de",
    "ukr.net",
    "web.de",
    "wp.pl",
    "yahoo.com",
    "yandex.ru",
];

/// Country domains that everybody uses, whatever the country.
const GENERIC: [&str; 14] =
    ["ai", "cc", "co", "fm", "gg", "im", "io", "ly", "me", "nu", "sh", "to", "tv", "ws"];

/// The domain of an address.
pub(crate) fn domain_of(address: &str) -> Option<&str> {
    address.rsplit_once('@').map(|(_, domain)| domain).filter(|domain| !domain.is_empty())
}

/// Returns true for the domain of a provider of mailboxes.
pub(crate) fn is_provider(domain: &str) -> bool {
    PROVIDERS.contains(&domain)
}

/// The country of the top-level domain of an address, where only that country uses it.
pub(crate) fn country_of(address: &str) -> Option<Country> {
    let (_, top) = domain_of(address)?.rsplit_once('.')?;
    match top {
        "uk" => "GB".parse().ok(),
        top if top.len() != 2 || GENERIC.contains(&top) => None,
        top => {
            let country: Option<Country> = top.to_uppercase().parse().ok();
            country.filter(|country| country.name().is_some())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_those_of_national_domains() {
        let country = |address| country_of(address).map(|country| country.code().to_owned());
        assert_eq!(country("a@b.co.uk").as_deref(), Some("GB"));
        assert_eq!(country("a@b.de").as_deref(), Some("DE"));
        assert_eq!(country("a@b.io"), None);
        assert_eq!(country("a@b.example"), None);
        assert_eq!(country("a"), None);
    }
}

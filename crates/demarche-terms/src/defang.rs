use std::fmt;
use std::net::Ipv6Addr;

/// An address, host or URL shown so that nothing makes it a link: `hxxp`, `[.]`, `[:]`, `[@]`.
///
/// Every output for people uses it; exports for machines do not.
/// What is already defanged stays as it is.
///
/// ```
/// # use demarche_terms::Defanged;
/// assert_eq!(Defanged("203.131.222.102").to_string(), "203[.]131[.]222[.]102");
/// assert_eq!(Defanged("http://a.example/x.exe").to_string(), "hxxp://a[.]example/x.exe");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Defanged<T>(pub T);

impl<T: fmt::Display> fmt::Display for Defanged<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&defang(&refang(&self.0.to_string())))
    }
}

/// Makes a live address of one that a report defanged.
pub fn refang(text: &str) -> String {
    let mut live = text
        .replace("[.]", ".")
        .replace("(.)", ".")
        .replace("[dot]", ".")
        .replace("[:]", ":")
        .replace("[@]", "@")
        .replace("[://]", "://");
    for (dead, scheme) in [("hxxp", "http"), ("fxp", "ftp")] {
        if let Some(rest) = live.strip_prefix(dead) {
            live = format!("{scheme}{rest}");
        }
    }
    live
}

fn defang(live: &str) -> String {
    if live.parse::<Ipv6Addr>().is_ok() {
        return live.replace(':', "[:]");
    }
    let (scheme, rest) = live.split_once("://").map_or(("", live), |(scheme, rest)| (scheme, rest));
    let (host, path) = match rest.find(['/', '?', '#']).and_then(|end| rest.split_at_checked(end)) {
        Some((host, path)) => (host, path),
        None => (rest, ""),
    };
    let host = host.replace('.', "[.]").replace('@', "[@]");
    let between = if scheme.is_empty() { "" } else { "://" };
    let scheme = scheme.replacen("http", "hxxp", 1).replacen("ftp", "fxp", 1);
    format!("{scheme}{between}{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_stays_a_link() {
        for (live, dead) in [
            ("2001:db8::1", "2001[:]db8[:][:]1"),
            ("https://a.b:8080/c.d?e=f.g", "hxxps://a[.]b:8080/c.d?e=f.g"),
            ("ftp://a.b", "fxp://a[.]b"),
            ("gods@example.org", "gods[@]example[.]org"),
            ("a.b/c.d", "a[.]b/c.d"),
            ("", ""),
        ] {
            assert_eq!(Defanged(live).to_string(), dead);
            assert_eq!(Defanged(dead).to_string(), dead, "defanged twice");
            assert_eq!(refang(dead), live);
        }
    }
}

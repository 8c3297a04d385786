//! Keys and tokens whose issuers gave them a prefix.
//!
//! Each form is written from the issuer's own document. A form that carries a check is checked.
#![warn(clippy::indexing_slicing)]

use crate::check::crc32;
use crate::finding::{Findings, RuleInfo};
use crate::page::Page;
use crate::{Check, Kind};

/// An issuer's form: a prefix, then between `least` and `most` characters.
struct Issuer {
    id: &'static str,
    title: &'static str,
    prefix: &'static str,
    least: usize,
    most: usize,
    source: &'static str,
}

const fn issuer(
    id: &'static str,
    title: &'static str,
    prefix: &'static str,
    least: usize,
    most: usize,
    source: &'static str,
) -> Issuer {
    Issuer { id, title, prefix, least, most, source }
}

const GITHUB: &str = "GitHub, \"Behind GitHub's new authentication token formats\" (2021)";
const GITLAB: &str = "GitLab documentation, \"Token overview: token prefixes\"";
const SLACK: &str = "Slack API documentation, \"Token types\"";
const STRIPE: &str = "Stripe documentation, \"API keys\"";
const SHOPIFY: &str = "Shopify changelog, \"Length of the shared secret is increasing\"";
const OCEAN: &str = "DigitalOcean documentation, \"Personal access tokens\"";

const ISSUERS: [Issuer; 47] = [
    issuer("github-token", "GitHub personal access token", "ghp_", 36, 36, GITHUB),
    issuer("github-oauth", "GitHub OAuth token", "gho_", 36, 36, GITHUB),
    issuer("github-user", "GitHub user-to-server token", "ghu_", 36, 36, GITHUB),
    issuer("github-server", "GitHub server-to-server token", "ghs_", 36, 36, GITHUB),
    issuer("github-refresh", "GitHub refresh token", "ghr_", 36, 76, GITHUB),
    issuer("github-fine-grained", "GitHub fine-grained token", "github_pat_", 82, 82, GITHUB),
    issuer("gitlab-token", "GitLab personal access token", "glpat-", 20, 300, GITLAB),
    issuer("gitlab-trigger", "GitLab pipeline trigger token", "glptt-", 20, 64, GITLAB),
    issuer("gitlab-deploy", "GitLab deploy token", "gldt-", 20, 64, GITLAB),
    issuer("gitlab-runner", "GitLab runner token", "glrt-", 20, 64, GITLAB),
    issuer("slack-bot", "Slack bot token", "xoxb-", 20, 100, SLACK),
    issuer("slack-user", "Slack user token", "xoxp-", 20, 120, SLACK),
    issuer("slack-workspace", "Slack workspace token", "xoxa-", 20, 120, SLACK),
    issuer("slack-refresh", "Slack refresh token", "xoxr-", 20, 120, SLACK),
    issuer("slack-session", "Slack session token", "xoxs-", 20, 120, SLACK),
    issuer("slack-app", "Slack app-level token", "xapp-", 20, 160, SLACK),
    issuer("stripe-secret", "Stripe secret key", "sk_live_", 24, 120, STRIPE),
    issuer("stripe-test", "Stripe secret key for tests", "sk_test_", 24, 120, STRIPE),
    issuer("stripe-restricted", "Stripe restricted key", "rk_live_", 24, 120, STRIPE),
    issuer("stripe-webhook", "Stripe webhook secret", "whsec_", 24, 80, STRIPE),
    issuer(
        "google-api",
        "Google API key",
        "AIza",
        35,
        35,
        "Google Cloud documentation, \"Manage API keys\"",
    ),
    issuer(
        "google-oauth-secret",
        "Google OAuth client secret",
        "GOCSPX-",
        28,
        28,
        "Google Identity documentation, \"OAuth 2.0 for web server applications\"",
    ),
    issuer(
        "google-oauth-token",
        "Google OAuth access token",
        "ya29.",
        30,
        1024,
        "Google Identity documentation, \"Using OAuth 2.0\"",
    ),
    issuer(
        "sendgrid",
        "SendGrid API key",
        "SG.",
        66,
        66,
        "Twilio SendGrid documentation, \"API keys\"",
    ),
    issuer(
        "npm",
        "npm access token",
        "npm_",
        36,
        36,
        "GitHub, \"Announcing npm's new access token format\" (2021)",
    ),
    issuer(
        "pypi",
        "PyPI API token",
        "pypi-",
        50,
        300,
        "PyPI, \"Secret reporting API\", docs.pypi.org",
    ),
    issuer(
        "rubygems",
        "RubyGems API key",
        "rubygems_",
        48,
        48,
        "RubyGems guides, \"API key scopes\"",
    ),
    issuer(
        "docker",
        "Docker personal access token",
        "dckr_pat_",
        27,
        36,
        "Docker documentation, \"Personal access tokens\"",
    ),
    issuer(
        "hugging-face",
        "Hugging Face token",
        "hf_",
        34,
        40,
        "Hugging Face documentation, \"User access tokens\"",
    ),
    issuer("digitalocean", "DigitalOcean personal token", "dop_v1_", 64, 64, OCEAN),
    issuer("digitalocean-oauth", "DigitalOcean OAuth token", "doo_v1_", 64, 64, OCEAN),
    issuer("shopify-access", "Shopify access token", "shpat_", 32, 32, SHOPIFY),
    issuer("shopify-secret", "Shopify shared secret", "shpss_", 32, 32, SHOPIFY),
    issuer("shopify-private", "Shopify private app password", "shppa_", 32, 32, SHOPIFY),
    issuer("shopify-custom", "Shopify custom app token", "shpca_", 32, 32, SHOPIFY),
    issuer(
        "anthropic",
        "Anthropic API key",
        "sk-ant-",
        32,
        160,
        "Anthropic documentation, \"API overview: authentication\"",
    ),
    issuer(
        "openai-project",
        "OpenAI project key",
        "sk-proj-",
        32,
        220,
        "OpenAI documentation, \"API keys\"",
    ),
    issuer("openai", "OpenAI API key", "sk-", 32, 220, "OpenAI documentation, \"API keys\""),
    issuer(
        "square-token",
        "Square access token",
        "sq0atp-",
        22,
        22,
        "Square developer documentation, \"Access tokens\"",
    ),
    issuer(
        "square-secret",
        "Square application secret",
        "sq0csp-",
        43,
        43,
        "Square developer documentation, \"Access tokens\"",
    ),
    issuer(
        "linear",
        "Linear API key",
        "lin_api_",
        32,
        48,
        "Linear developer documentation, \"Personal API keys\"",
    ),
    issuer(
        "vault",
        "HashiCorp Vault service token",
        "hvs.",
        24,
        200,
        "HashiCorp Vault documentation, \"Tokens: token prefixes\"",
    ),
    issuer(
        "age",
        "age secret key",
        "AGE-SECRET-KEY-1",
        58,
        58,
        "C2SP, \"The age file encryption format\"",
    ),
    issuer(
        "atlassian",
        "Atlassian API token",
        "ATATT3xFfGF0",
        100,
        240,
        "Atlassian support, \"Manage API tokens\"",
    ),
    issuer(
        "databricks",
        "Databricks personal access token",
        "dapi",
        32,
        34,
        "Databricks documentation, \"Personal access tokens\"",
    ),
    issuer("mailgun", "Mailgun private key", "key-", 32, 32, "Mailgun documentation, \"API keys\""),
    issuer(
        "perplexity",
        "Perplexity API key",
        "pplx-",
        40,
        64,
        "Perplexity documentation, \"API key management\"",
    ),
];

/// Finds the key of an issuer that begins at an offset.
pub(crate) fn find(page: &Page<'_>, start: usize, out: &mut Findings) {
    if matches!(page.byte_before(start), b'-' | b'_' | b'+' | b'/') {
        return;
    }
    let rest = page.bytes.get(start..).unwrap_or(&[]);
    let is_sign = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let length = rest.iter().take(1200).take_while(is_sign).count();
    let untrimmed = page.slice(start..start + length).trim_end_matches('.');
    let run = untrimmed.trim_end_matches(['.', '-', '_']);
    if let Some(access_key) = aws(run) {
        let end = start + access_key.len();
        out.push(
            Kind::AwsKey,
            "aws-access-key",
            None,
            start..end,
            access_key.to_owned(),
            Check::Format,
        );
        return;
    }
    let found = ISSUERS.iter().find_map(|issuer| {
        run.strip_prefix(issuer.prefix)?;
        // A hyphen or underscore belongs to the key where it would be too short without it.
        let shortest = issuer.prefix.len() + issuer.least;
        let run = if run.len() < shortest { untrimmed.get(..shortest)? } else { run };
        let body = run.strip_prefix(issuer.prefix)?;
        let is_key = (issuer.least..=issuer.most).contains(&body.len())
            && is_random(body)
            && !is_printed(run);
        is_key.then_some((issuer, run))
    });
    if let Some((issuer, run)) = found {
        let is_checked = matches!(issuer.prefix, "ghp_" | "gho_" | "ghu_" | "ghs_" | "npm_");
        let check = if is_checked && has_crc(run) { Check::Checksum } else { Check::Format };
        out.push(Kind::ApiKey, issuer.id, None, start..start + run.len(), run.to_owned(), check);
    } else if (51..=52).contains(&run.len()) && is_wallet_key(run) {
        out.push(
            Kind::PrivateKey,
            "bitcoin-wif",
            None,
            start..start + run.len(),
            run.to_owned(),
            Check::Checksum,
        );
    }
}

/// An access key id: a prefix of the AWS IAM User Guide, "Unique identifiers", and 16 signs of base 32.
fn aws(run: &str) -> Option<&str> {
    let body =
        ["AKIA", "ASIA", "ABIA", "ACCA"].iter().find_map(|prefix| run.strip_prefix(prefix))?;
    let is_base32 = |byte: u8| matches!(byte, b'A'..=b'Z' | b'2'..=b'7');
    (body.len() == 16 && body.bytes().all(is_base32) && !is_printed(run)).then_some(run)
}

/// Keys that issuers print in their documents; whoever has them has nothing.
///
/// Source: AWS, "IAM User Guide" and others, whose keys all have the word; Stripe documentation, "API keys"; the signatures
/// of the tokens that jwt.io shows or showed.
const PRINTED: [&str; 7] = [
    "EXAMPLE",
    "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    "sk_test_BQokikJOvBiI2HlWgH4olfQ2",
    "sk_test_tGN0bIwXnHdwOa85VABjPdSn8nWY7G7I",
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    "TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ",
    "dyt0CoTl4WoVjAHI9Q_CwSKhl6d_9rhM3NrXuJttkao",
];

/// Returns true for a key that its issuer printed as an example.
pub(crate) fn is_printed(key: &str) -> bool {
    PRINTED.iter().any(|known| key.contains(known))
}

/// Returns true unless the body is a word or a repeated sign, as in an example.
fn is_random(body: &str) -> bool {
    let mut seen: Vec<u8> = body.bytes().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() >= 8 && body.bytes().any(|byte| byte.is_ascii_digit())
}

/// Returns true if the last six characters are the CRC-32 of the characters behind the prefix, in base 62.
fn has_crc(token: &str) -> bool {
    let Some((_, body)) = token.split_once('_') else { return false };
    let Some(split) = body.len().checked_sub(6) else { return false };
    let Some((secret, check)) = body.split_at_checked(split) else { return false };
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let value = check.bytes().try_fold(0_u64, |sum, byte| {
        let digit = alphabet.iter().position(|letter| *letter == byte)?;
        Some(sum * 62 + u64::try_from(digit).ok()?)
    });
    value == Some(u64::from(crc32(secret.as_bytes())))
}

/// Returns true for a private key of Bitcoin in the wallet import format, whose last four bytes are a double SHA-256.
///
/// Source: Bitcoin developer documentation, "Wallet import format".
fn is_wallet_key(run: &str) -> bool {
    if !run.starts_with(['5', 'K', 'L']) {
        return false;
    }
    let alphabet = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes: Vec<u8> = Vec::new();
    for letter in run.bytes() {
        let Some(digit) = alphabet.iter().position(|known| *known == letter) else { return false };
        let mut carry = u32::try_from(digit).expect("the alphabet has 58 letters");
        for byte in &mut bytes {
            let [low, high, ..] = (u32::from(*byte) * 58 + carry).to_le_bytes();
            *byte = low;
            carry = u32::from(high);
        }
        bytes.extend(u8::try_from(carry).ok().filter(|byte| *byte > 0));
    }
    bytes.reverse();
    let Some((key, check)) = bytes.split_last_chunk::<4>() else { return false };
    let hash = demarche_terms::Sha256::of(&demarche_terms::Sha256::of(key).0);
    key.first() == Some(&0x80) && hash.0.starts_with(check)
}

/// The rules as documents list them.
pub(crate) fn infos() -> impl Iterator<Item = RuleInfo> {
    ISSUERS.iter().map(|issuer| RuleInfo {
        id: issuer.id,
        kind: Kind::ApiKey,
        country: None,
        title: issuer.title,
        checked: "prefix and length; the checksum where the form has it",
        source: issuer.source,
    })
}

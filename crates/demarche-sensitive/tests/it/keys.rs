use demarche_sensitive::{Check, Kind, Layout};

use crate::support::findings;

const BLOCK: &str = "-----BEGIN PRIVATE KEY-----\nMIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEA\nq1w2e3r4t5y6u7i8o9p0\n-----END PRIVATE KEY-----";

fn hash(text: &str) -> String {
    let found = findings(text, Layout::Prose);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].kind, Kind::PrivateKey);
    found[0].value.clone()
}

#[test]
fn a_private_key_has_one_hash_whether_plain_quoted_indented_or_on_one_line() {
    let plain = hash(BLOCK);
    assert_eq!(plain, demarche_terms::Sha256::of(BLOCK.as_bytes()).to_string());
    assert_eq!(plain, hash(&format!("> {}\n", BLOCK.replace('\n', "\n> "))));
    assert_eq!(plain, hash(&format!("    {}\n", BLOCK.replace('\n', "\r\n    "))));
    assert_eq!(plain, hash(&format!("{{\"key\": \"{}\\n\"}}", BLOCK.replace('\n', "\\n"))));
}

#[test]
fn a_public_key_is_no_finding() {
    let text = BLOCK.replace("PRIVATE", "PUBLIC");
    assert_eq!(findings(&text, Layout::Prose), []);
}

#[test]
fn a_token_with_the_right_checksum_is_told_from_one_of_the_right_form() {
    // The last six characters are the CRC-32 of the thirty before them, in base 62.
    let right = "ghp_0123456789abcdefghijABCDEFGHIJ3mLQcd";
    let found = findings(right, Layout::Prose);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind, found[0].rule), (Kind::ApiKey, "github-token"));
    assert_ne!(found[0].check, Check::Context);
}

#[test]
fn keys_of_issuers_are_found_and_words_like_them_are_not() {
    let keys = [
        "glpat-aB3dE6gH9jK2mN5pQ8sT",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "AIzaSyD4k8xQ2mZ7vB1nR5tY9wE3uP6oL0jH8fG",
        "npm_aB3dE6gH9jK2mN5pQ8sTvW1yZ4cF7hJ0kL3n",
    ];
    for key in keys {
        let found = findings(&format!("key {key}, keep it"), Layout::Prose);
        assert_eq!(found.len(), 1, "{key}");
        assert_eq!((found[0].kind, found[0].value.as_str()), (Kind::ApiKey, key));
    }
    for text in [
        "sk-learn is a library of many words",
        "npm_config_registry",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ] {
        assert_eq!(findings(text, Layout::Prose), [], "{text}");
    }
}

#[test]
fn a_token_of_three_parts_is_a_jwt_only_with_an_algorithm() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLW9mLXRoaXMtdG9rZW4";
    let found = findings(&format!("Authorization: Bearer {token}."), Layout::Prose);
    assert_eq!((found[0].kind, found[0].value.as_str()), (Kind::Jwt, token));
    assert_eq!(findings("eyJhIjoxfQ.eyJzdWIiOiIxIn0.c2ln", Layout::Prose), []);
}

#[test]
fn a_wallet_key_needs_its_double_hash() {
    let key = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
    assert_eq!(findings(key, Layout::Prose)[0].rule, "bitcoin-wif");
    assert_eq!(findings(&key.replace("TJ", "TK"), Layout::Prose), []);
}

//! Values in the notations of programs: settings, commands, statements, records.

use demarche_sensitive::Layout;

use crate::support::findings;

/// The kinds and values found in a text without columns.
fn values(text: &str) -> Vec<(&'static str, String)> {
    let found = findings(text, Layout::Prose);
    found.into_iter().map(|found| (found.kind.name(), found.value)).collect()
}

/// Fails unless each text has exactly the passwords.
fn check(cases: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for (text, wanted) in cases {
        let found = values(text);
        let wanted: Vec<_> = wanted.iter().map(|value| ("password", (*value).to_owned())).collect();
        if found != wanted {
            wrong.push(format!("{text}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_tab_parts_a_label_from_its_password_as_a_space_does() {
    check(&[
        ("Password:\tTulpe99!", &["Tulpe99!"]),
        ("Password\tTulpe99!", &["Tulpe99!"]),
        ("Password\t:\thunter2", &["hunter2"]),
        ("Login:\tanna\tPassword:\tTulpe99!\tHost:\tdb1", &["Tulpe99!"]),
        ("hasło tymczasowe\tTulpe99!", &["Tulpe99!"]),
        ("Passphrase:\tblue horse runs far", &["blue horse runs far"]),
        ("Password\tUsername\tHost", &[]),
    ]);
}

#[test]
fn an_empty_setting_does_not_take_the_next_line() {
    check(&[
        ("REDIS_PASSWORD=\nDEBUG_MODE=true1\n", &[]),
        ("DB_PASSWORD=\nx9#kkQ2v\n", &[]),
        ("password:\nLOG_LEVEL=info7\n", &[]),
        ("ADMIN_PWD=\"\"\nHOST=db1.internal\n", &[]),
        ("Password:\nhunter2!\n", &["hunter2!"]),
        ("Password:\nab=cd12!\n", &["ab=cd12!"]),
    ]);
}

#[test]
fn a_quote_that_a_string_escapes_belongs_to_the_value() {
    check(&[
        (r#"{"password":"ab&cd\"Q9\z1"}"#, &[r#"ab&cd"Q9\z1"#]),
        (r#"{"text":"the password: \"Tulpe99!\" is new"}"#, &["Tulpe99!"]),
        ("{\"text\":\"see\u{2028}Password: Tulpe99!\"}", &["Tulpe99!"]),
    ]);
}

#[test]
fn commands_and_settings_give_their_passwords() {
    check(&[
        ("mysql -u root -pZorro-2001x app", &["Zorro-2001x"]),
        ("$ /usr/bin/mysqldump -uroot -p'Zorro 2001x' app", &["Zorro 2001x"]),
        ("mysql -u root -p app", &[]),
        ("mysql -u root -p$DB_PASS app | tee -private", &[]),
        ("curl -u admin:Zorro-2002x https://x.example/", &["Zorro-2002x"]),
        ("curl --user 'admin:Zorro:x' https://x.example/", &["Zorro:x"]),
        ("curl -u admin https://x.example/", &[]),
        ("sshpass -p Zorro-2003x ssh root@h", &["Zorro-2003x"]),
        ("sshpass -pZorro-2003x ssh -p 22 root@h", &["Zorro-2003x"]),
        ("sshpass -e ssh -p 2222 root@h", &[]),
        ("docker login -u bob -p Zorro-2008x r.example", &["Zorro-2008x"]),
        ("net use z: \\\\srv\\x /user:adm Zorro2006x", &["Zorro2006x"]),
        ("net use z: \\\\srv\\x Zorro2006x /user:adm", &["Zorro2006x"]),
        ("net use z: \\\\srv\\x /user:adm /persistent:no", &[]),
        ("echo 'Zorro-2007x' | sudo -S ls", &["Zorro-2007x"]),
        ("define( 'DB_PASSWORD', 'Zorro-2010x' );", &["Zorro-2010x"]),
        ("define('DB_PASSWORD', 'password_here');", &[]),
        ("define('DB_NAME', 'Zorro-2010x');", &[]),
        ("ConvertTo-SecureString \"Zorro-2014x\" -AsPlainText -Force", &["Zorro-2014x"]),
        ("ConvertTo-SecureString $pass -AsPlainText -Force", &[]),
        ("Authorization: Basic YWRtaW46Wm9ycm8tMjAxN3g=", &["Zorro-2017x"]),
    ]);
}

#[test]
fn devices_directories_and_lists_give_their_passwords() {
    check(&[
        ("enable secret 0 Zorro2016x", &["Zorro2016x"]),
        ("username admin password 7 0822455D0A16", &["cisco"]),
        ("username admin privilege 15 secret 0 Zorro2016x", &["Zorro2016x"]),
        ("username admin secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0", &[]),
        ("enable secret 9 $9$abc123DEF456$xyz", &[]),
        ("enable password protection in the menu", &[]),
        ("snmp-server community Zorro2015x RW", &["Zorro2015x"]),
        ("snmp-server community public RO", &[]),
        ("dn: uid=a\nuserPassword:: Wm9ycm8tMjAxNw==\n", &["Zorro-2017"]),
        ("userPassword:: e1NTSEF9TDJadlpXSnNZV2h6WldsMmFXTm9aWEk9\n", &[]),
        ("# pg\ndb1.example:5432:app:pg:Zorro-1x\n*:*:*:pg:Zo\\:ro2\n", &["Zorro-1x", "Zo:ro2"]),
        ("see host:5432:app:pg:Zorro-1x\nand more", &[]),
        (
            "anna|Tulpe99!|10.0.0.1\nbob|garden|10.0.0.2\ncy|Quill#8|10.0.0.3\n",
            &["Tulpe99!", "garden", "Quill#8"],
        ),
        ("a1|Tulpe99!|x\nb1|Quill#8|y\nc1|Quill#9|z\n", &[]),
    ]);
}

#[test]
fn a_private_key_in_base_64_is_the_same_key_as_in_armour() {
    let armour = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIAAA\n-----END EC PRIVATE KEY-----\n";
    let code = "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCk1IY0NBUUVFSUFBQQotLS0tLUVORCBFQyBQUklWQVRFIEtFWS0tLS0tCg==";
    let found = values(&format!("    client-key-data: {code}\n"));
    assert_eq!(found.len(), 1);
    assert_eq!(found, values(armour));
    let certificate = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUMKLS0tLS1FTkQ=";
    assert_eq!(values(&format!("client-certificate-data: {certificate}")), []);
}

#[test]
fn a_card_keeps_its_check_digits_beside_a_telephone() {
    let card = |value: &str| vec![("card", value.to_owned())];
    let text = "Call me on my phone, then charge 4539578763621486 for it";
    assert_eq!(values(text), card("4539578763621486"));
    let text = "Call me on my phone, then charge 378734493671000 for it";
    assert_eq!(values(text), card("378734493671000"));
    assert_eq!(values("Order nr zam. 4539578763621486, nr zam 4539578763621486"), []);
}

#[test]
fn a_number_of_a_column_keeps_the_zeros_that_a_spreadsheet_drops() {
    let table = |text: &str| -> Vec<String> {
        let found = findings(text, Layout::Table).into_iter();
        found.filter(|found| found.kind.name() == "ssn").map(|found| found.value).collect()
    };
    assert_eq!(table("Name\tSSN\nA\t12345678\nB\t1234567\n"), ["012-34-5678", "001-23-4567"]);
    assert_eq!(table("Name\tCount\nA\t12345678\n"), [""; 0]);
    assert_eq!(values("SSN: 12345678"), [("ssn", "012-34-5678".to_owned())]);
    for text in ["SSN: 20210304", "social 12345678", "SSN: 1234567", "SSN: 123-45-6789"] {
        assert_eq!(values(text), [], "{text}");
    }
}

#[test]
fn tokens_keep_a_hyphen_or_underscore_at_their_end() {
    for token in [
        "glpat-abcdefghij0123456_-_",
        "glpat-abcdefghij012345678-",
        "glpat-abcdefghij0123456789",
        "AIzaSyA-abcdefghijklmnopqrstuvwxyz012_-",
    ] {
        for text in
            [format!("token {token}"), format!("Use {token}. Thanks"), format!("x={token}\n")]
        {
            let found = values(&text);
            assert_eq!(found, [("api_key", token.to_owned())], "{text}");
        }
    }
    assert_eq!(
        values("glpat-abcdefghij0123456789__"),
        [("api_key", "glpat-abcdefghij0123456789".to_owned())]
    );
}

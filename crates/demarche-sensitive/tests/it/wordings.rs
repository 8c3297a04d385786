//! Further wordings, of mails in many languages, and sentences that only look like them.

use crate::support::check;

#[test]
fn further_wordings_of_passwords() {
    check(&[
        ("password", "Marmotte74!", "Voici tes accès : identifiant jdupont, mdp Marmotte74!"),
        ("password", "kU7#vv21", "pw for the shared drive -> kU7#vv21"),
        ("password", "Helsinki-88", "Wi-Fi in the Oslo office: SSID guest, password Helsinki-88"),
        ("password", "7741", "Alarm code: 7741 (do not forward)"),
        ("password", "Nordsee2018", "Zugangsdaten: benutzer mueller, Passwort Nordsee2018"),
        ("password", "zebra4Tango", "I've reset it – the new password's zebra4Tango"),
        ("password", "Rw2$kdmN", "admin:Rw2$kdmN is still valid; login: admin:Rw2$kdmN"),
        ("password", "Tormenta.91", "la nueva contraseña de tu cuenta es: Tormenta.91"),
        ("password", "Gelato22!", "credenziali: mrossi / Gelato22!"),
        ("password", "Cavalo!9", "Segue a senha: Cavalo!9"),
        ("password", "Molen#55", "je nieuwe wachtwoord is Molen#55"),
        ("password", "Orzel_2020", "dane logowania: jkowalski / Orzel_2020"),
        ("password", "Volga-1961a", "временный пароль: Volga-1961a, смените при входе"),
        ("password", "Kyiv#2022", "Пароль для входу — Kyiv#2022"),
        ("password", "Ankara06!", "Yeni şifreniz: Ankara06!"),
        ("password", "tj-Admin#1", "初始密码为tj-Admin#1"),
        ("password", "Fuji-san77", "パスワード：Fuji-san77"),
        ("password", "letmein", "pwd: letmein"),
        ("password", "B4n4n4Split", "$ sshpass -p x; export PGPASSWORD=B4n4n4Split"),
        ("password", "M0nkey!", "<add key=\"smtpPassword\" value=\"x\"/> password=\"M0nkey!\""),
        ("password", "qazWSX12", "username: ops, password: qazWSX12, url: https://ops.example"),
        ("password", "Jakarta!1", "jdbc:mysql://db/prod?user=root&password=Jakarta!1"),
        ("password", "c0rrect-Horse", "unlock the zip with passphrase c0rrect-Horse"),
        ("password", "H3idi_Alp", "Kennwort (neu): H3idi_Alp"),
        ("password", "Dublin'22x", "Password = Dublin'22x"),
        ("-", "", "Passwords should be rotated every 90 days"),
        ("-", "", "the password is required for all users in the building"),
        ("-", "", "Did you try the password I gave you yesterday?"),
        ("-", "", "Password strength: strong"),
        ("-", "", "Neues Passwort vergeben? Hier klicken"),
        ("-", "", "password: n/a"),
        ("-", "", "Passwort: siehe separate E-Mail"),
        ("-", "", "Contraseña: (oculta)"),
        ("-", "", "mot de passe oublié ? contactez le 0123"),
        ("-", "", "pass the parcel to Anna, pass rate improved by 12%"),
        ("-", "", "The login page at https://intranet.example/login is down"),
        ("-", "", "login attempts: 5 failed from 10.0.0.12"),
        ("-", "", "Username / Password are case sensitive"),
        ("-", "", "credentials were revoked on 2023-04-01 / ticket INC123456"),
        ("-", "", "password_hash: $2b$12$KIXQ0"),
        ("-", "", "PIN diodes and pin headers 40-pin connector"),
        ("-", "", "the passport and password office"),
    ]);
}

#[test]
fn further_wordings_of_passports() {
    check(&[
        ("passport", "CZ6311T47", "Her passport (no. CZ6311T47) expires soon"),
        ("passport", "19HA45678", "passeport français n° 19HA45678"),
        ("passport", "PAA123456", "nº de pasaporte: PAA123456"),
        ("passport", "AA0000000", "documento di viaggio: passaporto n. AA0000000"),
        ("passport", "ZE000509", "vegabréf, passport ZE000509"),
        ("passport", "721234567", "загранпаспорт 72 1234567"),
        ("passport", "E12345678", "护照：E12345678"),
        ("passport", "GH123456", "cestovní pas č. GH123456"),
        ("passport", "BA9988776", "útlevélszám: BA9988776"),
        ("passport", "055123456", "pașaport nr. 055123456"),
        ("passport", "N1234567", "passnr. N1234567"),
        ("-", "", "Please renew your passport before 2025; fees rise to 140 in April"),
        ("-", "", "passport holders queue at gate 14, flight LH1234567"),
        ("-", "", "Passkontrolle in Halle 123456"),
    ]);
}

#[test]
fn further_wordings_of_dates_of_birth() {
    check(&[
        ("dob", "1962-02-28", "DOB 28-Feb-1962"),
        ("dob", "1994-08-09", "Geburtstag: 9.8.1994"),
        ("dob", "1978-12-03", "née à Lyon le 3 décembre 1978"),
        ("dob", "2001-06-30", "nacida el 30/06/2001"),
        ("dob", "1955-01-17", "nata a Milano il 17 gennaio 1955"),
        ("dob", "1999-10-02", "nascida em 2 de outubro de 1999"),
        ("dob", "1967-03-08", "ur. 8 marca 1967 r."),
        ("dob", "1983-11-21", "Syntynyt 21.11.1983"),
        ("dob", "1996-07-04", "birth date 07/04/1996 and SSN on file"),
        ("dob", "1970-05-15", "г.р. 15.05.1970"),
        ("dob", "1988-09-12", "生于1988年9月12日"),
        ("dob", "1945-04-30", "f. nac.: 30/04/1945"),
        ("dob", "1992-02-29", "d.o.b. 29/02/1992"),
        ("-", "", "DOB: 31.02.1990"),
        ("-", "", "born out of necessity in version 12.05.2019 of the contract"),
        ("-", "", "company birthday: founded 1999"),
        ("-", "", "date of birth to be confirmed by 12.06.2024"),
    ]);
}

#[test]
fn further_wordings_of_salaries() {
    check(&[
        ("salary", "73000", "she currently earns €73,000"),
        ("salary", "5200", "Bruttolohn 5'200 Franken"),
        ("salary", "95000", "offered a base salary of $95k to start in May"),
        ("salary", "41500", "rémunération annuelle : 41.500 EUR"),
        ("salary", "2750", "gana 2.750 euros al mes"),
        ("salary", "38000", "RAL 38.000 €"),
        ("salary", "60000", "jaarsalaris van € 60.000"),
        ("salary", "445000", "årslønn 445 000 kr"),
        ("salary", "8400", "pensja 8400 zł"),
        ("salary", "68000", "plat 68 000 Kč měsíčně"),
        ("salary", "250000", "оклад составляет 250 000 руб."),
        ("salary", "22000", "月薪 22,000元"),
        ("salary", "480000", "給与 480,000円"),
        ("salary", "31200", "wages: GBP 31,200 per annum"),
        ("salary", "15000", "prime exceptionnelle de 15 000 €"),
        ("salary", "102000", "we agreed to raise his pay to 102,000 CHF"),
        ("-", "", "salary negotiations in room 52000"),
        ("-", "", "please pay 12,500 EUR to the supplier by Friday"),
        ("-", "", "rent of 4.500 EUR per month for the office"),
        ("-", "", "Lohnsteuer 2023 Formular 12345"),
        ("-", "", "loan of 1 250 000 NOK granted by the bank"),
        ("-", "", "revenue grew to $85,000 last quarter"),
    ]);
}

#[test]
fn further_wordings_of_diagnoses() {
    check(&[
        ("health", "F33.2", "sick note: F33.2 until further notice"),
        ("health", "S82.1", "ICD-10 S82.1 (Unfall)"),
        ("health", "N18.3", "diagnoosi N18.3"),
        ("health", "depresión", "La paciente sufre de depresión desde marzo"),
        ("health", "rak piersi", "zdiagnozowano u niej rak piersi"),
        ("health", "diabète", "Il souffre de diabète et demande un aménagement"),
        ("health", "leukemia", "His daughter is being treated for leukemia"),
        ("-", "", "diagnosis of the engine fault: code P03 resolved"),
        ("-", "", "patient processing of orders; see table A10"),
        ("-", "", "the diabetes foundation donated 500 EUR"),
    ]);
}

#[test]
fn further_wordings_of_telephone_numbers() {
    check(&[
        ("phone", "+390612345678", "tel. +39 06 1234 5678"),
        ("phone", "+81312345678", "電話 +81-3-1234-5678"),
        ("phone", "+5511987654321", "celular: +55 11 98765-4321"),
        ("phone", "+4687654321", "ring +46 8 765 43 21"),
        ("phone", "+41443091234", "Tel +41 44 309 12 34"),
        ("-", "", "score +12 345 points"),
    ]);
}

#[test]
fn further_wordings_of_cards() {
    check(&[
        ("card", "4012888888881881", "CC: 4012-8888-8888-1881 exp 09/26"),
        ("card", "5105105105105100", "Mastercard 5105 1051 0510 5100"),
        ("card", "6200000000000005", "银行卡 6200 0000 0000 0005"),
        ("-", "", "parcel 4012888888881881 in transit"),
        ("-", "", "Sendungsnummer 5105105105105100"),
        ("-", "", "timestamp 1700000000000 and 1634567890123456"),
        ("-", "", "Rechnung Nr. 378282246310005"),
    ]);
}

#[test]
fn further_wordings_of_social_security_numbers() {
    check(&[
        ("ssn", "421-36-9087", "employee 421-36-9087 was terminated"),
        ("ssn", "607-12-4455", "last payroll: social security 607124455"),
        ("-", "", "ISBN 978-3-16-148410-0"),
        ("-", "", "Part # 421-36-9087"),
        ("-", "", "case no. 607-12-4455"),
        ("-", "", "fax 421-36-9087"),
    ]);
}

#[test]
fn further_wordings_of_accounts() {
    check(&[
        ("iban", "PL61109010140000071219812874", "nr konta PL61 1090 1014 0000 0712 1981 2874"),
        ("iban", "CH9300762011623852957", "CH93 0076 2011 6238 5295 7"),
        ("iban", "ES9121000418450200051332", "cuenta es91 2100 0418 4502 0005 1332"),
        ("-", "", "reference RF18539007547034"),
        ("-", "", "invoice FR1420041010050500013M02607"),
    ]);
}

#[test]
fn further_wordings_of_privilege() {
    check(&[
        ("privilege", "legal advice privilege", "LEGAL ADVICE PRIVILEGE APPLIES"),
        ("privilege", "attorney work product", "Attorney Work Product – Draft"),
        ("privilege", "адвокатская тайна", "Адвокатская тайна"),
        ("privilege", "tajemnica adwokacka", "Tajemnica adwokacka"),
        (
            "-",
            "",
            "We discussed whether legal professional privilege would cover the report prepared by auditors in London.",
        ),
        (
            "-",
            "",
            "Diese E-Mail kann vertrauliche Informationen enthalten, die dem Anwaltsgeheimnis unterliegen.",
        ),
    ]);
}

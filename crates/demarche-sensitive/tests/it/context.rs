use crate::support::check;

#[test]
fn passwords_are_told_from_sentences_about_passwords() {
    check(&[
        (
            "password",
            "Kastanie_77",
            "Das neue Kennwort lautet Kastanie_77, bitte nicht weitergeben.",
        ),
        (
            "password",
            "Tr0ub4dor&3",
            "Hi Bob, the root password on db02 is now Tr0ub4dor&3 – delete this mail",
        ),
        ("password", "Wf83nsPq", "Your temporary password: Wf83nsPq"),
        ("password", "s3cr3t-Lama", "export DB_PASSWORD=s3cr3t-Lama"),
        ("password", "Gr33nApple!", "\"password\": \"Gr33nApple!\","),
        ("password", "9921", "Die PIN der Firmenkarte ist übrigens: PIN: 9921"),
        ("password", "ChatNoir42", "Le mot de passe du wifi est ChatNoir42 ."),
        ("password", "Soleil#2019", "Mot de passe : Soleil#2019"),
        ("password", "Zapato$88", "La contraseña es Zapato$88"),
        ("password", "Luna2021x", "Usuario: mgarcia Contraseña: Luna2021x"),
        ("password", "Vento!92a", "La password del server è Vento!92a"),
        ("password", "Praia#44", "A senha do banco é Praia#44"),
        ("password", "Fiets1234!", "Wachtwoord: Fiets1234!"),
        ("password", "Vinter2020", "Lösenordet är Vinter2020"),
        ("password", "Sommer99x", "Adgangskoden er Sommer99x"),
        ("password", "Fjord_18", "Passordet er Fjord_18"),
        ("password", "Kesa2022!", "Salasana on Kesa2022!"),
        ("password", "Zima#2023", "Hasło do serwera: Zima#2023"),
        ("password", "Jaro2024!", "heslo: Jaro2024!"),
        ("password", "Tavasz77", "A jelszó: Tavasz77"),
        ("password", "Munte_55", "Parola este Munte_55"),
        ("password", "Yaz2021!", "Şifre: Yaz2021!"),
        ("password", "Снег2023!", "Пароль: Снег2023!"),
        ("password", "Qwe!2345", "пароль от почты: Qwe!2345"),
        ("password", "Zxcv#789", "Пароль до сервера Zxcv#789"),
        ("password", "Abc@1234", "密码是 Abc@1234"),
        ("password", "Huawei@123", "登录密码：Huawei@123"),
        ("password", "Sakura88!", "パスワードは Sakura88! です"),
        ("password", "Kim!2020", "비밀번호: Kim!2020"),
        ("password", "Nile#2022", "كلمة المرور: Nile#2022"),
        ("password", "Gal12345", "הסיסמה היא Gal12345"),
        ("password", "Olymp!as7", "Ο κωδικός πρόσβασης είναι Olymp!as7"),
        ("password", "hunter2", "user: admin\npassword: hunter2"),
        ("password", "dragon", "password: dragon"),
        ("password", "Winter2023!", "creds for jira: svc-jira / Winter2023!"),
        ("password", "P@ssw0rd", "login is administrator / P@ssw0rd"),
        ("password", "k33pOut", "postgres://app:k33pOut@db.internal:5432/prod"),
        ("password", "x9!aa_Q", "mysql -u root, pw: x9!aa_Q"),
        ("password", "Blue-Horse-77", "passphrase \"Blue-Horse-77\" for the zip"),
        ("password", "Maerz.2024", "Passwort für das VPN: Maerz.2024"),
        ("password", "4F9k2!mm", "Please use password 4F9k2!mm to open the attachment"),
        ("password", "tulip99A", "PW=tulip99A"),
        ("password", "qLmz88vD", "the admin pass for the router has been changed to qLmz88vD"),
        (
            "password",
            "zt7Kp2Wq",
            "Server=tcp:db1;Database=hr;User Id=sa;Password=zt7Kp2Wq;Encrypt=true",
        ),
        ("password", "Riga2021", "Parole: Riga2021"),
        ("password", "Vilnius!5", "Slaptažodis: Vilnius!5"),
        ("password", "Zagreb_9a", "Lozinka: Zagreb_9a"),
        ("password", "Sofia2020", "Парола: Sofia2020"),
        ("password", "Hanoi@99", "Mật khẩu: Hanoi@99"),
        ("password", "Bali#2021", "Kata sandi: Bali#2021"),
        ("password", "Bergen#1", "passord: Bergen#1"),
        ("-", "", "please do not share your password with anyone"),
        ("-", "", "password must contain at least 8 characters and one digit"),
        ("-", "", "Password: ************"),
        ("-", "", "password: <your password here>"),
        ("-", "", "Forgot your password? Click here: https://portal.example/reset"),
        ("-", "", "Passwort: mindestens 12 Zeichen, Sonderzeichen erlaubt"),
        ("-", "", "Le mot de passe doit contenir 8 caractères"),
        ("-", "", "DB_PASSWORD=${DB_PASSWORD}"),
        ("-", "", "The password expires on 12.05.2025"),
        ("-", "", "your password has been changed successfully"),
        ("-", "", "Su contraseña ha caducado, cambie su clave antes del viernes"),
        ("-", "", "password manager LastPass is approved by IT"),
        ("-", "", "I will send you the password separately by SMS"),
        ("-", "", "password protected file report2023.pdf attached"),
        ("-", "", "The pass rate was 87% in Q3"),
        ("-", "", "boarding pass attached, gate B12 seat 14C"),
        ("-", "", "Пароль должен содержать не менее 8 символов"),
        ("-", "", "密码必须至少包含8个字符"),
        ("-", "", "パスワードを変更してください"),
        ("-", "", "Password: see separate email"),
        ("-", "", "use of the word password in Office365 and Windows10"),
        ("-", "", "mountain pass was closed for 3 weeks"),
        ("-", "", "const PASSWORD_MIN_LENGTH = 12"),
        ("-", "", "Enter password (6-20 chars):"),
    ]);
}

#[test]
fn passports_are_found_by_the_words_of_many_languages() {
    check(&[
        ("passport", "C4KM92XP1", "Reisepassnummer C4KM92XP1, gültig bis 2030"),
        ("passport", "14AB12345", "Numéro de passeport : 14AB12345"),
        ("passport", "XDB123456", "pasaporte n.º XDB123456 expedido en Madrid"),
        ("passport", "YA1234567", "passaporto YA1234567 rilasciato a Roma"),
        ("passport", "P123456", "passaporte P123456"),
        ("passport", "NX1R2B3C4", "paspoortnummer: NX1R2B3C4"),
        ("passport", "4509654321", "Паспорт 4509 654321, выдан ОВД"),
        ("passport", "EA1234567", "护照号码：EA1234567"),
        ("passport", "TK1234567", "旅券番号 TK1234567"),
        ("passport", "M12345678", "여권번호 M12345678"),
        ("passport", "A01234567", "جواز سفر رقم A01234567"),
        ("passport", "AB1234567", "paszport nr AB1234567"),
        ("passport", "U12345678", "pasaport no U12345678"),
        ("passport", "31234567", "passnummer 31234567"),
        ("passport", "533401372", "US passport 533401372 issued by the State Department"),
        ("passport", "AE0000001", "αριθμός διαβατηρίου AE0000001"),
        ("passport", "FP1234567", "passin numero FP1234567"),
        ("passport", "K8765432", "His passport, K8765432, expires next year"),
        ("passport", "L9876543", "Passport No: L9876543; nationality: Singapore"),
        ("passport", "BX0012345", "travel doc details - passport number BX0012345"),
        ("-", "", "Please bring your passport. Booking reference 7QK2LM"),
        ("-", "", "passport renewal fee is 130 USD, order 88123456"),
        ("-", "", "The passport office moved to 221B Baker Street"),
        ("-", "", "Reisepass bitte bis 15.03.2024 verlängern"),
    ]);
}

#[test]
fn dates_of_birth_are_found_in_many_orders() {
    check(&[
        ("dob", "1971-03-24", "geboren am 24. März 1971 in Köln"),
        ("dob", "1985-12-01", "Date of birth: 1 December 1985"),
        ("dob", "1985-12-02", "DOB: Dec 2, 1985"),
        ("dob", "1990-07-15", "née le 15 juillet 1990"),
        ("dob", "1968-02-09", "né le 09/02/1968"),
        ("dob", "1977-08-30", "Fecha de nacimiento: 30 de agosto de 1977"),
        ("dob", "1969-05-05", "nato il 5/5/1969"),
        ("dob", "1982-10-11", "data de nascimento 11-10-1982"),
        ("dob", "1993-04-17", "geboortedatum 17-04-1993"),
        ("dob", "1988-06-21", "född 1988-06-21"),
        ("dob", "1975-01-31", "født 31. januar 1975"),
        ("dob", "1964-11-03", "syntymäaika 3.11.1964"),
        ("dob", "1979-09-08", "data urodzenia: 8 września 1979"),
        ("dob", "1991-03-13", "datum narození 13. 3. 1991"),
        ("dob", "1987-05-22", "született: 1987. május 22."),
        ("dob", "1995-02-14", "data nașterii 14.02.1995"),
        ("dob", "1983-07-07", "дата рождения 07.07.1983"),
        ("dob", "1972-10-19", "родился 19 октября 1972 года"),
        ("dob", "1986-08-24", "дата народження: 24.08.1986"),
        ("dob", "1990-01-05", "出生日期：1990年1月5日"),
        ("dob", "1980-05-03", "生年月日 1980年5月3日"),
        ("dob", "1992-11-30", "생년월일: 1992년 11월 30일"),
        ("dob", "1984-04-02", "تاريخ الميلاد: 02/04/1984"),
        ("dob", "1976-06-18", "doğum tarihi 18.06.1976"),
        ("dob", "1989-12-25", "ημερομηνία γέννησης 25/12/1989"),
        ("dob", "1974-09-16", "She was born on September 16, 1974 in Boston."),
        ("dob", "1966-10-27", "date of birth (principal): 27.10.1966"),
        ("-", "", "born in Berlin, he joined us on 01.02.2020 as engineer"),
        ("-", "", "The birthday party is on Friday 12.04"),
        ("-", "", "meeting on 24.03.1971 archive, no personal data"),
    ]);
}

#[test]
fn salaries_are_told_from_other_amounts() {
    check(&[
        ("salary", "85000", "Her base salary is $85,000"),
        ("salary", "85000", "we can go up to 85k salary"),
        ("salary", "62400", "Jahresgehalt von 62.400 EUR"),
        ("salary", "4200", "Monatsgehalt: 4.200,00 €"),
        ("salary", "48000", "salaire brut annuel de 48 000 €"),
        ("salary", "3150", "son salaire est de 3150 euros par mois"),
        ("salary", "31000", "sueldo bruto 31.000 € anuales"),
        ("salary", "1850", "nómina: 1.850,50 €"),
        ("salary", "45000", "stipendio annuo lordo di 45.000 euro"),
        ("salary", "2300", "salário de R$ 2.300,00"),
        ("salary", "54000", "brutosalaris € 54.000,-"),
        ("salary", "38500", "månadslön 38 500 kr"),
        ("salary", "42000", "løn: 42.000 kr. om måneden"),
        ("salary", "3600", "palkka 3600 €/kk"),
        ("salary", "12500", "wynagrodzenie 12 500 zł brutto"),
        ("salary", "55000", "hrubá mzda 55 000 Kč"),
        ("salary", "650000", "bruttó fizetése 650 000 Ft"),
        ("salary", "7500", "salariul brut 7.500 lei"),
        ("salary", "45000", "maaşı 45.000 TL"),
        ("salary", "150000", "зарплата 150 000 рублей"),
        ("salary", "120000", "оклад 120 тыс. руб."),
        ("salary", "35000", "зарплата 35 000 грн"),
        ("salary", "300000", "年薪30万元"),
        ("salary", "5500000", "年収 5,500,000円"),
        ("salary", "52000000", "연봉 52,000,000원"),
        ("salary", "9000", "الراتب 9000 ريال"),
        ("salary", "18000", "משכורת 18,000 ₪"),
        ("salary", "2100", "μισθός 2.100 €"),
        ("salary", "120000", "CHF 120'000 Lohn pro Jahr"),
        ("salary", "25000", "she gets a bonus of £25,000 this year"),
        ("salary", "91500", "the firm pays her 91,500 dollars a year"),
        ("salary", "78000", "Total compensation: USD 78,000 p.a."),
        ("salary", "66000", "Gehaltserhöhung auf 66.000 EUR ab April"),
        ("-", "", "the invoice total is $85,000 payable in 30 days"),
        ("-", "", "budget of EUR 52,300 approved for the server"),
        ("-", "", "Der Vertrag hat einen Wert von 120.000 EUR"),
        ("-", "", "the salary review is scheduled for 2024"),
        ("-", "", "payroll run 15 March, 220 employees"),
        ("-", "", "bonus points: 4500 miles credited to your frequent flyer account"),
    ]);
}

#[test]
fn diagnoses_are_told_from_vitamins_and_rooms() {
    check(&[
        ("health", "F41.1", "Diagnose: F41.1, krankgeschrieben bis 3.5."),
        ("health", "M54.5", "diagnostic M54.5, arrêt de travail de 5 jours"),
        ("health", "J45.9", "diagnóstico: J45.9"),
        ("health", "I10", "diagnosi I10 nel paziente"),
        ("health", "K50.0", "диагноз K50.0"),
        ("health", "HIV positive", "The patient is HIV positive and on leave"),
        ("health", "epilepsy", "He was diagnosed with epilepsy last year"),
        ("health", "Brustkrebs", "Frau Meier ist an Brustkrebs erkrankt, Diagnose seit Mai"),
        ("health", "E10.9", "rozpoznanie E10.9"),
        ("health", "C34.1", "诊断 C34.1"),
        ("health", "G35", "tanı: G35"),
        ("health", "F20.0", "diagnos F20.0, sjukskriven"),
        ("-", "", "Vitamin B12 deficiency is common; take B12 daily with room B20"),
        ("-", "", "the patient took vitamin B12"),
        ("-", "", "Meeting in room C50 with the port authority"),
        ("-", "", "Screen F11 key toggles; A4 paper; gate B20"),
        ("-", "", "A cancer charity run on Sunday"),
    ]);
}

#[test]
fn telephone_numbers_have_a_country_or_a_label() {
    check(&[
        ("phone", "+442079460958", "Tel.: +44 (0)20 7946 0958"),
        ("phone", "+4915123456789", "Handy +49 151 23456789"),
        ("phone", "+33612345678", "mobile 0033 6 12 34 56 78"),
        ("phone", "+12025550143", "call +1 (202) 555-0143"),
        ("phone", "+79161234567", "+7 916 123-45-67"),
        ("phone", "+8613812345678", "手机：+86 138 1234 5678"),
        ("phone", "+34612345678", "tel +34 612 345 678"),
        ("-", "", "+999 12 3456789"),
        ("-", "", "C++11 and +5 points"),
        ("-", "", "version +20231105"),
        ("-", "", "approx. +49 items sold, 12345 left"),
    ]);
}

#[test]
fn marks_of_privilege_are_told_from_disclaimers() {
    check(&[
        ("privilege", "attorney-client privileged", "ATTORNEY-CLIENT PRIVILEGED"),
        (
            "privilege",
            "privileged and confidential",
            "Subject: Privileged and confidential – merger advice",
        ),
        ("privilege", "secret professionnel", "Secret professionnel"),
        ("privilege", "anwaltsgeheimnis", "*** Anwaltsgeheimnis ***"),
        (
            "-",
            "",
            "This e-mail may contain confidential and legally privileged information. If you are not the intended recipient, delete it.",
        ),
    ]);
}

#[test]
fn bank_accounts_are_found_by_their_labels() {
    check(&[
        ("bank_account", "12345678", "sort code 20-00-00, account number 12345678"),
        ("bank_account", "021000021", "ABA routing number: 021000021"),
        ("bank_account", "000123456789", "Account number: 000123456789"),
    ]);
}

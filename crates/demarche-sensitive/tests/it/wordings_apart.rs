//! Wordings that a hostile reader found missed or mistaken, and others of their kind.

use crate::support::check;

#[test]
fn passwords_that_are_words_digits_and_phrases() {
    check(&[
        ("password", "letmein", "the password is letmein, same as before"),
        ("password", "dragon", "password is dragon"),
        ("password", "platypus", "The password for the old NAS is platypus."),
        ("password", "hunter2", "the password for the vpn is hunter2"),
        ("password", "9920", "The PIN for the door is 9920."),
        ("password", "5582", "el PIN de la alarma es 5582"),
        ("password", "20481024", "Passwort für das Backup ist 20481024"),
        ("password", "Fichtelgebirge", "Das WLAN-Passwort lautet Fichtelgebirge"),
        ("password", "88213", "Pass code for the meeting room: 88213"),
        ("password", "correct horse battery staple", "passphrase: correct horse battery staple"),
        (
            "password",
            "orange bicycle quiet thunder",
            "The passphrase reads orange bicycle quiet thunder.",
        ),
        (
            "password",
            "seven blue rivers run north",
            "The passphrase is \"seven blue rivers run north\".",
        ),
        ("password", "le chat dort sur le toit", "Phrase secrète : «le chat dort sur le toit»"),
        ("password", "seven blue rivers", "the new password is \"seven blue rivers\""),
        ("password", "marble cactus violin harbor", "Passphrase:\nmarble cactus violin harbor"),
        ("password", "vier alte Birken am Fluss", "Passphrase: vier alte Birken am Fluss"),
        ("-", "", "The passphrase must have at least four words."),
        ("-", "", "Passphrase: use at least four random words"),
        ("-", "", "passphrase is stored in the safe"),
        ("-", "", "The password is required."),
        ("-", "", "The password is case sensitive."),
        ("-", "", "Password is incorrect, try again."),
        ("-", "", "the password is the same as last year"),
        ("-", "", "Das Passwort ist falsch."),
        ("-", "", "La contraseña es incorrecta."),
        ("-", "", "Pass is easy."),
    ]);
}

#[test]
fn passwords_keep_their_first_letter() {
    check(&[
        ("password", "Übermut!33", "Das Passwort ist Übermut!33"),
        ("password", "Étoile#9x", "le mot de passe est Étoile#9x"),
        ("password", "Çınar!88", "şifre Çınar!88"),
        ("password", "Ёжик2020!", "пароль теперь Ёжик2020!"),
        ("password", "Huanghe5464", "密码是Huanghe5464。"),
        ("password", "Nikko#2019", "パスワードはNikko#2019です"),
    ]);
}

#[test]
fn programs_chats_and_links_for_a_new_password_have_none() {
    check(&[
        ("-", "", "String pw = request.getParameter(\"password\");"),
        ("-", "", "user.password = hash_password(pw1)"),
        ("-", "", "const password = req.body.password;"),
        ("-", "", "pwd = base64.b64decode(x)"),
        ("-", "", "password = getpass.getpass()"),
        ("-", "", "$password = $_POST['password'];"),
        ("-", "", "password=args.password, user=args.user"),
        ("-", "", "fn poll(self: Pin<&mut Self>, ctx: Option<&mut Context<'_>>)"),
        ("-", "", "    #[pin]\n    poll_senders: u32,\n    pwd,\n    #[inline]"),
        ("-", "", "pub const STATUS_ILL_FORMED_PASSWORD: NTSTATUS = 0xC000006B;"),
        ("password", "hunter2", "let password: String = \"hunter2\";"),
        ("-", "", "let pw = form[\"pw\"];"),
        ("password", "Olivo.2291", "password = Olivo.2291"),
        ("password", "Secret(123)", "password = Secret(123)"),
        ("-", "", "PIN the message in #General2024"),
        ("-", "", "Please pin the agenda in #team-2023"),
        ("password", "#r2TW9N9KV2%x=f", "user admin pass #r2TW9N9KV2%x=f"),
        ("-", "", "Mot de passe oublié"),
        ("-", "", "Mot de passe oublié : Aide2Connexion"),
        ("-", "", "Passwort vergessen: Helpdesk24 anrufen"),
        ("-", "", "Contraseña olvidada: Soporte24h"),
        ("-", "", "Lost your password? Visit Help4You!"),
        ("-", "", "Forgot password: Desk7help"),
        ("-", "", "Passwort ändern: Portal2020 öffnen"),
        ("password", "Wolke#17", "Passwort geändert auf Wolke#17"),
        ("-", "", "Забыли пароль? Пишите в Help4You"),
        ("-", "", "忘记密码？Help24online"),
        ("-", "", "password: password: password:"),
    ]);
}

#[test]
fn dates_of_birth_before_their_word_and_by_eras() {
    check(&[
        ("dob", "1985-04-03", "Er ist am 3.4.1985 geboren."),
        ("dob", "1974-05-12", "am 12. Mai 1974 in Kiel geboren"),
        ("dob", "1959-04-23", "op 23 april 1959 geboren te Delft"),
        ("dob", "1971-06-09", "el 9 de junio de 1971 nació en Sevilla"),
        ("dob", "1969-05-05", "il 5 maggio 1969 è nato a Bari"),
        ("dob", "1952-10-07", "7 октября 1952 года рождения"),
        ("dob", "1959-07-04", "4 lipca 1959 r. urodził się w Gdyni"),
        ("dob", "1980-03-12", "12.03.1980 tarihinde doğdu"),
        ("dob", "1955-06-14", "on 14 June 1955 he was born in Derby"),
        ("dob", "1979-11-02", "1979年11月2日出生"),
        ("dob", "1965-08-09", "1965年8月9日生"),
        ("dob", "1985-04-03", "生年月日：昭和60年4月3日"),
        ("dob", "1973-12-01", "昭和４８年１２月１日生まれ"),
        ("dob", "1989-05-01", "生年月日: 平成元年5月1日"),
        ("dob", "1985-04-03", "生年月日 S60.4.3"),
        ("dob", "1985-03-08", "出生日期：民國74年3月8日"),
        ("-", "", "On 3 May 1998 we celebrated her birthday."),
        ("-", "", "am 3.4.1985 Geburtstag von Opa gefeiert"),
        ("-", "", "Verein gegründet am 3.4.1985, geborene Kämpfer"),
        ("-", "", "On 3.4.1985 it rained. Born to run"),
        ("-", "", "1998年8月9日生産を開始"),
        ("-", "", "昭和60年4月3日の会議"),
        ("-", "", "生年月日 S70.4.3"),
    ]);
}

#[test]
fn numbers_of_documents_logs_and_customers_are_none_of_persons() {
    check(&[
        ("-", "", "Salary survey: 1,500 participants"),
        ("-", "", "Salary ranges were discussed by 2,300 employees"),
        ("-", "", "Gehaltsabrechnung Nr. 123456"),
        ("-", "", "Bulletin de salaire n° 204518"),
        ("-", "", "nómina nº 334455"),
        ("-", "", "Payroll run 204518 completed"),
        ("-", "", "Budget: 84,000 for the salary project"),
        ("salary", "84000", "we offered 84,000 EUR salary"),
        ("salary", "1500", "Salary: 1,500 per week"),
        ("-", "", "Invoice account 12345678"),
        ("-", "", "Customer account 12345678 was closed"),
        ("-", "", "Compte client : facture account 12345678"),
        ("bank_account", "12345678", "Bank account 12345678"),
        ("-", "", "2020-01-01 INFO trace=4111111111111111 ok"),
        ("-", "", "id=4556737586899855 status=done"),
        ("-", "", "spanId=378282246310005"),
        ("-", "", "{\"orderId\": 4111111111111111}"),
        ("card", "4111111111111111", "card=4111111111111111"),
        ("card", "5500005555555559", "ccnum=5500005555555559"),
        ("card", "4111111111111111", "4111111111111111"),
        ("-", "", "AKIAIOSFODNN7EXAMPLE"),
        ("-", "", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("aws_key", "AKIAZ3MSJV4WXVQ6RTNB", "key AKIAZ3MSJV4WXVQ6RTNB"),
    ]);
}

#[test]
fn words_of_ukraine_and_names_of_fields_are_known() {
    check(&[
        ("dob", "1990-05-05", "народився 5 травня 1990 року"),
        ("dob", "1977-08-07", "Дата народж. 7 серпня 1977 р."),
        ("dob", "1968-12-24", "дата народж.: 24 грудня 1968 року"),
        ("salary", "52000", "\"baseSalary\": 52000"),
        ("salary", "52000", "grossSalary=52000"),
        ("salary", "52000", "annualSalary: 52,000 USD"),
        ("salary", "52000", "SALARY_AMOUNT = 52000"),
    ]);
}

#[test]
fn captions_settings_and_collections_are_no_values() {
    check(&[
        ("-", "", "パスワード：半角英数字8文字以上"),
        ("-", "", "const es = {password: 'Contraseña', pin: 'Código'};"),
        ("password", "Tulpe99!", "const cfg = {password: 'Tulpe99!'};"),
        ("-", "", "SALARY_FIELDS = 12000"),
        ("-", "", "We raised £12,500 for charity"),
        ("salary", "85000", "we raised her to £85,000"),
    ]);
}

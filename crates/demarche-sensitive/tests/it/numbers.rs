use crate::support::check;

#[test]
fn social_security_numbers_are_those_that_are_assigned() {
    check(&[
        ("ssn", "219-07-4471", "SS# 219-07-4471"),
        ("ssn", "301-44-9012", "Social Security No. 301 44 9012"),
        ("ssn", "512-33-8874", "SSN: 512338874"),
        ("-", "", "part number 123-45-6780"),
        ("-", "", "phone ext 212-55-1234"),
        ("-", "", "SSN 000-12-3456"),
        ("-", "", "987-65-4321 is not an SSN"),
        ("-", "", "order 123-45-67890"),
        ("-", "", "tel: 555-12-3456"),
    ]);
}

#[test]
fn national_insurance_numbers_have_assigned_prefixes() {
    check(&[
        ("nino", "AB123456C", "NI no: AB 12 34 56 C"),
        ("nino", "CE654321B", "National Insurance number ce654321b"),
        ("nino", "JG103759A", "nino JG103759A"),
        ("-", "", "aircraft BG123456A and GB123456B"),
        ("-", "", "DA123456C reference"),
    ]);
}

#[test]
fn cards_are_told_from_other_long_numbers() {
    check(&[
        ("card", "4111111111111111", "Bitte Karte 4111 1111 1111 1111 belasten"),
        ("card", "5555555555554444", "numéro de carte : 5555.5555.5555.4444"),
        ("card", "378282246310005", "Amex 3782 822463 10005"),
        ("card", "6011111111111117", "tarjeta 6011-1111-1111-1117"),
        ("card", "30569309025904", "Diners 3056 930902 5904"),
        ("card", "3530111333300000", "カード番号3530111333300000"),
        ("card", "2221000000000009", "карта 2221 0000 0000 0009"),
        ("card", "6304000000000000", "Maestro card 6304 0000 0000 0000"),
        ("-", "", "tracking number 4111111111111111 shipped"),
        ("-", "", "invoice 5555555555554444"),
        ("-", "", "UUID 4111-1111-1111-1111-11111111"),
        ("-", "", "card 4111 1111 1111 1112"),
        ("-", "", "id=a4111111111111111b"),
        ("-", "", "0000 0000 0000 0000"),
    ]);
}

#[test]
fn accounts_are_right_by_length_structure_and_remainder() {
    check(&[
        ("iban", "GB82WEST12345698765432", "iban gb82 west 1234 5698 7654 32"),
        ("iban", "DE89370400440532013000", "Konto DE89 3704 0044 0532 0130 00 bei"),
        ("iban", "NO9386011117947", "NO93 8601 1117 947"),
        ("iban", "FR1420041010050500013M02606", "IBAN: FR14 2004 1010 0505 0001 3M02 606"),
        ("iban", "BE68539007547034", "BE68-5390-0754-7034"),
        ("iban", "SA0380000000608010167519", "رقم الحساب SA0380000000608010167519"),
        ("iban", "MT84MALT011000012345MTLCAST001S", "MT84 MALT 0110 0001 2345 MTLC AST0 01S"),
        ("-", "", "DE89370400440532013001"),
        ("-", "", "ABDE89370400440532013000"),
        ("-", "", "GB82WEST123456987654321"),
    ]);
}

#[test]
fn numbers_of_states_are_right_by_the_issuers_examples() {
    check(&[
        ("national_id", "85073003328", "BE nummer 85.07.30-033.28"),
        ("national_id", "12345678Z", "DNI 12345678Z"),
        ("national_id", "RSSMRA85T10A562S", "codice fiscale RSSMRA85T10A562S"),
        ("national_id", "44051401359", "PESEL 44051401359"),
        ("national_id", "255081416802538", "N° sécu 2 55 08 14 168 025 38"),
        ("national_id", "111222333", "BSN: 111222333"),
        ("national_id", "86095742719", "Steuer-ID 86 095 742 719"),
        ("national_id", "8112289874", "personnummer 811228-9874"),
        ("national_id", "15108695088", "fødselsnummer 151086 95088"),
        ("national_id", "131052-308T", "henkilötunnus 131052-308T"),
        ("national_id", "7103192745", "rodné číslo 710319/2745"),
        ("national_id", "1630615123457", "CNP 1630615123457"),
        ("national_id", "7523169263", "ЕГН 7523169263"),
        ("national_id", "33392005961", "OIB 33392005961"),
        ("national_id", "36805280109", "isikukood 36805280109"),
        ("national_id", "7569217076985", "AHV-Nr. 756.9217.0769.85"),
        ("national_id", "17291716060", "TC kimlik no 17291716060"),
        ("national_id", "11223344595", "СНИЛС 112-233-445 95"),
        ("national_id", "500100732259", "ИНН 500100732259"),
        ("national_id", "1759013776", "РНОКПП 1759013776"),
        ("national_id", "11010519491231002X", "身份证号11010519491231002X"),
        ("national_id", "9710139019902", "주민등록번호 971013-9019902"),
        ("national_id", "234123412346", "Aadhaar 2341 2341 2346"),
        ("national_id", "S1234567D", "NRIC S1234567D"),
        ("national_id", "A1234563", "HKID A123456(3)"),
        ("national_id", "A123456789", "身分證字號 A123456789"),
        ("national_id", "39053344705", "CPF 390.533.447-05"),
        ("national_id", "125319092", "RUT 12.531.909-2"),
        ("national_id", "BOXW310820HNERXN09", "CURP BOXW310820HNERXN09"),
        ("national_id", "20055361682", "CUIL 20-05536168-2"),
        ("national_id", "123456782", "TFN 123 456 782"),
        ("national_id", "0499370899", "کد ملی ۰۴۹۹۳۷۰۸۹۹"),
        ("national_id", "1234567T", "PPS number 1234567T"),
        ("national_id", "X1234567L", "NIE X-1234567-L"),
        ("-", "", "order 12345678901"),
        ("-", "", "the number 1234567890 is random"),
        ("-", "", "invoice no. 111222333"),
    ]);
}

//! Columns that a heading names, in the forms that tables have in texts.

use demarche_sensitive::Layout;

use crate::support::findings;

const HEADING: [&str; 6] = ["Name", "DOB", "Passport", "Annual salary", "Card number", "Password"];

const ROWS: [[&str; 6]; 2] = [
    ["Ann Lee", "1987-03-12", "X1234567", "57000", "4539578763621486", "tulip9 garden"],
    ["Bo Ray", "1991-11-02", "Y7654321", "61500", "5105105105105100", "Quill's#881"],
];

/// The passwords of the rows have a space and a quote; tables of passwords have no spaces.
fn row(row: &[&str; 6]) -> [String; 6] {
    row.map(|cell| cell.replace("tulip9 garden", "garden"))
}

/// Fails unless the text has the values of both rows, each at its place.
fn check(text: &str) {
    let found = findings(text, Layout::Prose);
    let wanted = ROWS.iter().flat_map(|cells| {
        let [_, dob, passport, salary, card, password] = row(cells);
        [
            ("dob", dob),
            ("passport", passport),
            ("salary", salary),
            ("card", card),
            ("password", password),
        ]
    });
    let values: Vec<_> =
        found.iter().map(|found| (found.kind.name(), found.value.clone())).collect();
    assert_eq!(values, wanted.collect::<Vec<_>>(), "{text}");
    for found in &found {
        let source = text.get(found.span.clone()).unwrap();
        let plain = source.replace("''", "'").replace("\\'", "'");
        assert_eq!(plain, found.value, "{text}");
    }
}

/// The lines of a table, each made of its cells.
fn lines(of: impl Fn(&[String; 6]) -> String) -> [String; 3] {
    let [first, second] = ROWS.map(|cells| of(&row(&cells)));
    [of(&HEADING.map(str::to_owned)), first, second]
}

#[test]
fn tabs_that_a_page_or_a_file_for_print_has_part_columns() {
    let [heading, first, second] = lines(|cells| cells.join("\t"));
    check(&format!("Dear all,\nsee below.\n{heading}\n{first}\n{second}\nRegards\n"));
}

#[test]
fn bars_part_columns_below_a_row_of_dashes() {
    let dashes = ["---"; 6].join("|");
    let [heading, first, second] = lines(|cells| format!("| {} |", cells.join(" | ")));
    check(&format!("# Staff\n\n{heading}\n|{dashes}|\n{first}\n{second}\n\nText\n"));
    let rule = format!("+{}+", ["-----"; 6].join("+"));
    check(&format!("{rule}\n{heading}\n{rule}\n{first}\n{second}\n{rule}\n2 rows in set\n"));
    let [heading, first, second] = lines(|cells| format!(" {}", cells.join(" | ")));
    check(&format!("{heading}\n{}\n{first}\n{second}\n(2 rows)\n", ["-----"; 6].join("+")));
}

#[test]
fn columns_of_fixed_width_begin_below_their_headings() {
    let [heading, first, second] =
        lines(|cells| cells.iter().map(|cell| format!("{cell:<20}")).collect());
    check(&format!("Report\n{heading}\n{first}\n{second}\n\nEnd of the report\n"));
    let dashes = lines(|_| format!("{:<20}", "-------").repeat(6));
    check(&format!("{heading}\n{}\n{first}\n{second}\n", dashes[0]));
}

/// A row in the brackets of SQL, with strings in quotes that are doubled or escaped.
fn tuple(cells: &[String; 6], quote: &str) -> String {
    let cells = cells.iter().map(|cell| {
        let is_number = cell.len() == 5 && cell.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { cell.clone() } else { format!("'{}'", cell.replace('\'', quote)) }
    });
    format!("({})", cells.collect::<Vec<_>>().join(","))
}

const COLUMNS: &str = "name, dob, passport, salary, card, password";

#[test]
fn statements_name_the_columns_of_the_rows_that_they_insert() {
    let [first, second] = ROWS.map(|cells| tuple(&row(&cells), "''"));
    check(&format!("INSERT INTO emp ({COLUMNS}) VALUES\n{first},\n{second};\n"));
    check(&format!(
        "insert into hr.emp ({COLUMNS}) values {first};\nINSERT INTO hr.emp ({COLUMNS}) VALUES {second};\n"
    ));
    let [first, second] = ROWS.map(|cells| tuple(&row(&cells), "\\'"));
    let create = "CREATE TABLE `emp` (`name` varchar(99) DEFAULT '(x', `dob` date, `passport` text,\n\
        `salary` decimal(10,2), `card` text, `password` text, PRIMARY KEY (`name`));\n";
    check(&format!("{create}INSERT INTO `emp` VALUES {first},{second};\n"));
}

#[test]
fn a_copy_statement_names_the_columns_of_the_lines_below_it() {
    let [_, first, second] = lines(|cells| cells.join("\t"));
    check(&format!(
        "COPY public.emp ({COLUMNS}) FROM stdin;\n{first}\n{second}\n\\.\n\nSELECT 1;\n"
    ));
}

#[test]
fn a_table_without_a_heading_that_is_known_stays_prose() {
    for text in [
        "INSERT INTO t (a, b) VALUES ('1985-03-12', '52000');",
        "a\tb\n1985-03-12\t52000\n",
        "| item | count |\n|---|---|\n| 52000 | 1985-03-12 |\n",
        "insert the passport into the slot (a, b) and wait 1234567 seconds",
        "INSERT INTO t (dob) VALUES (NULL), ('n/a'), (now());",
    ] {
        assert_eq!(findings(text, Layout::Prose), [], "{text}");
    }
    let text = "Hello\tworld\nMy date of birth\tis 12.03.1971, thanks\n";
    assert_eq!(findings(text, Layout::Prose).len(), 1, "{text}");
}

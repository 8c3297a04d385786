//! The same dump gives the same inventory, whatever the number of threads and the order of files.

use arbtest::arbtest;

use crate::dump::{Dump, mbox, message, with_attachment};

#[test]
fn threads_and_names_of_the_store_do_not_matter() {
    arbtest(|u| {
        let dump = Dump::new();
        let texts =
            ["IBAN DE89 3702 0044 0532 0130 00", "pwd=Xk29!vmQe7", "nothing", "SSN 536-22-8145"];
        let mut boxed = Vec::new();
        for number in 0..u.int_in_range(1..=20)? {
            let text = texts[u.choose_index(texts.len())?];
            // A small number of identifiers, so that copies and near duplicates come about.
            let id = format!("{}@x", u.int_in_range(0..=6)?);
            let message = if u.arbitrary()? {
                with_attachment(&id, "a.txt", text)
            } else {
                message(&id, text, "Anna Adams of accounts")
            };
            if u.arbitrary()? {
                dump.write(&format!("{}/{number}.eml", u.int_in_range(0..=2)?), message);
            } else {
                boxed.push(message);
            }
        }
        dump.write("box/ben.baker@firm.example.mbox", mbox(&boxed));
        dump.scan();
        let first = dump.found();
        for threads in [1, 4] {
            let other = dump.store().with_extension(threads.to_string());
            dump.scan_with(&other, threads, None).unwrap();
            let store = demarche_exposure::Store::existing(&other, None).unwrap();
            assert_eq!(crate::dump::found(&store), first);
        }
        Ok(())
    })
    .budget_ms(4000);
}

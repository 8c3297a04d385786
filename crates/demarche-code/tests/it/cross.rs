//! Instructions beside the text of another disassembler, on code that compilers for 32-bit Arm and MIPS make here.
//!
//! Compilers that are not there are named as skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use demarche_code::{Callee, disassemble, fingerprints, functions};
use demarche_image::{SymbolKind, read};

/// Prefix of the tools, options, and the least share of instructions whose text must be equal.
const BUILDS: [(&str, &[&str], f64); 5] = [
    ("mipsel-linux-gnu-", &["-O2"], 0.99),
    ("mips-linux-gnu-", &["-Os", "-static"], 0.99),
    ("arm-linux-gnueabihf-", &["-O2", "-marm"], 0.0),
    ("arm-linux-gnueabihf-", &["-O2", "-mthumb"], 0.0),
    ("arm-linux-gnueabihf-", &["-Os", "-marm", "-static"], 0.0),
];

const SOURCE: &str = r#"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static double scale(double a, int b) { return a * b + 1.5; }
__attribute__((noinline)) int choose(int x) {
    switch (x) {
    case 0: return 7; case 1: return puts("a"); case 2: return 9; case 3: return rand();
    case 4: return puts("b"); case 5: return 11; case 6: return x * 77; default: return -1; }
}
__attribute__((noinline)) unsigned mix(const unsigned char *p, unsigned n, unsigned k) {
    unsigned h = 0x811c9dc5u ^ k;
    for (unsigned i = 0; i < n; i++) { h = (h ^ p[i]) * 0x01000193u; h = h << 5 | h >> 27; }
    return h % 1009;
}
int main(int c, char **v) {
    printf("%s %f\\n", v[0], scale(c, c));
    return choose(c) + c / 10 + (int)mix((unsigned char *)v[0], strlen(v[0]), c);
}
"#;

/// Builds a program; `None` with a loud word where the compiler is not there.
fn build(prefix: &str, options: &[&str], name: &str) -> Option<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, program) = (folder.join(format!("{name}.c")), folder.join(name));
    std::fs::write(&source, SOURCE).unwrap();
    let mut command = Command::new(format!("{prefix}gcc"));
    let built = command.args(options).arg(&source).arg("-lm").arg("-o").arg(&program).output();
    if built.as_ref().is_ok_and(|output| output.status.success()) {
        return Some(program);
    }
    eprintln!("SKIPPED: {prefix}gcc cannot build here: {built:?}");
    None
}

/// The instructions that `objdump` reads, by address.
fn objdump(prefix: &str, program: &Path) -> BTreeMap<u64, String> {
    let mut command = Command::new(format!("{prefix}objdump"));
    let output = command.args(["-d", "-z", "-M", "no-aliases"]).arg(program).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| {
        let (address, rest) = line.trim_start().split_once(":\t")?;
        let address = u64::from_str_radix(address, 16).ok()?;
        let (_, text) = rest.split_once('\t')?;
        let text = text.split(['<', ';', '@']).next().unwrap_or_default().trim();
        Some((address, text.replace('\t', " ")))
    };
    text.lines().filter_map(line).collect()
}

/// The texts of both as far as both write the same: operands without spaces, numbers without `0x`.
fn plain(text: &str) -> String {
    let text = text.replace("0x", "").replace(", ", ",");
    if text == "sll zero,zero,0" { "nop".to_owned() } else { text.trim().to_owned() }
}

#[test]
fn instructions_and_functions_of_built_programs_are_those_that_other_tools_see() {
    for (number, (prefix, options, least)) in BUILDS.into_iter().enumerate() {
        let Some(path) = build(prefix, options, &format!("cross-{number}")) else { continue };
        let bytes = std::fs::read(&path).unwrap();
        let image = read(&bytes).unwrap();
        let program = functions(&image);
        assert!(program.gaps.iter().all(|gap| gap.count < 50), "{prefix}: {:?}", program.gaps);
        let other = objdump(prefix, &path);
        let odd = u64::from(image.architecture.has_thumb());
        let (mut equal, mut all, mut known) = (0, 0, 0);
        let mut wrong = Vec::new();
        for block in program.functions.iter().flat_map(|function| &function.blocks) {
            for line in disassemble(&image, block) {
                all += 1;
                let Some(text) = other.get(&(line.address.0 & !odd)) else { continue };
                known += 1;
                if plain(text) == plain(&line.text) {
                    equal += 1;
                } else {
                    wrong.push((line.address, text.clone(), line.text));
                }
            }
        }
        eprintln!("{prefix} {options:?}: {equal} of {known} instructions, {all} of ours");
        assert!(f64::from(known) >= 0.99 * f64::from(all), "instructions begin elsewhere");
        wrong.truncate(20);
        assert!(f64::from(equal) >= least * f64::from(known), "{prefix}: {wrong:#?}");
        let starts: Vec<u64> = program.functions.iter().map(|one| one.start.0).collect();
        for name in ["main", "choose", "mix"] {
            let is_it = |one: &&demarche_image::Symbol| {
                one.name == name && one.kind == SymbolKind::Function
            };
            let symbol = image.symbols.iter().find(is_it).unwrap();
            assert!(starts.contains(&symbol.address.0), "{prefix} {name}");
        }
        assert_eq!(fingerprints(&image, &program).len(), program.functions.len());
    }
}

#[test]
fn calls_of_relocatable_files_have_the_names_of_what_they_call() {
    const NO_TABLE: &[&str] = &["-O2", "-c", "-mno-abicalls", "-fno-pic", "-G0"];
    // As kernel modules are built, which lie far from the kernel.
    const FAR: &[&str] = &["-O2", "-c", "-mno-abicalls", "-fno-pic", "-G0", "-mlong-calls"];
    let builds = [
        ("mips-linux-gnu-", FAR),
        ("arm-linux-gnueabihf-", &["-O2", "-c", "-marm"][..]),
        ("arm-linux-gnueabihf-", &["-O2", "-c", "-mthumb"][..]),
        ("mipsel-linux-gnu-", NO_TABLE),
        ("mips-linux-gnu-", NO_TABLE),
        ("mips-linux-gnu-", &["-O2", "-c"]),
        ("mipsel-linux-gnu-", &["-O2", "-c"]),
        ("mipsel-linux-gnu-", &["-Os", "-c", "-fpic", "-mxgot"]),
        // Put together by the linker, whose distances count from a `gp` of its own.
        ("mipsel-linux-gnu-", &["-O2", "-r", "-nostdlib"]),
    ];
    for (number, (prefix, options)) in builds.into_iter().enumerate() {
        let Some(path) = build(prefix, options, &format!("object-{number}")) else { continue };
        let bytes = std::fs::read(&path).unwrap();
        let image = read(&bytes).unwrap();
        let program = functions(&image);
        let symbol = image.symbols.iter().find(|symbol| symbol.name == "choose").unwrap();
        let choose = program.functions.iter().find(|one| one.start == symbol.address).unwrap();
        let name = |callee| match callee {
            Callee::Import(index) => image.imports[index as usize].name.as_str(),
            _ => "",
        };
        let called: BTreeSet<&str> = choose.calls.iter().map(|call| name(call.callee())).collect();
        assert_eq!(called, BTreeSet::from(["puts", "rand"]), "{prefix} {options:?}");
        assert_eq!(program.functions.len(), 3, "{prefix} {options:?}: a table was not followed");
    }
}

/// Linked by itself and by the linker, a file for MIPS is the same code: calls, strings, constants and pointers.
#[test]
fn a_relocatable_file_for_mips_is_compared_as_what_it_is_linked_to() {
    for prefix in ["mips-linux-gnu-", "mipsel-linux-gnu-"] {
        for (number, level) in ["-O0", "-O2", "-Os"].into_iter().enumerate() {
            let name = |form: &str| format!("{prefix}{form}-{number}");
            let object = build(prefix, &[level, "-fpic", "-c"], &name("object"));
            // Not at address zero: the upper half of an address there is the number zero.
            let far = "-Wl,-Bsymbolic,-Ttext-segment=0x40000";
            let shared = [level, "-fpic", "-shared", "-nostartfiles", far];
            let (Some(object), Some(shared)) = (object, build(prefix, &shared, &name("shared")))
            else {
                continue;
            };
            let features = [object, shared].map(|path| {
                let bytes = std::fs::read(path).unwrap();
                let image = read(&bytes).unwrap();
                assert!(image.gaps.is_empty(), "{prefix} {level}: {:?}", image.gaps);
                let program = functions(&image);
                let found = program.functions.iter().zip(fingerprints(&image, &program));
                let of = |address| image.symbols.iter().find(|symbol| symbol.address == address);
                let found = found.filter_map(|(function, found)| {
                    let symbol = of(function.start)?;
                    Some((symbol.name.clone(), (found.features, found.calls.len())))
                });
                let found: BTreeMap<String, _> = found.collect();
                found
            });
            let [object, shared] = features;
            for name in ["main", "mix"] {
                assert_eq!(object[name], shared[name], "{prefix} {level} {name}");
            }
            // The first words of its jump table count from `gp`, which lies elsewhere.
            let [(left, calls), (right, called)] = [&object["choose"], &shared["choose"]];
            let common = left.iter().filter(|feature| right.contains(feature)).count();
            assert!(common * 5 >= left.len() * 4, "{prefix} {level}: {left:?} {right:?}");
            assert_eq!((left.len(), calls), (right.len(), called), "{prefix} {level}");
        }
    }
}

//! What a file says about itself, in lines for the terminal.

use demarche_assess::programs::packed;
use demarche_image::identity::{
    CodeKind, Consistency, DigestMatch, DotNetIdentity, GoIdentity, GoModule, Identity,
    PackingVerdict, PeIdentity, Rich, StampVerdict, Stamps,
};

use crate::output::{count, counted};

/// The lines, each with what it is about; what the file does not have is left out.
pub(crate) fn lines(identity: &Identity) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("size", format!("{} bytes", count(identity.size))),
        ("MD5", identity.md5.to_string()),
        ("SHA-1", identity.sha1.to_string()),
        ("SHA-256", identity.sha256.to_string()),
    ];
    lines.extend(identity.tlsh.clone().map(|hash| ("TLSH", hash)));
    if let Some(pe) = &identity.pe {
        windows(pe, &mut lines);
    }
    if let Some(elf) = &identity.elf {
        lines.extend(elf.build_id.clone().map(|id| ("build id", id)));
        lines.extend(elf.interpreter.clone().map(|path| ("interpreter", path)));
        lines.extend(elf.compilers.iter().map(|compiler| ("compiler", compiler.clone())));
        lines.extend(elf.library_name.clone().map(|name| ("library name", name)));
        let lists = [
            ("libraries", &elf.libraries),
            ("looks in", &elf.library_paths),
            ("hands on", &elf.filtered_libraries),
        ];
        let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
        lines.extend(lists.map(|(what, list)| (what, list.join(", "))));
    }
    lines.extend(identity.runtime.map(|runtime| ("runtime", format!("{runtime}, inside"))));
    lines.extend(identity.go.as_ref().map(|go| ("Go", build(go))));
    if let Some(dotnet) = &identity.dotnet {
        assembly(dotnet, &mut lines);
    }
    for slice in &identity.mach_o {
        lines.extend(slice.uuid.clone().map(|id| ("UUID", id)));
        lines.extend(slice.signed_as.clone().map(|name| ("signed as", name)));
        lines.extend(slice.team.clone().map(|team| ("team", team)));
    }
    // Of what is no program, or none that is read, nobody knows whether it is packed.
    let nothing = match identity.packing.verdict {
        PackingVerdict::NotExamined => "not looked into",
        _ => "no sign of it",
    };
    lines.push(("packed", packed(identity).unwrap_or_else(|| nothing.to_owned())));
    lines
}

/// The version of Go, the main module, and the modules in it.
fn build(go: &GoIdentity) -> String {
    let named = |module: &GoModule| format!("{} {}", module.path, module.version);
    let main = go.module.as_ref().map(named).or_else(|| go.path.clone());
    let modules: Vec<String> = go.modules.iter().map(named).collect();
    let modules = (!modules.is_empty()).then(|| format!("with {}", modules.join(", ")));
    let parts = [Some(go.version.clone()), main, modules];
    parts.into_iter().flatten().collect::<Vec<String>>().join("; ")
}

/// What an assembly of .NET says about itself.
fn assembly(dotnet: &DotNetIdentity, lines: &mut Vec<(&'static str, String)>) {
    let kind = match dotnet.code {
        CodeKind::Bytecode => "bytecode",
        CodeKind::Mixed => "bytecode and machine code",
        CodeKind::ReadyToRun => "bytecode, and machine code made of it ahead of time (ReadyToRun)",
        CodeKind::Native => "bytecode, and machine code made of it where it was installed",
    };
    let runtime = [Some(dotnet.runtime.clone()), dotnet.target.clone()];
    let runtime = runtime.into_iter().flatten().collect::<Vec<_>>().join(", ");
    lines.push((".NET", format!("{runtime}: {kind}")));
    let named = [&dotnet.name, &dotnet.version, &dotnet.culture];
    let mut name = named.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    if let Some(token) = &dotnet.public_key_token {
        name.push_str(&format!(", key {token}"));
    }
    lines.extend((!name.is_empty()).then_some(("assembly", name)));
    lines.extend(dotnet.mvid.clone().map(|id| ("MVID", id)));
    lines.extend(dotnet.type_library.clone().map(|id| ("type library", id)));
    let counts = dotnet.counts;
    let (types, methods) = (u64::from(counts.types), u64::from(counts.methods));
    let types = counted(types, "type", "types");
    let methods = counted(methods, "method", "methods");
    let bodies = counted(counts.bodies.into(), "body", "bodies");
    lines.push(("metadata", format!("{types}, {methods}, {bodies}")));
    let references = dotnet.references.iter();
    let references: Vec<String> =
        references.map(|reference| format!("{} {}", reference.name, reference.version)).collect();
    lines.extend((!references.is_empty()).then(|| ("refers to", references.join(", "))));
    let native = dotnet.native_libraries.join(", ");
    lines.extend((!native.is_empty()).then_some(("calls", native)));
    for resource in &dotnet.resources {
        let size = resource
            .size
            .map_or_else(|| "in another file".to_owned(), |size| format!("{} bytes", count(size)));
        lines.push(("resource", format!("{}, {size}", resource.name)));
    }
}

fn windows(pe: &PeIdentity, lines: &mut Vec<(&'static str, String)>) {
    lines.extend(pe.imphash.map(|hash| ("imphash", hash.to_string())));
    lines.push(("linker", format!("{}.{}", pe.linker.major, pe.linker.minor)));
    lines.push(("built", built(&pe.stamps)));
    lines.extend(pe.rich.as_ref().map(|rich| ("Rich header", rich_header(rich))));
    lines.extend(pe.debug_files.iter().map(|file| ("debug file", file.path.clone())));
    if !pe.languages.is_empty() {
        lines.push(("languages", pe.languages.join(", ")));
    }
    for entry in &pe.version {
        lines.push(("version", format!("{}: {}", entry.key, entry.value)));
    }
    for signature in &pe.signatures {
        let who =
            signature.signer.as_ref().map_or("nobody named", |signer| signer.subject.as_str());
        let whether = match signature.digest {
            DigestMatch::Matches => "the file's hash is the signed one",
            DigestMatch::Differs => "the file's hash is NOT the signed one",
            DigestMatch::Unknown => "the signed hash cannot be compared",
        };
        lines.push(("signed by", format!("{who}; {whether}; the chain was not checked")));
    }
    if let Some(overlay) = &pe.overlay {
        let size = count(overlay.size);
        lines.push(("appended", format!("{size} bytes, {:.2} bits a byte", overlay.entropy)));
    }
}

fn built(stamps: &Stamps) -> String {
    let first = stamps.stamps.iter().find_map(|stamp| stamp.time);
    let time = first.map_or_else(|| "no time".to_owned(), |time| time.to_string());
    let verdict = match stamps.verdict {
        StampVerdict::Alone => "only the header says so",
        StampVerdict::Agree => "all places agree",
        StampVerdict::Differ => "places differ by more than a day: changed, or from another build",
        StampVerdict::Zeroed => "the header's time is zero",
        StampVerdict::Reproducible => "a hash in place of a time: it says nothing",
        StampVerdict::DelphiConstant => "the constant of older Delphi linkers: it says nothing",
    };
    format!("{time} ({verdict})")
}

fn rich_header(rich: &Rich) -> String {
    let holds = if rich.checksum_holds { "its checksum holds" } else { "its checksum is WRONG" };
    let agrees = |what: &str, one: Consistency| match one {
        Consistency::Agrees => format!("{what} agree"),
        Consistency::Contradicts => format!("{what} do NOT agree: taken from another file?"),
        Consistency::Unknown => format!("{what} cannot be compared"),
    };
    format!(
        "{} entries, {holds}; {}; {}",
        rich.tools.len(),
        agrees("linker versions", rich.linker),
        agrees("counts of imports", rich.imports)
    )
}

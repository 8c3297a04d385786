//! The modules of Go programs, by the packages in the names of their functions.

use demarche_image::Image;
use demarche_image::identity::GoIdentity;
use demarche_terms::{Named, Package, PackageKind};

use super::evidence::symbol_at;
use crate::Program;

/// The first parts of the names of Go's own packages, and of what its linker makes.
const STANDARD: [&str; 55] = [
    "archive",
    "arena",
    "bufio",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "internal",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "slices",
    "sort",
    "strconv",
    "strings",
    "structs",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "type",
    "unicode",
    "unique",
    "unsafe",
    "vendor",
    "weak",
    "_cgo_init",
    "callRet",
    "memeqbody",
];

/// Hosts on which the second part of a path is an owner and the third a repository.
const HOSTS: [&str; 5] = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com"];

/// The origin of each function; untold where its name tells nothing, as in obfuscated programs.
pub(crate) fn origins(
    image: &Image<'_>,
    program: &Program,
    identity: Option<&GoIdentity>,
) -> Vec<Named> {
    let modules = Modules::of(identity);
    let of =
        |function| symbol_at(image, function).map_or(Named::Untold, |name| modules.origin(name));
    program.functions.iter().map(of).collect()
}

/// The modules of a build.
#[derive(Debug)]
struct Modules<'a> {
    version: &'a str,
    /// The paths that begin the names of the program's own packages.
    own: Vec<&'a str>,
    /// Other modules with their versions, ascending by path.
    required: Vec<(&'a str, &'a str)>,
}

impl<'a> Modules<'a> {
    fn of(identity: Option<&'a GoIdentity>) -> Self {
        let Some(identity) = identity else {
            return Self { version: "", own: Vec::new(), required: Vec::new() };
        };
        let mut own: Vec<&str> = Vec::new();
        let module = identity.module.as_ref().map(|module| module.path.as_str());
        own.extend(module);
        // Without modules the package's own path is all that is known.
        own.extend(identity.path.as_deref().map(repository).filter(|_| module.is_none()));
        let hand: Vec<&str> = own.iter().filter_map(|path| owner(path)).collect();
        let is_own = |path: &str, version: &str| {
            version == "(devel)" || owner(path).is_some_and(|owner| hand.contains(&owner))
        };
        let (required, further): (Vec<_>, Vec<_>) = identity
            .modules
            .iter()
            .map(|module| (module.path.as_str(), module.version.as_str()))
            .partition(|(path, version)| !is_own(path, version));
        own.extend(further.into_iter().map(|(path, _)| path));
        own.extend(hand);
        own.retain(|path| *path != "command-line-arguments" && !path.is_empty());
        let mut required = required;
        required.sort_unstable();
        Self { version: &identity.version, own, required }
    }

    fn origin(&self, function: &str) -> Named {
        let package = package(function);
        let package = package.rsplit_once("/vendor/").map_or(package, |(_, vendored)| vendored);
        let named = |kind, name: &str, version: &str| {
            Named::Package(Package { kind, name: name.to_owned(), version: version.to_owned() })
        };
        let (first, _) = package.split_once('/').unwrap_or((package, ""));
        let is_within = |path: &str| is_within(package, path);
        // A module inside of another one has the longer path.
        let module = self.required.iter().rev().find(|(path, _)| is_within(path));
        if let Some((path, version)) = module {
            return named(PackageKind::GoModule, path, version);
        }
        if package == "main" || self.own.iter().any(|path| is_within(path)) {
            return Named::Own;
        }
        match first {
            _ if STANDARD.contains(&first) => named(PackageKind::Standard, "Go", self.version),
            _ if first.contains('.') && package.contains('/') => {
                named(PackageKind::GoModule, repository(package), "")
            }
            _ => Named::Untold,
        }
    }
}

/// The package in the name of a function: all before the first full stop behind the last slash.
fn package(function: &str) -> &str {
    let function = function
        .strip_prefix("type:.eq.")
        .or_else(|| function.strip_prefix("type..eq."))
        .unwrap_or(function);
    let function = function.strip_prefix("go:").map_or(function, |_| "go");
    let plain = function.split(['[', '(']).next().unwrap_or(function);
    let last = plain.rfind('/').map_or(0, |slash| slash + 1);
    let name = plain.get(last..).unwrap_or(plain);
    let length = name.find('.').unwrap_or(name.len());
    plain.get(..last + length).unwrap_or(plain)
}

fn is_within(package: &str, path: &str) -> bool {
    let rest = package.strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The repository that a package lies in.
fn repository(package: &str) -> &str {
    let first = package.split('/').next().unwrap_or(package);
    let parts = match first {
        _ if HOSTS.contains(&first) || first == "golang.org" => 3,
        _ => 2,
    };
    parts_of(package, parts)
}

/// The owner of a path on a host that has owners.
fn owner(path: &str) -> Option<&str> {
    let first = path.split('/').next()?;
    (HOSTS.contains(&first) && path.matches('/').count() >= 2).then(|| parts_of(path, 2))
}

/// The first parts of a path.
fn parts_of(path: &str, parts: usize) -> &str {
    let end = path.match_indices('/').nth(parts - 1).map_or(path.len(), |(index, _)| index);
    path.get(..end).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use demarche_image::identity::GoModule;

    use super::*;

    fn of(identity: Option<&GoIdentity>, function: &str) -> String {
        match Modules::of(identity).origin(function) {
            Named::Untold => "untold".to_owned(),
            Named::Own => "own".to_owned(),
            Named::Package(package) => package.to_string(),
        }
    }

    #[test]
    fn modules_of_the_build_name_their_functions() {
        let module =
            |path: &str, version: &str| GoModule { path: path.into(), version: version.into() };
        let identity = GoIdentity {
            version: "go1.22.1".into(),
            path: Some("github.com/evil/tool/cmd/tool".into()),
            module: Some(module("github.com/evil/tool", "(devel)")),
            modules: vec![
                module("github.com/evil/lib", "v1.0.0"),
                module("github.com/spf13/cobra", "v1.8.0"),
                module("golang.org/x/net", "v0.38.0"),
                module("example.org/local", "(devel)"),
            ],
        };
        for (function, expected) in [
            ("main.main.func1", "own"),
            ("github.com/evil/tool/internal/c2.(*Client).Do", "own"),
            ("github.com/evil/lib.Run", "own"),
            ("example.org/local/x.Run", "own"),
            ("github.com/spf13/cobra.(*Command).Execute", "github.com/spf13/cobra v1.8.0"),
            ("golang.org/x/net/http2.(*Framer).ReadFrame", "golang.org/x/net v0.38.0"),
            ("gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml%2ev3"),
            ("vendor/golang.org/x/net/idna.ToASCII", "Go go1.22.1"),
            ("net/http.(*Server).Serve", "Go go1.22.1"),
            ("slices.SortFunc[go.shape.struct { github.com/evil/tool.A }]", "Go go1.22.1"),
            ("type:.eq.github.com/spf13/cobra.Command", "github.com/spf13/cobra v1.8.0"),
            ("fKxPqz.Qwe", "untold"),
        ] {
            assert_eq!(of(Some(&identity), function), expected, "{function}");
        }
    }

    #[test]
    fn without_modules_the_path_of_the_package_tells() {
        let identity = GoIdentity {
            path: Some("github.com/evil/tool/cmd/tool".into()),
            ..GoIdentity::default()
        };
        assert_eq!(of(Some(&identity), "github.com/evil/tool/x.Run"), "own");
        assert_eq!(of(Some(&identity), "github.com/other/y/z.Run"), "github.com/other/y");
        assert_eq!(of(None, "github.com/evil/tool/x.Run"), "github.com/evil/tool");
        assert_eq!(of(None, ""), "untold");
    }

    #[test]
    fn no_name_is_read_beyond_its_end() {
        for function in ["/", "a/", ".", "[", "é/é.é", "type:.eq.", "go:", "a//b", "github.com/"]
        {
            let _named = of(None, function);
        }
    }
}

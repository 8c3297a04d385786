//! Functions of public libraries of .NET by their namespace.
//!
//! Programs of .NET are merged with the libraries that they use, and name every method with its type and namespace unless
//! somebody took the names away. Whoever gives own code the namespace of a public library makes it tell of nobody.

use demarche_image::{Architecture, Image};
use demarche_terms::Named;

use super::templates::tell_by;
use crate::Program;

/// Namespaces of public libraries, those of other libraries within them apart.
///
/// Source: the libraries' own sources.
const NAMESPACES: [&str; 65] = [
    "AForge",
    "Accord",
    "AngleSharp",
    "Antlr",
    "Antlr3",
    "Antlr4",
    "Atk",
    "Autofac",
    "AutoMapper",
    "Avalonia",
    "Cairo",
    "Castle",
    "Cecil",
    "CommandLine",
    "CommunityToolkit",
    "CookComputing.XmlRpc",
    "Costura",
    "CsvHelper",
    "DBus",
    "Dapper",
    "DocumentFormat.OpenXml",
    "FastColoredTextBoxNS",
    "Gdk",
    "Gio",
    "Glade",
    "GLib",
    "Google.Protobuf",
    "Grpc",
    "Gtk",
    "HarmonyLib",
    "HtmlAgilityPack",
    "ICSharpCode",
    "IKVM",
    "Ionic",
    "LibGit2Sharp",
    "LiteDB",
    "MaterialSkin",
    "MetroFramework",
    "Microsoft",
    "Mono",
    "MonoMod",
    "MySql.Data",
    "NAudio",
    "NDesk",
    "NLog",
    "NUnit",
    "Newtonsoft.Json",
    "Npgsql",
    "OpenTK",
    "Org.BouncyCastle",
    "Pango",
    "PeNet",
    "ProtoBuf",
    "Renci.SshNet",
    "RestSharp",
    "Serilog",
    "SharpDX",
    "SharpCompress",
    "SuperSocket",
    "System",
    "Xunit",
    "YamlDotNet",
    "dnlib",
    "log4net",
    "protobuf_net",
];

/// Names the untold methods of a program of .NET that lie in the namespace of a public library.
pub(crate) fn tell(named: &mut [Named], image: &Image<'_>, program: &Program) {
    if image.architecture == Architecture::Cil {
        tell_by(library, named, image, program);
    }
}

/// The library in whose namespace a method lies, by its name with type and namespace.
fn library(method: &str) -> Option<&'static str> {
    // The name of a method may have dots of its own, as that of an interface that it fulfils.
    let (of_type, _) = method.split_once("::")?;
    let is_in = |namespace: &&&str| {
        of_type.strip_prefix(**namespace).is_some_and(|rest| rest.starts_with('.'))
    };
    NAMESPACES.iter().find(is_in).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_of_the_library_whose_namespace_it_lies_in() {
        for (method, expected) in [
            ("Newtonsoft.Json.Linq.JObject::Parse", Some("Newtonsoft.Json")),
            ("Newtonsoft.JsonX.Own::Parse", None),
            ("Mono.Cecil.ModuleDefinition::.ctor", Some("Mono")),
            ("MonoMod.Utils.Helper::System.IDisposable.Dispose", Some("MonoMod")),
            ("Own.Mono.Thing::Mono.Run", None),
            ("System::Main", None),
            ("main", None),
        ] {
            assert_eq!(library(method), expected, "{method}");
        }
    }

    #[test]
    fn each_namespace_is_there_once() {
        let names: std::collections::BTreeSet<&str> = NAMESPACES.into_iter().collect();
        assert_eq!(names.len(), NAMESPACES.len());
    }
}

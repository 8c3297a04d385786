//! The options of `demarche share`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use demarche_case::{Recipient, Tlp, recipient_named};
use demarche_compare::psi::Peer;
use demarche_stix::Timestamp;

use super::{CaseSources, ImportArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum ShareCommand {
    /// Serve collections of indicators by TAXII 2.1, from one file.
    #[command(
        after_help = "Examples:\n  demarche share collection add Indicators --store taxii.sqlite\n  demarche share user add analyst --store taxii.sqlite --password-file secret.txt\n  demarche share user grant analyst COLLECTION --read --write --store taxii.sqlite\n  demarche share serve --store taxii.sqlite\n  demarche share serve --store taxii.sqlite --listen 0.0.0.0:6443 --tls-cert chain.pem --tls-key key.pem --audit audit.jsonl\n  demarche share serve --store taxii.sqlite --compare ours.txt --compare-key ours.key --compare-log compare.log --compare-with analyst=THEIR-KEY\n\nWithout TLS it listens on the machine itself alone. docs/exchange.md explains all of it."
    )]
    Serve(ServeArgs),
    /// Manage the users of a server: who may read and write what.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Manage the tokens of a server, which stand for a password.
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Manage the collections of a server.
    Collection {
        #[command(subcommand)]
        command: CollectionCommand,
    },
    /// Get the objects of a collection of a TAXII 2.1 server, as a STIX bundle.
    #[command(
        after_help = "Examples:\n  demarche share pull https://taxii.example/taxii2/ --collection Indicators --user analyst --password-file secret.txt --out indicators.json\n  demarche share pull https://taxii.example/taxii2/ --collection Indicators --token-file token.txt --added-after 2026-11-03T08:00:00.000001Z --out new.json\n\nThe answer tells the time from which the next pull goes on. `demarche import` makes evidence of the bundle."
    )]
    Pull(PullArgs),
    /// Send the objects of a STIX bundle to a collection; none whose marking is above what the collection may hold.
    #[command(
        after_help = "Example:\n  demarche share push bundle.json https://taxii.example/taxii2/ --collection Indicators --highest GREEN --user analyst --password-file secret.txt\n\nAn object without a marking, or with one that cannot be read, counts as RED."
    )]
    Push(PushArgs),
    /// Check files of STIX 2.1 against the standard, and tell every fault with its section.
    #[command(
        after_help = "Examples:\n  demarche share check bundle.json\n  demarche share check bundle.json --interop --json\n\nExit status: 0 valid, 1 not valid, 2 failed."
    )]
    Check(CheckArgs),
    /// Keep the STIX bundles of partners whole beside a case, and add what is evidence in them.
    #[command(
        after_help = "Example:\n  demarche share import bundle.json --into my-case\n\nThe bundle stands in the folder `exchange` of the case, byte for byte, and its hash in the log. What could not become evidence is listed by id. `demarche share export --as received` sends it on."
    )]
    Import(ImportArgs),
    /// Write what may go to one addressee: a STIX 2.1 bundle, or another format.
    #[command(
        after_help = "Examples:\n  demarche share export my-case --to GB --out bundle.json\n  demarche share export my-case --to DE-CERT --out bundle.json --tlp1\n  demarche share export my-case --to FR --as misp --out event.json\n  demarche share export my-case --to FR --as received --out bundle.json\n\nIt is made of what the note may hold, and checked before it is written. A state said to be responsible gets none."
    )]
    Export(Box<ExportArgs>),
    /// Find the evidence that the patterns of partners ask for.
    #[command(
        after_help = "Examples:\n  demarche share match my-case bundle.json\n  demarche share match my-case --pattern patterns.txt\n  echo \"[ipv4-addr:value = '198.51.100.3']\" | demarche share match my-case --pattern -\n\nA file of patterns has one a line. Exit status 1 says that some pattern could not be evaluated."
    )]
    Match(MatchArgs),
    /// Find the indicators that two parties have in common, without showing the others.
    #[command(
        after_help = "Examples:\n  demarche share compare key ours.key                       both: make a key, and tell the other party the public one\n  demarche share compare ask ours.txt --key ours.key --to THEIR-KEY --out request.psi\n  demarche share compare answer request.psi theirs.txt --key theirs.key --from OUR-KEY --log audit.log --out answer.psi\n  demarche share compare read answer.psi ours.txt --key ours.key --request request.psi\n  demarche share compare query https://taxii.example/compare/ ours.txt --key ours.key --to THEIR-KEY --user us --password-file secret.txt\n\nThe first round tells the number alone. --items on both sides tells which. docs/compare.md tells what each party learns."
    )]
    Compare {
        #[command(subcommand)]
        command: CompareCommand,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The files: bundles, or single objects.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Ask for what the interoperability profile asks for besides.
    #[arg(long)]
    pub(crate) interop: bool,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    /// The addressee: a state by code or English name, or its national CERT (TH, Thailand or TH-CERT).
    #[arg(long, value_name = "COUNTRY[-CERT]", value_parser = recipient_named)]
    pub(crate) to: Recipient,
    #[command(flatten)]
    pub(crate) sources: CaseSources,
    /// The file to write. Beside it stands a .secret, from which the next export makes the same identifiers.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The format.
    #[arg(long = "as", value_name = "FORMAT", value_enum, default_value = "stix")]
    pub(crate) format: ExportFormat,
    /// With `--as received`, the marking of objects that have none; RED unless said.
    #[arg(long, value_name = "MARKING")]
    pub(crate) unmarked_as: Option<Tlp>,
    /// Mark by TLP 1, for partners that refuse TLP 2.0.
    #[arg(long)]
    pub(crate) tlp1: bool,
    /// The time of the export in UTC. Default: now.
    #[arg(long, value_name = "TIME")]
    pub(crate) time: Option<Timestamp>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

/// The formats of an export.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ExportFormat {
    /// A bundle of STIX 2.1.
    Stix,
    /// An event of MISP.
    Misp,
    /// A layer of the ATT&CK Navigator.
    Navigator,
    /// An Attack Flow 2.0.
    AttackFlow,
    /// A table of indicators.
    Csv,
    /// The bundles of partners that `share import` kept, each object unchanged.
    Received,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("asked").args(["bundles", "pattern"]).required(true).multiple(true))]
pub(crate) struct MatchArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    /// STIX bundles, whose indicators are asked.
    #[arg(value_name = "BUNDLE")]
    pub(crate) bundles: Vec<PathBuf>,
    /// A file of patterns, one a line; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) pattern: Option<PathBuf>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

/// The file of a server.
#[derive(Debug, Args)]
pub(crate) struct StorePlace {
    /// The file of the server, which is made where there is none.
    #[arg(long, value_name = "FILE")]
    pub(crate) store: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) place: StorePlace,
    /// The address and port.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:6100")]
    pub(crate) listen: SocketAddr,
    /// The certificates of the server in PEM, its own first.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The key of the certificate in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// TLS ends at a proxy in front of the server, on this machine or in a network that nobody else can read.
    #[arg(long, conflicts_with = "tls_cert")]
    pub(crate) behind_proxy: bool,
    /// The https address under which clients reach the server.
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Add a line of JSON for each request to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) audit: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) compare: CompareService,
}

/// Comparisons in private that a server answers at `/compare/`.
#[derive(Debug, Args)]
pub(crate) struct CompareService {
    /// Answer comparisons in private with the indicators of LIST, which is read anew for each.
    #[arg(long = "compare", value_name = "LIST", requires_all = ["compare_key", "compare_log", "compare_with"])]
    pub(crate) list: Option<PathBuf>,
    /// The file of your key for comparisons.
    #[arg(long, value_name = "FILE", requires = "list")]
    pub(crate) compare_key: Option<PathBuf>,
    /// The log of comparisons, by which limits are kept.
    #[arg(long, value_name = "FILE", requires = "list")]
    pub(crate) compare_log: Option<PathBuf>,
    /// A user that may compare, and the public key that signs its requests. Repeatable.
    #[arg(long, value_name = "USER=KEY", value_parser = user_and_key, requires = "list")]
    pub(crate) compare_with: Vec<(String, Peer)>,
    /// Agree to tell which indicators are common, and not only how many.
    #[arg(long, requires = "list")]
    pub(crate) compare_items: bool,
}

fn user_and_key(text: &str) -> Result<(String, Peer), String> {
    let (user, key) = text.split_once('=').ok_or("write the user's name, = and its public key")?;
    let key = key.parse().map_err(|_| "the text behind = is no public key".to_owned())?;
    Ok((user.to_owned(), key))
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Add a user.
    Add {
        /// The name, without a colon.
        name: String,
        #[command(flatten)]
        place: StorePlace,
        /// A file whose first line is the password; without one the user has tokens alone.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Give a user rights to a collection, in place of those it had.
    Grant {
        /// The user.
        name: String,
        /// The id, alias or title of the collection.
        collection: String,
        #[command(flatten)]
        place: StorePlace,
        /// May get objects.
        #[arg(long)]
        read: bool,
        /// May add objects.
        #[arg(long)]
        write: bool,
    },
    /// Remove a user with its rights and tokens.
    Remove {
        /// The user.
        name: String,
        #[command(flatten)]
        place: StorePlace,
    },
    /// List the users.
    List {
        #[command(flatten)]
        place: StorePlace,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token, which is shown once.
    Add {
        /// The user whose rights it has.
        user: String,
        #[command(flatten)]
        place: StorePlace,
        /// What it is for.
        #[arg(long, default_value = "demarche")]
        label: String,
    },
    /// Revoke a token by its number.
    Revoke {
        /// The number, which `list` tells.
        number: i64,
        #[command(flatten)]
        place: StorePlace,
    },
    /// List the tokens, without their texts.
    List {
        #[command(flatten)]
        place: StorePlace,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum CollectionCommand {
    /// Add a collection, and its root where there is none.
    Add {
        /// The title for people.
        title: String,
        #[command(flatten)]
        place: StorePlace,
        /// The name of the root, the first part of its address.
        #[arg(long, default_value = "api")]
        root: String,
        /// A short name for addresses.
        #[arg(long)]
        alias: Option<String>,
    },
    /// List the collections.
    List {
        #[command(flatten)]
        place: StorePlace,
    },
}

/// A collection of a server, and who asks.
#[derive(Debug, Args)]
pub(crate) struct RemotePlace {
    #[command(flatten)]
    pub(crate) server: RemoteServer,
    /// The id, alias or title of the collection.
    #[arg(long, value_name = "COLLECTION")]
    pub(crate) collection: String,
}

/// A server, and who asks.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("secret").args(["password_file", "token_file"]))]
pub(crate) struct RemoteServer {
    /// The address of the server: of its discovery, which ends in `/taxii2/`, or of its comparison, in `/compare/`.
    pub(crate) url: String,
    /// The name of the user.
    #[arg(long, value_name = "NAME", requires = "password_file")]
    pub(crate) user: Option<String>,
    /// A file whose first line is the password.
    #[arg(long, value_name = "FILE", requires = "user")]
    pub(crate) password_file: Option<PathBuf>,
    /// A file whose first line is a token.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The certificate of the authority to trust in PEM, in place of the public ones.
    #[arg(long, value_name = "FILE")]
    pub(crate) authority: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PullArgs {
    #[command(flatten)]
    pub(crate) place: RemotePlace,
    /// The file for the bundle.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Objects added later than this alone: the time that the pull before told.
    #[arg(long, value_name = "TIME")]
    pub(crate) added_after: Option<String>,
    /// Objects of this type alone; may stand several times.
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) types: Vec<String>,
    /// All versions of each object, and not the latest alone.
    #[arg(long)]
    pub(crate) all_versions: bool,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PushArgs {
    /// The STIX bundle.
    pub(crate) bundle: PathBuf,
    #[command(flatten)]
    pub(crate) place: RemotePlace,
    /// The highest marking that the readers of the collection may see.
    #[arg(long, value_name = "MARKING")]
    pub(crate) highest: Tlp,
    /// The marking of objects that have none; RED unless said.
    #[arg(long, value_name = "MARKING")]
    pub(crate) unmarked_as: Option<Tlp>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CompareCommand {
    /// Make the key of a party, or tell the public key of one that there is.
    Key {
        /// The file of the key; keep it to yourself.
        file: PathBuf,
    },
    /// Make a request of a list; the other party answers it.
    Ask {
        /// Indicators in any text, one or more a line.
        list: PathBuf,
        /// The file of your key.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The public key of the other party.
        #[arg(long, value_name = "KEY")]
        to: Peer,
        /// Ask which indicators are common, and not only how many; the other party has to agree.
        #[arg(long)]
        items: bool,
        /// The file for the request; beside it stands a .secret, which you need for the answer.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Answer a request.
    Answer {
        /// The request.
        request: PathBuf,
        /// Your indicators in any text.
        list: PathBuf,
        /// The file of your key.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The public key of the party that may ask; a request of another is refused.
        #[arg(long, value_name = "KEY")]
        from: Peer,
        /// The log of requests, by which limits are kept.
        #[arg(long, value_name = "FILE")]
        log: PathBuf,
        /// Agree to tell which indicators are common.
        #[arg(long)]
        items: bool,
        /// The file for the answer.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Ask the server of the other party, and read its answer: `ask`, `answer` and `read` in one.
    Query {
        #[command(flatten)]
        server: RemoteServer,
        /// Indicators in any text, one or more a line.
        list: PathBuf,
        /// The file of your key.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The public key of the other party; an answer of anybody else is refused.
        #[arg(long, value_name = "KEY")]
        to: Peer,
        /// Ask which indicators are common, and not only how many; the other party has to agree.
        #[arg(long)]
        items: bool,
        #[command(flatten)]
        sightings: SightingArgs,
        /// Print as JSON (docs/schema has its schema).
        #[arg(long)]
        json: bool,
    },
    /// Read an answer: the number of common indicators, or which they are.
    Read {
        /// The answer.
        answer: PathBuf,
        /// The list that the request was made of, unchanged.
        list: PathBuf,
        /// The file of your key.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The request; its .secret stands beside it.
        #[arg(long, value_name = "FILE")]
        request: PathBuf,
        #[command(flatten)]
        sightings: SightingArgs,
        /// Print as JSON (docs/schema has its schema).
        #[arg(long)]
        json: bool,
    },
}

/// The bundle of sightings of what was found in common.
#[derive(Debug, Args)]
pub(crate) struct SightingArgs {
    /// Write the common items to FILE as sightings, a STIX 2.1 bundle.
    #[arg(long, value_name = "FILE")]
    pub(crate) stix: Option<PathBuf>,
    /// The marking of the sightings.
    #[arg(long, value_name = "MARKING", default_value = "AMBER", requires = "stix")]
    pub(crate) tlp: Tlp,
    /// The name of your organisation in the sightings.
    #[arg(long, value_name = "NAME", default_value = "The party that asked", requires = "stix")]
    pub(crate) by: String,
    /// The name of the party that answered. Default: its key.
    #[arg(long, value_name = "NAME", requires = "stix")]
    pub(crate) with: Option<String>,
    /// The time of the comparison in UTC. Default: now.
    #[arg(long, value_name = "TIME", requires = "stix")]
    pub(crate) time: Option<Timestamp>,
}

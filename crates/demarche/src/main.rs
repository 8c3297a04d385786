//! The command line of demarche.
//!
//! Exit status: 0 complete, 1 complete with gaps, 2 failed.

mod cli;
mod commands;
mod failure;
mod fetch;
mod out;
mod output;
mod progress;

use std::process::ExitCode;

use clap::Parser;

use cli::code::{CodeCommand, CodeIndexCommand};
use cli::expose::ExposeCommand;
use cli::options::OptionsCommand;
use cli::{ActorsCommand, Cli, Command, LibraryCommand, RoutesCommand};
use output::Outcome;

/// A server that stands for days keeps what it needs and no more: the system's own allocator holds on to what threads freed.
#[cfg(unix)]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    spare_from_signals();
    output::set_manner(cli.quiet, cli.verbose, cli.color);
    match run(cli.command) {
        Ok(Outcome::Complete) => ExitCode::SUCCESS,
        Ok(Outcome::WithGaps) => ExitCode::from(1),
        Err(error) => {
            failure::print(&error);
            ExitCode::from(2)
        }
    }
}

/// A write beyond the largest size of a file (`ulimit -f`) then fails like one to a full disk, instead of ending the process.
fn spare_from_signals() {
    // A system that has no such signal sends none.
    #[cfg(unix)]
    let flag: std::sync::Arc<std::sync::atomic::AtomicBool> = std::sync::Arc::default();
    #[cfg(unix)]
    drop(signal_hook::flag::register(signal_hook::consts::SIGXFSZ, flag));
}

fn run(command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Init(args) => commands::init::run(&args),
        Command::Import(args) => commands::import::run(&args),
        Command::Assess(args) => commands::assess::run(&args),
        Command::Seal(args) => commands::seal::run(&args),
        Command::Verify(args) => commands::verify::run(&args),
        Command::Pack { command } => commands::pack::run(&command),
        Command::Note(args) => commands::note::run(&args),
        Command::Completions { shell } => commands::shell::completions(shell),
        Command::Manual { folder } => commands::shell::manual(&folder),
        Command::Share { command } => commands::share::run(&command),
        Command::Serve(args) => commands::serve::run(&args),
        Command::Demo(args) => commands::serve::demo(&args),
        Command::Doctor(args) => commands::doctor::run(&args),
        Command::Routes { command } => match command {
            RoutesCommand::Depend(args) => commands::depend::run(&args),
            RoutesCommand::Hegemony(args) => commands::hegemony::run(&args),
            RoutesCommand::Cut(args) => commands::cut::run(&args),
            RoutesCommand::Power(args) => commands::power::run(&args),
            RoutesCommand::Locate(args) => commands::locate::run(&args),
            RoutesCommand::Watch(args) => commands::watch::run(&args),
            RoutesCommand::Convert(args) => commands::convert::run(&args),
        },
        Command::Partial(args) => commands::partial::run(&args),
        Command::Merge(args) => commands::merge::run(&args),
        Command::Cluster { command } => commands::cluster::run(&command),
        Command::Code { command } => match command {
            CodeCommand::Functions(args) => commands::code::functions::run(&args),
            CodeCommand::Match(args) => commands::code::matched::run(&args),
            CodeCommand::Compare(args) => commands::code::compared::run(&args),
            CodeCommand::Families(args) => commands::code::families::run(&args),
            CodeCommand::Yara(args) => commands::code::yara::run(&args),
            CodeCommand::Index { command } => match command {
                CodeIndexCommand::Add(args) => commands::code::index::add::run(&args),
                CodeIndexCommand::List(args) => commands::code::index::list(&args),
                CodeIndexCommand::Remove(args) => commands::code::index::remove(&args),
                CodeIndexCommand::Merge(args) => commands::code::index::merge(&args),
                CodeIndexCommand::Verify(args) => commands::code::index::verify(&args),
            },
        },
        Command::Actors { command } => match command {
            ActorsCommand::Evaluate(args) => commands::actors::evaluate::run(&args),
            ActorsCommand::Rank(args) => commands::actors::rank::run(&args),
            ActorsCommand::Show(args) => commands::actors::show::run(&args),
        },
        Command::Expose { command } => match command {
            ExposeCommand::Scan(args) => commands::expose::scan::run(&args),
            ExposeCommand::Merge(args) => commands::expose::scan::merge(&args),
            ExposeCommand::People(args) => commands::expose::people(&args),
            ExposeCommand::Find(args) => commands::expose::find::run(&args),
            ExposeCommand::DocumentReader => commands::expose::documents::serve(),
        },
        Command::Options { command } => match command {
            OptionsCommand::Weigh(args) => commands::options::weigh::run(&args),
            OptionsCommand::Precedents(args) => commands::options::precedents::run(&args),
        },
        Command::Library { command } => match command {
            LibraryCommand::Add(args) => commands::library::add::run(&args),
            LibraryCommand::Fetch(args) => commands::library::fetch::run(&args),
            LibraryCommand::List(args) => commands::library::list::run(&args),
            LibraryCommand::Show(args) => commands::library::show::run(&args),
        },
    }
}

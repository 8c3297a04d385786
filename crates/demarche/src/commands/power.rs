use std::fmt::Write as _;
use std::ops::ControlFlow;

use demarche_case::Asn;
use demarche_case::assessment::answer::PowerAnswer;
use demarche_case::assessment::routes::{IndexMethod, Player, PowerFindings, PowerGame, Proof};
use demarche_report::{cut_off_text, no_cut_text, svg_of_power};
use demarche_routes::power::{AtHome, Limits, Question, power};

use super::question::{Asked, footnotes, headline, named, parties};
use crate::cli::{Home, PowerArgs};
use crate::output::{self, Outcome, Table, count, print};

/// Whose joint refusal cuts a target off.
pub(crate) fn run(args: &PowerArgs) -> anyhow::Result<Outcome> {
    let asked = Asked::read(&args.question)?;
    let (target, routing_data) = (&asked.target, &asked.read.routing_data);
    let Some(topology) = &routing_data.topology else {
        anyhow::bail!(
            "no file of AS relationships was read: whose refusal counts needs an AS graph"
        );
    };
    let (mut from, countries) = parties(&args.from)?;
    if !countries.is_empty() {
        let all = topology.ases().map(|at| topology.asn(at));
        let is_of = |asn: &Asn| {
            routing_data.network(*asn).country.is_some_and(|country| countries.contains(&country))
        };
        from.extend(all.filter(is_of));
    }
    anyhow::ensure!(
        target.origins.iter().any(|origin| origin.in_topology),
        "the AS graph has no network of {}",
        target.question
    );
    let question = Question {
        target: target.origins.iter().map(|origin| origin.network.asn).collect(),
        home: target.country,
        from: (!args.from.is_empty()).then_some(from),
        at_home: match args.at_home {
            Home::Nobody => AtHome::Nobody,
            Home::Carriers => AtHome::Carriers,
            Home::Everybody => AtHome::Everybody,
        },
        ..Question::default()
    };
    let limits = Limits { seed: args.seed, ..Limits::default() };
    let found = power(
        topology,
        &question,
        |asn| routing_data.network(asn),
        &limits,
        |_, _| ControlFlow::Continue(()),
    )?;
    let tables = &args.question.tables;
    if let Some(path) = &tables.svg {
        output::write(path, &svg_of_power(target, &found))?;
    }
    let caveats = asked.caveats();
    let gaps = routing_data.gaps.clone();
    if tables.json {
        let answer = PowerAnswer { target: target.clone(), power: Some(found), caveats };
        return output::json(answer, asked.read.inputs, gaps);
    }
    output::gaps(&gaps);
    let mut text = headline(target);
    show(&mut text, &found);
    text.push_str(&footnotes(&caveats));
    print(&text)?;
    Ok(Outcome::of(&gaps))
}

// Writing to a string cannot fail, so what `writeln!` returns is passed over.
fn show(text: &mut String, power: &PowerFindings) {
    let _ = writeln!(text, "\n{}", cut_off_text(&power.cut_off_means));
    for (title, game) in [("Operators", &power.operators), ("States", &power.states)] {
        let _ = writeln!(text, "\n{title}");
        show_game(text, game);
    }
    if let Some(cut) = &power.link_cut {
        let links: Vec<String> =
            cut.links.iter().map(|(near, far)| format!("{near}–{far}")).collect();
        let _ = writeln!(text, "\nThe fewest links that separate it: {}", links.join(", "));
    }
}

fn show_game(text: &mut String, game: &PowerGame) {
    for coalition in game.smallest.iter().take(10) {
        let players: Vec<String> = coalition.iter().map(player).collect();
        let _ = writeln!(text, "  smallest set: {}", players.join(" + "));
    }
    for coalition in game.protectors.iter().take(10) {
        let players: Vec<String> = coalition.iter().map(player).collect();
        let _ = writeln!(text, "  enough to keep it connected: {}", players.join(" + "));
    }
    match &game.proof {
        Proof::DisjointPaths(paths) => {
            text.push_str(&match paths.len() {
                1 => "  at least one has to refuse, for this way out is open:\n".to_owned(),
                ways => format!(
                    "  no smaller one can do: these {ways} ways share nobody who could refuse\n"
                ),
            });
            for path in paths.iter().take(10) {
                let path: Vec<String> = path.iter().map(ToString::to_string).collect();
                let _ = writeln!(text, "    {}", path.join(" → "));
            }
        }
        Proof::Exhausted { examined } => {
            let _ = writeln!(
                text,
                "  no smaller one can do: {} smaller sets were ruled out",
                count(*examined)
            );
        }
        Proof::Bound { at_least, ratio } => {
            let _ = writeln!(
                text,
                "  not proven smallest: at least {at_least} are needed, this is at most {ratio:.2} times the fewest"
            );
        }
        Proof::NoCut(reason) => {
            let _ = writeln!(text, "  no set can do: {}", no_cut_text(reason));
        }
    }
    let method = match game.method {
        IndexMethod::Exact => "exact".to_owned(),
        IndexMethod::Sampled { orders, seed } => {
            format!("from {} random orders, seed {seed}", count(orders))
        }
    };
    let _ = writeln!(
        text,
        "  power to block, and to protect, of {} players, {method}:",
        count(game.players)
    );
    // Both indices are self-dual: the power to block is the power to protect.
    let mut table = Table::new(["  player", "Shapley–Shubik", "±", "Banzhaf", "±"]);
    for index in game.indices.iter().take(15) {
        table.row([
            format!("  {}", player(&index.player)),
            format!("{:.4}", index.shapley_block),
            format!("{:.4}", index.shapley_error),
            format!("{:.4}", index.banzhaf_block),
            format!("{:.4}", index.banzhaf_error),
        ]);
    }
    text.push_str(&table.text());
}

fn player(player: &Player) -> String {
    match player {
        Player::Operator(network) => named(network),
        Player::Group { label, .. } => output::clean(label),
        Player::State(country) => country.label().to_owned(),
    }
}

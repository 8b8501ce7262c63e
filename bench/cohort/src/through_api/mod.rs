//! The same families through a running server: registered, answering hour by hour while its clock is moved, and watched
//! by doulas who read what the interface gives them. What is raised has to be what the direct run raises, family by
//! family.

mod account;
mod days;
mod household;

use std::{cmp::Reverse, path::PathBuf, sync::Arc, time::Instant};

use attune::rules::Settings;
use attune_kill::{
    client::Client,
    server::{self, Address, Kind, Place, Server},
};
use days::Practice;
use household::Household;

use crate::{
    family::Group,
    measure::{Count, family},
    product::{self, Raised},
    table,
};

/// Runs so many families of each group through a server, prints the table of what the doulas saw, and what was raised
/// otherwise than in the direct run. True when nothing was.
///
/// # Errors
/// In words, when the run cannot be brought to its end.
pub fn run(families: usize, seed: u64, database: Kind, program: Option<PathBuf>) -> Result<bool, String> {
    let program = server::program(program.as_deref())?;
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let place = Place { program, folder: folder.path().to_owned(), url: database.url()? };
    let server = Server::start(&place)?;
    let address = Arc::new(Address::default());
    address.set(Some(server.address.clone()));
    let began = Instant::now();
    let lived = lived(Client::new(address), families, seed)
        .map_err(|reason| format!("{reason}\n{}", server::end_of_log(folder.path())));
    let seen = lived?;
    let stopped = server.stop()?;
    if !stopped.success() {
        return Err(format!("the server ended with {stopped}"));
    }
    table::groups(&|group| counted(&seen, group), &[]);
    let check_ins: usize = seen.iter().map(|one| one.family.days.iter().flatten().count()).sum();
    let flags: usize = seen.iter().map(|one| one.flags.len()).sum();
    let raised: usize = seen.iter().map(|one| one.raised.len()).sum();
    println!(
        "\n{} families, {check_ins} check-ins over {database:?} in {:.0} s; doulas saw {flags} flags, raised or become \
         a follow-up {raised} times",
        seen.len(),
        began.elapsed().as_secs_f64()
    );
    let differences: Vec<String> = seen.iter().flat_map(differences).collect();
    for difference in &differences {
        println!("{difference}");
    }
    println!("differences from the direct run of the same families: {}", differences.len());
    Ok(differences.is_empty())
}

fn lived(client: Client, families: usize, seed: u64) -> Result<Vec<Household>, String> {
    let made = Group::ALL.into_iter().flat_map(|group| {
        let name = format!("{group:?}").to_lowercase();
        (0..families).map(move |number| (format!("{name}-{number}"), family(group, seed, number).0))
    });
    let practice = Practice::register(client, made.collect())?;
    eprintln!("everybody is registered");
    practice.live(|week| eprintln!("week {week} is over"))
}

fn counted(seen: &[Household], group: Group) -> Count {
    let mut count = Count::default();
    for one in seen.iter().filter(|one| one.family.group == group) {
        count.one(&one.family, &in_order(one.raised.clone()));
    }
    count.settle();
    count
}

/// As the direct run has them: by day, and of one day the gravest first.
fn in_order(mut raised: Vec<Raised>) -> Vec<Raised> {
    raised.sort_by_key(|one| (one.day, Reverse(one.severity), one.rule));
    raised
}

/// What is otherwise than in the direct run, in words.
fn differences(one: &Household) -> Vec<String> {
    let direct = in_order(product::run(&one.family, &Settings::default()));
    let server = in_order(one.raised.clone());
    let mut all: Vec<String> = one.odd.iter().map(|odd| format!("{}: {odd}", one.name)).collect();
    if direct != server {
        let words = |raised: &[Raised], other: &[Raised]| {
            let alone = raised.iter().filter(|one| !other.contains(one));
            let words: Vec<String> = alone
                .map(|one| format!("{} {} on day {}", one.rule.as_str(), one.severity.as_str(), one.day))
                .collect();
            words.join(", ")
        };
        let (only_direct, only_server) = (words(&direct, &server), words(&server, &direct));
        all.push(format!("{}: direct alone [{only_direct}], server alone [{only_server}]", one.name));
    }
    all
}

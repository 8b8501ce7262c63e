//! The tables that are printed.

use std::time::Instant;

use attune::rules::{Changed, Context, History, RULES, SettingId, Settings, Usuals, judge};
use fastrand::Rng;

use crate::{
    family::{DAYS, Family, Group},
    measure::{Count, Judge, count},
    product,
    rival::Rival,
};

fn attune() -> Judge {
    Judge::Attune(Box::default())
}

fn attune_at(percent: u16) -> Judge {
    let mut settings = Settings::default();
    settings.set(Changed::Value(SettingId::ChangeLine), percent);
    Judge::Attune(Box::new(settings))
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "**missed**" }
}

/// What a judge finds of a group.
pub type Found<'a> = &'a dyn Fn(Group) -> Count;

/// All tables of attune's rules beside simpler ones. True when every target is met.
pub fn beside_rivals(families: usize, seed: u64) -> bool {
    let rival = |rival| move |group| count(group, families, seed, &Judge::Rival(rival));
    let (ewma, mean, week_six) = (rival(Rival::Ewma(3.0)), rival(Rival::Mean(4.0)), rival(Rival::WeekSix));
    let rivals: [(&str, Found<'_>); 3] = [("EWMA", &ewma), ("mean under 4", &mean), ("week 6", &week_six)];
    let met = groups(&|group| count(group, families, seed, &attune()), &rivals);
    by_rule(&|group| count(group, families.min(2_000), seed, &attune()));
    met
}

/// What is noticed of each group, and what is noticed for nothing. True when every target is met.
pub fn groups(found: Found<'_>, rivals: &[(&str, Found<'_>)]) -> bool {
    let targets: [(Group, &str, usize, f64, Option<usize>); 6] = [
        (Group::FastDecline, "within 10 days of its start", 10, 92.0, Some(5)),
        (Group::SlowDecline, "within 21 days of its start", 21, 90.0, Some(11)),
        (Group::LowFromTheStart, "within 7 days after it can be judged", 7, 97.0, None),
        (Group::LowConnection, "within 7 days after it can be judged", 7, 97.0, None),
        (Group::Elation, "by the second such day", 1, 95.0, None),
        (Group::FadingOut, "within 12 days of the last answer", 12, 97.0, None),
    ];
    let row = |cells: &[String]| println!("| {} |", cells.join(" | "));
    let others = |of: &dyn Fn(&(&str, Found<'_>)) -> String| {
        let cells: Vec<String> = rivals.iter().map(of).collect();
        cells.join(" | ")
    };
    let names = others(&|(name, _)| (*name).to_owned());
    let lines = "---|".repeat(rivals.len().max(1));
    let mut all_met = true;
    println!("| group | found | attune | median days | target | | {names} |");
    println!("|---|---|---|---|---|---|{lines}");
    for (group, when, days, share, median) in targets {
        let attune = found(group);
        let soon = median.is_none_or(|most| attune.median().is_some_and(|median| median <= most));
        let met = attune.within(days) >= share && soon;
        all_met &= met;
        row(&[
            format!("{group:?}"),
            when.to_owned(),
            format!("{:.1} %", attune.within(days)),
            attune.median().map_or("–".to_owned(), |days| days.to_string()),
            median.map_or(format!("{share} %"), |most| format!("{share} %, median {most}")),
            verdict(met).to_owned(),
            others(&|(_, rival)| format!("{:.1} %", rival(group).within(days))),
        ]);
    }
    println!("\n| nothing is the matter | flags in 30 days | notices in 30 days | | {names} |");
    println!("|---|---|---|---|{lines}");
    for group in [Group::Well, Group::Sparse, Group::GladAndTired] {
        let attune = found(group);
        let met = attune.flags_a_month() <= 0.05 && attune.notices_a_month() <= 0.3;
        // Glad and tired families are shown for the elation rule; the targets are about the other two.
        all_met &= met || group == Group::GladAndTired;
        row(&[
            format!("{group:?}"),
            format!("{:.3}", attune.flags_a_month()),
            format!("{:.3}", attune.notices_a_month()),
            verdict(met).to_owned(),
            others(&|(_, rival)| format!("{:.3}", rival(group).flags_a_month())),
        ]);
    }
    all_met
}

/// What is noticed for nothing by which rule.
fn by_rule(found: Found<'_>) {
    println!("\n| nothing is the matter, by rule | flags in 30 days | notices in 30 days |");
    println!("|---|---|---|");
    for group in [Group::Well, Group::Sparse, Group::GladAndTired] {
        let found = found(group);
        for (rule, (flags, notices)) in &found.by_rule {
            let a_month = |many: usize| 30.0 * many as f64 / found.days as f64;
            println!("| {group:?}: {} | {:.3} | {:.3} |", rule.as_str(), a_month(*flags), a_month(*notices));
        }
    }
    println!(
        "\nTargets where nothing is the matter: at most 0.05 flags (follow_up and above) and 0.3 notices in 30 days.\n"
    );
}

/// What a doula with twenty families sees in a week: fourteen well, three sparse, two glad and tired, one declining.
pub fn a_doulas_week(families: usize, seed: u64) {
    let families = families.min(2_000);
    let (mut flags, mut notices) = (0.0, 0.0);
    for (group, many) in [(Group::Well, 14.0), (Group::Sparse, 3.0), (Group::GladAndTired, 2.0)] {
        let found: Count = count(group, families, seed, &attune());
        flags += many * found.flags_a_month() * 7.0 / 30.0;
        notices += many * found.notices_a_month() * 7.0 / 30.0;
    }
    println!(
        "A doula with 20 families, of whom 19 are well, sees in a week {flags:.2} flags and {notices:.2} notices for \
         nothing, beside what is the matter with the twentieth.\n"
    );
}

/// What more false flags would buy.
pub fn curve(families: usize, seed: u64) {
    println!("| lines | flags in 30 well days | fast decline | slow decline |");
    println!("|---|---|---|---|");
    let row = |name: String, judge: &Judge| {
        let well = count(Group::Well, families, seed, judge).flags_a_month();
        let fast = count(Group::FastDecline, families, seed, judge).within(10);
        let slow = count(Group::SlowDecline, families, seed, judge).within(21);
        println!("| {name} | {well:.3} | {fast:.1} % | {slow:.1} % |");
    };
    for percent in [60, 80, 100, 130, 160, 200] {
        row(format!("attune, change at {percent} %"), &attune_at(percent));
    }
    for limit in [2.0, 2.5, 3.0, 3.5, 4.0] {
        row(format!("EWMA, limit {limit}"), &Judge::Rival(Rival::Ewma(limit)));
    }
    for line in [3.0, 4.0, 4.5, 5.0, 5.5] {
        row(format!("mean of 14 days under {line}"), &Judge::Rival(Rival::Mean(line)));
    }
    println!();
}

/// What one evaluation costs, with sixty days of history.
pub fn speed() {
    let mut rng = Rng::with_seed(3);
    let family = Family::new(Group::Well, &mut rng);
    let entries: Vec<_> = family.days[DAYS - 61..]
        .iter()
        .enumerate()
        .map(|(day, answer)| {
            product::entry(
                day,
                &answer.or(family.days.iter().flatten().next().copied()).expect("some answer"),
            )
        })
        .collect();
    let newest = entries[entries.len() - 1].clone();
    let (history, profile, settings) = (History::new(entries), product::profile(), Settings::default());
    let today = newest.local_date;
    let trigger = newest.into();
    let context = Context { history: &history, profile: &profile, settings: &settings, usual: &[], today };
    let rounds = 2_000;
    let began = Instant::now();
    for _ in 0..rounds {
        std::hint::black_box(judge(RULES, &context, &mut Usuals::default(), &trigger));
    }
    let micros = began.elapsed().as_secs_f64() * 1e6 / f64::from(rounds);
    println!("One check-in with 60 days of history, both verdicts: {micros:.0} µs of rules (target 50).");
}

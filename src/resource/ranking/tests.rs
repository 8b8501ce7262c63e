//! Cases for the ranking: what comes first for which need, limits, order, and words after a loss.
//!
//! The large run over generated families, where every suggestion is checked again by other code, is in `sweep.rs`.

#[path = "sweep.rs"]
mod sweep;

use jiff::ToSpan;

use super::*;
use crate::id::BabyId;
use crate::resource::situation::{BabySituation, Newest};

fn id(last: u8) -> BabyId {
    format!("0191e7c2-93a4-7c3e-8f00-0000000000{last:02}").parse().expect("a canonical id")
}

fn today() -> Date {
    date(2026, 11, 23)
}

fn ordinary() -> Situation {
    let baby = BabySituation {
        id: id(1),
        birth_date: Some(today() - 100.days()),
        due_date: None,
        contexts: Vec::new(),
        conditions: Vec::new(),
        cleared_for_massage: false,
    };
    Situation {
        today: today(),
        local_hour: 14,
        contexts: Vec::new(),
        babies: vec![baby],
        newest: Some(well()),
        unsafe_recently: false,
        worst_open: None,
        chosen_baby: None,
        limit: 3,
    }
}

fn well() -> Newest {
    Newest {
        mood: Some(6),
        connection: Some(7),
        anxiety: Some(2),
        sleep_half_hours: Some(13),
        support: Some(7),
        low: false,
    }
}

fn list(situation: &Situation) -> Vec<(Suggestion, &'static Resource)> {
    let catalogue = Catalogue::embedded();
    let found = suggest(catalogue, situation).into_iter();
    found.map(|s| (s.clone(), catalogue.by_slug(&s.slug).expect("a slug of the catalogue"))).collect()
}

#[test]
fn an_ordinary_day_brings_small_moments_of_several_kinds() {
    let found = list(&ordinary());
    assert_eq!(found.len(), 3);
    let kinds: Vec<Kind> = found.iter().map(|(_, resource)| resource.kind).collect();
    assert!(kinds.contains(&Kind::Massage) && kinds.contains(&Kind::Connection), "{kinds:?}");
    assert!(found.iter().all(|(s, r)| r.minutes <= 10 && !s.reasons.is_empty() && !s.cautions.is_empty()));
}

#[test]
fn the_first_suggestion_answers_what_was_said() {
    type Case = (Newest, Need, &'static str);
    let cases: [Case; 6] = [
        (Newest { connection: Some(4), ..well() }, Need::LowConnection, "connection feels low"),
        (Newest { mood: Some(3), ..well() }, Need::LowMood, "your mood is low"),
        (Newest { anxiety: Some(7), ..well() }, Need::Anxiety, "a lot of worry"),
        (Newest { sleep_half_hours: Some(9), ..well() }, Need::PoorSleep, "slept little"),
        (Newest { support: Some(3), ..well() }, Need::Isolation, "little support"),
        (Newest { support: Some(3), anxiety: Some(9), ..well() }, Need::Overwhelm, "a lot of worry"),
    ];
    for (newest, need, words) in cases {
        let found = list(&Situation { newest: Some(newest), ..ordinary() });
        let (first, resource) = &found[0];
        assert!(resource.helps_with.contains(&need), "{need:?}: {}", first.slug);
        assert!(first.reasons[0].contains(words), "{need:?}: {:?}", first.reasons);
    }
}

#[test]
fn values_just_beside_the_lines_are_no_need() {
    let beside = Newest {
        mood: Some(4),
        connection: Some(5),
        anxiety: Some(6),
        sleep_half_hours: Some(10),
        support: Some(4),
        low: false,
    };
    assert_eq!(need::of(&Situation { newest: Some(beside), ..ordinary() }), []);
    assert_eq!(need::of(&Situation { newest: None, ..ordinary() }), []);
}

#[test]
fn connection_is_no_need_without_a_visible_baby_or_after_a_loss() {
    let newest = Some(Newest { connection: Some(0), ..well() });
    assert_eq!(need::of(&Situation { newest, babies: Vec::new(), ..ordinary() }), []);
    assert_eq!(need::of(&Situation { newest, contexts: vec![Context::Loss], ..ordinary() }), []);
    assert_eq!(need::of(&Situation { newest, ..ordinary() }), [Need::LowConnection]);
}

#[test]
fn an_open_flag_from_follow_up_puts_a_professional_first() {
    for (worst, first) in [(None, false), (Some(0), false), (Some(1), true), (Some(2), true), (Some(3), true)]
    {
        for mood in [2, 6] {
            let newest = Some(Newest { mood: Some(mood), ..well() });
            let found = list(&Situation { worst_open: worst, newest, ..ordinary() });
            assert_eq!(found[0].0.slug == HEALTH_PROFESSIONAL, first, "{worst:?} with mood {mood}");
            let times = found.iter().filter(|(s, _)| s.slug == HEALTH_PROFESSIONAL).count();
            assert!(times <= 1);
        }
    }
}

#[test]
fn a_low_entry_brings_at_most_one_and_the_limit_holds() {
    let marked = Newest { low: true, mood: None, ..well() };
    for newest in [Newest { mood: Some(3), ..well() }, Newest { mood: Some(0), ..well() }, marked] {
        for worst_open in [None, Some(1)] {
            let found = list(&Situation { newest: Some(newest), worst_open, limit: 5, ..ordinary() });
            assert_eq!(found.len(), 1);
        }
    }
    for limit in [0, 1, 2, 7] {
        for worst_open in [None, Some(2)] {
            assert_eq!(list(&Situation { limit, worst_open, ..ordinary() }).len(), limit);
        }
    }
    assert!(list(&Situation { limit: 1000, ..ordinary() }).len() < Catalogue::embedded().resources().len());
}

#[test]
fn a_parent_without_a_baby_gets_something_too() {
    let found = list(&Situation { babies: Vec::new(), newest: None, ..ordinary() });
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|(_, resource)| !resource.about_baby));
}

#[test]
fn what_was_made_for_the_family_is_found() {
    let grieving = Situation { contexts: vec![Context::Loss], babies: Vec::new(), ..ordinary() };
    let made_for_grief = |situation: &Situation| {
        list(situation).iter().any(|(_, resource)| resource.contexts_include.contains(&Context::Loss))
    };
    assert!(made_for_grief(&grieving) && !made_for_grief(&ordinary()));

    let mut unit = ordinary();
    unit.babies[0].contexts.push(Context::Nicu);
    let found = list(&unit);
    assert!(found[0].1.contexts_include.contains(&Context::Nicu), "{}", found[0].0.slug);
    assert!(found[0].0.reasons.iter().any(|reason| reason.contains("neonatal unit")));
}

#[test]
fn the_same_state_gives_the_same_list_and_days_bring_variety() {
    let mut firsts: Vec<String> = Vec::new();
    for day in 0..14 {
        let mut situation = ordinary();
        situation.today = today() + day.days();
        let found = suggest(Catalogue::embedded(), &situation);
        assert_eq!(found, suggest(Catalogue::embedded(), &situation.clone()));
        firsts.push(found[0].slug.clone());
    }
    firsts.sort();
    firsts.dedup();
    assert!(firsts.len() >= 5, "{firsts:?}");
}

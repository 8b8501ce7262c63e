//! A table of cases for each refusal, on real entries of the catalogue.
//!
//! Every case starts from an ordinary afternoon with one healthy baby of 100 days and changes what its name says.

use jiff::{ToSpan, civil::date};

use super::*;
use crate::id::BabyId;
use crate::resource::catalogue::Catalogue;
use crate::resource::situation::Newest;

fn id(last: u8) -> BabyId {
    format!("0191e7c2-93a4-7c3e-8f00-0000000000{last:02}").parse().expect("a canonical id")
}

fn today() -> Date {
    date(2026, 11, 23)
}

fn baby(last: u8, age: i32) -> BabySituation {
    let birth_date = Some(today() - age.days());
    let (contexts, conditions) = (Vec::new(), Vec::new());
    BabySituation {
        id: id(last),
        birth_date,
        due_date: None,
        contexts,
        conditions,
        cleared_for_massage: false,
    }
}

fn ordinary() -> Situation {
    Situation {
        today: today(),
        local_hour: 14,
        contexts: Vec::new(),
        babies: vec![baby(1, 100)],
        newest: Some(Newest { mood: Some(6), sleep_half_hours: Some(13), ..Newest::default() }),
        unsafe_recently: false,
        worst_open: None,
        chosen_baby: None,
        limit: 3,
    }
}

/// Why the entry is refused after the change; `None` when it is allowed.
fn refused(slug: &str, change: impl FnOnce(&mut Situation)) -> Option<Refusal> {
    let mut situation = ordinary();
    change(&mut situation);
    let resource = Catalogue::embedded().by_slug(slug).expect("a slug of the catalogue");
    allowed(resource, &situation).err()
}

#[test]
fn an_ordinary_day_refuses_only_what_is_meant_for_others() {
    for resource in Catalogue::embedded().resources() {
        let expected = match resource.slug.as_str() {
            "book-exact-replica" => Some(Refusal::OnlyWhenAsked),
            _ if resource.contexts_include.is_empty() => None,
            _ => Some(Refusal::OtherContext),
        };
        assert_eq!(refusal(resource, &ordinary()), expected, "{}", resource.slug);
    }
}

#[test]
fn after_a_loss_nothing_speaks_of_a_baby_even_with_one_visible() {
    for visible in [true, false] {
        for resource in Catalogue::embedded().resources() {
            let mut situation = ordinary();
            situation.contexts = vec![Context::Loss, Context::BirthTrauma, Context::Adoption];
            situation.babies.retain(|_| visible);
            let hidden = resource.about_baby || resource.contexts_exclude.contains(&Context::Loss);
            if hidden {
                assert_eq!(refusal(resource, &situation), Some(Refusal::AfterLoss), "{}", resource.slug);
            }
        }
    }
    let loss = |s: &mut Situation| s.contexts = vec![Context::Loss];
    assert_eq!(refused("loss-nothing-to-do", loss), None);
    assert_eq!(refused("six-slow-breaths", loss), None);
    assert_eq!(refused("book-exact-replica", loss), Some(Refusal::OnlyWhenAsked));
}

#[test]
fn without_a_visible_baby_nothing_is_about_one() {
    let none = |s: &mut Situation| s.babies.clear();
    for resource in Catalogue::embedded().resources().iter().filter(|resource| resource.about_baby) {
        let mut situation = ordinary();
        none(&mut situation);
        assert_eq!(refusal(resource, &situation), Some(Refusal::NoVisibleBaby), "{}", resource.slug);
    }
    assert_eq!(refused("watch-one-minute", |s| s.chosen_baby = Some(id(9))), Some(Refusal::NoVisibleBaby));
    assert_eq!(refused("six-slow-breaths", none), None);
}

#[test]
fn age_counts_from_birth_and_for_early_babies_from_the_due_date() {
    use Refusal::{AgeOutOfRange, AgeUnknown, NotBornYet};
    let due_in = |days: i32| Some(today() + days.days());
    let early = vec![Context::Preterm];
    type Case = (&'static str, Option<i32>, Option<i32>, bool, Option<Refusal>);
    let cases: [Case; 19] = [
        ("leg-strokes", Some(27), None, false, Some(AgeOutOfRange)),
        ("leg-strokes", Some(28), None, false, None),
        ("leg-strokes", Some(365), None, false, None),
        ("leg-strokes", Some(366), None, false, Some(AgeOutOfRange)),
        ("back-glide", Some(41), None, false, Some(AgeOutOfRange)),
        ("leg-strokes", None, None, false, Some(AgeUnknown)),
        ("still-hands-hold", None, None, false, Some(AgeUnknown)),
        ("board-book-good-night", None, None, false, Some(AgeUnknown)),
        ("watch-one-minute", None, None, false, None),
        ("watch-one-minute", None, Some(10), false, Some(NotBornYet)),
        ("watch-one-minute", Some(-1), None, false, Some(NotBornYet)),
        ("leg-strokes", Some(30), Some(-10), false, None),
        ("leg-strokes", Some(50), Some(-27), false, Some(AgeOutOfRange)),
        ("leg-strokes", Some(50), Some(-29), false, None),
        ("still-hands-hold", Some(50), Some(10), false, None),
        ("preterm-home-strokes-with-clearance", Some(90), Some(-27), true, Some(AgeOutOfRange)),
        ("preterm-home-strokes-with-clearance", Some(90), Some(-28), true, None),
        ("preterm-home-strokes-with-clearance", Some(90), None, true, Some(AgeUnknown)),
        ("unit-family-support", Some(2), Some(60), true, None),
    ];
    for (slug, age, due, preterm, expected) in cases {
        let found = refused(slug, |s| {
            let baby = &mut s.babies[0];
            baby.birth_date = age.map(|age| today() - age.days());
            baby.due_date = due.and_then(due_in);
            baby.cleared_for_massage = true;
            baby.contexts = if preterm { early.clone() } else { Vec::new() };
        });
        assert_eq!(found, expected, "{slug} at {age:?}, due in {due:?}, preterm {preterm}");
    }
}

#[test]
fn contexts_and_conditions_of_a_baby_exclude() {
    let strokes =
        ["leg-strokes", "foot-press", "back-glide", "face-soft-strokes", "evening-turn-with-other-parent"];
    use Context::{Fever, Nicu, Preterm, SkinCondition, VaccinationRecent};
    for context in [Fever, Nicu, Preterm, SkinCondition, VaccinationRecent] {
        for slug in strokes {
            let found = refused(slug, |s| s.babies[0].conditions.push(context));
            assert_eq!(found, Some(Refusal::Excluded(context)), "{slug}");
        }
    }
    let hard_birth = |s: &mut Situation| s.contexts.push(Context::BirthTrauma);
    assert_eq!(
        refused("book-when-postpartum-packs-a-punch", hard_birth),
        Some(Refusal::Excluded(Context::BirthTrauma))
    );
    assert_eq!(refused("page-after-a-hard-birth", hard_birth), None);
    assert_eq!(refused("vaccine-day-comfort", |s| s.babies[0].conditions.push(VaccinationRecent)), None);
}

#[test]
fn clearance_must_be_recorded() {
    for slug in ["nicu-hand-hug", "kangaroo-care-on-the-unit"] {
        for (cleared, expected) in [(false, Some(Refusal::NotCleared)), (true, None)] {
            let found = refused(slug, |s| {
                s.babies[0].contexts.push(Context::Nicu);
                s.babies[0].cleared_for_massage = cleared;
            });
            assert_eq!(found, expected, "{slug}");
        }
    }
}

#[test]
fn several_babies_must_all_suit_unless_one_is_chosen() {
    use Refusal::{AgeOutOfRange, Excluded, FewerThanTwoBabies, NotCleared};
    type Case = (&'static str, Option<u8>, Option<Refusal>);
    // The first is healthy, the second feverish and too old, the third early and not cleared.
    let cases: [Case; 8] = [
        ("leg-strokes", None, Some(Excluded(Context::Preterm))),
        ("leg-strokes", Some(1), None),
        ("leg-strokes", Some(2), Some(Excluded(Context::Fever))),
        ("watch-one-minute", None, Some(AgeOutOfRange)),
        ("watch-one-minute", Some(2), Some(AgeOutOfRange)),
        ("nicu-hand-hug", None, Some(NotCleared)),
        ("nicu-voice-first", Some(1), Some(Refusal::OtherContext)),
        ("twins-one-at-a-time", Some(1), Some(FewerThanTwoBabies)),
    ];
    let three = |s: &mut Situation| {
        s.babies = vec![baby(1, 100), baby(2, 800), baby(3, 40)];
        s.babies[0].contexts.push(Context::Multiples);
        s.babies[1].conditions.push(Context::Fever);
        s.babies[2].contexts.push(Context::Preterm);
    };
    for (slug, chosen, expected) in cases {
        let found = refused(slug, |s| {
            three(s);
            s.chosen_baby = chosen.map(id);
        });
        assert_eq!(found, expected, "{slug} for {chosen:?}");
    }
}

#[test]
fn what_is_done_with_twins_at_once_must_suit_both() {
    // Twins of 100 days and their brother or sister of 800.
    let family = |s: &mut Situation, chosen: Option<u8>| {
        s.babies = vec![baby(1, 100), baby(2, 100), baby(3, 800)];
        s.babies[..2].iter_mut().for_each(|twin| twin.contexts.push(Context::Multiples));
        s.chosen_baby = chosen.map(id);
    };
    let found = |chosen| refused("twins-one-at-a-time", |s| family(s, chosen));
    assert_eq!(found(Some(1)), None);
    assert_eq!(found(Some(3)), Some(Refusal::OtherContext));
    assert_eq!(found(None), Some(Refusal::AgeOutOfRange));
    let fever = refused("twins-one-at-a-time", |s| {
        family(s, Some(1));
        s.babies[1].conditions.push(Context::Fever);
    });
    assert_eq!(fever, Some(Refusal::Excluded(Context::Fever)));
    let one = refused("twins-one-at-a-time", |s| s.babies[0].contexts.push(Context::Multiples));
    assert_eq!(one, Some(Refusal::FewerThanTwoBabies));
}

#[test]
fn a_sleepy_parent_is_not_asked_to_hold() {
    let slept = |half_hours: u8| {
        move |s: &mut Situation| {
            s.newest = Some(Newest { sleep_half_hours: Some(half_hours), ..Newest::default() })
        }
    };
    for slug in ["skin-to-skin-at-home", "back-glide", "hum-or-lullaby"] {
        assert_eq!(refused(slug, slept(8)), Some(Refusal::ParentSleepy), "{slug}");
        assert_eq!(refused(slug, slept(9)), None, "{slug}");
        for (hour, sleepy) in [(21, false), (22, true), (23, true), (0, true), (5, true), (6, false)] {
            let expected = sleepy.then_some(Refusal::ParentSleepy);
            assert_eq!(refused(slug, |s| s.local_hour = hour), expected, "{slug} at {hour}");
        }
    }
    assert_eq!(refused("still-hands-hold", slept(2)), None);
}

#[test]
fn while_somebody_may_not_be_safe_a_person_comes_first() {
    let hidden = ["page-scary-thoughts", "talk-with-partner-ten", "book-when-postpartum-packs-a-punch"];
    for slug in hidden {
        assert_eq!(refused(slug, |s| s.unsafe_recently = true), Some(Refusal::UnsafeRecently), "{slug}");
        assert!(refused(slug, |s| s.worst_open = Some(URGENT)).is_some(), "{slug}");
    }
    for slug in ["leg-strokes", "still-hands-hold", "learn-the-yes-and-the-no", "book-overcoming-baby-blues"]
    {
        assert_eq!(refused(slug, |s| s.worst_open = Some(URGENT)), Some(Refusal::UrgentOpen), "{slug}");
        assert_eq!(refused(slug, |s| s.worst_open = Some(URGENT - 1)), None, "{slug}");
    }
}

#[test]
fn a_card_says_when_to_leave_it_out_and_how_sure_we_are() {
    let card = |slug| card(Catalogue::embedded().by_slug(slug).expect("a slug of the catalogue"));
    let strokes = card("leg-strokes");
    assert_eq!(strokes[1], "Not now: vaccine in the last 48 hours.");
    assert!(strokes.iter().any(|line| line.starts_with("No oil is needed.")));
    assert!(strokes.last().is_some_and(|line| line.starts_with("Evidence: modest")));
    assert_eq!(card("six-slow-breaths")[0], "Dizzy or tingling: breathe as usual.");
    assert!(
        card("preterm-home-strokes-with-clearance").contains(&"Oil: only what the team names.".to_owned())
    );
}

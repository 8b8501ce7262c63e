//! Cases for finding resources: each filter alone, filters together, words and their order.
//!
//! Expectations name real entries of the built-in catalogue, or hold for every entry of it.

use super::*;

fn slugs(filter: &Filter) -> Vec<&'static str> {
    find(Catalogue::embedded(), filter).into_iter().map(|resource| resource.slug.as_str()).collect()
}

fn words(q: &str) -> Filter {
    Filter { q: Some(q.to_owned()), ..Filter::default() }
}

#[test]
fn no_filter_finds_everything_in_catalogue_order() {
    let all: Vec<&str> = Catalogue::embedded().resources().iter().map(|r| r.slug.as_str()).collect();
    assert_eq!(slugs(&Filter::default()), all);
    assert_eq!(slugs(&words("   ")), all);
}

#[test]
fn each_filter_narrows() {
    let filter = Filter {
        kind: Some(Kind::Massage),
        helps_with: Some(Need::Fussiness),
        max_minutes: Some(4),
        ..Filter::default()
    };
    assert_eq!(slugs(&filter), ["still-hands-hold", "foot-press"]);
    assert!(
        slugs(&Filter { kind: Some(Kind::Massage), helps_with: Some(Need::Colic), ..Filter::default() })
            .is_empty()
    );
}

#[test]
fn a_context_finds_what_suits_it_and_what_was_made_for_it_first() {
    let found = find(Catalogue::embedded(), &Filter { context: Some(Context::Loss), ..Filter::default() });
    assert!(found.iter().all(|r| !r.about_baby && !r.contexts_exclude.contains(&Context::Loss)));
    assert!(found[0].contexts_include.contains(&Context::Loss));
    let made_for = found.iter().take_while(|r| !r.contexts_include.is_empty()).count();
    assert!(found[made_for..].iter().all(|r| r.contexts_include.is_empty()));
    assert!(found.iter().any(|r| r.slug == "six-slow-breaths"));

    let unit = slugs(&Filter { context: Some(Context::Nicu), ..Filter::default() });
    assert!(
        unit.contains(&"nicu-hand-hug")
            && !unit.contains(&"leg-strokes")
            && !unit.contains(&"loss-body-after")
    );
}

#[test]
fn words_are_all_needed_in_any_case_and_order() {
    assert_eq!(slugs(&words("STROKES leg"))[0], "leg-strokes");
    assert_eq!(slugs(&words("mccracken")), ["book-exact-replica"]);
    assert_eq!(slugs(&words("1501112560")), Vec::<&str>::new());
    assert!(slugs(&words("leg zebra")).is_empty());
}

#[test]
fn a_title_beats_a_summary_and_a_summary_beats_the_rest() {
    let found = find(Catalogue::embedded(), &words("still"));
    let place = |r: &&Resource| match () {
        () if r.title.to_lowercase().contains("still") => 0,
        () if r.summary.to_lowercase().contains("still") => 1,
        () => 2,
    };
    let places: Vec<i32> = found.iter().map(place).collect();
    assert!(
        places.is_sorted() && places.contains(&0) && places.contains(&1) && places.contains(&2),
        "{places:?}"
    );
}

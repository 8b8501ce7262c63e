//! The closed vocabularies of the document, each taken from the type that the server itself reads and writes.
//!
//! A view holds such a word as text, so the derived schema says only that it is text. Here each becomes a
//! component with its words, and the places that hold it refer to that. A place is `Schema.property`, with `[]`
//! when it is a list of words, or `/path?parameter`.

use serde_json::{Value, json};

use crate::{
    auth::caller::Role,
    care::{
        baby::{BabyContext, ConditionKind},
        link::Scope,
    },
    error::ErrorCode,
    flag::{lifecycle::Status, parts::EventKind},
    help::{country::COUNTRIES, line},
    resource::{
        catalogue::{Context, Grade, Kind, Need, Touch},
        feedback::Helped,
    },
    rules::{
        ParentContext, RuleId, SafeNow, Severity,
        usual::{MEASURES, word},
    },
};

struct Vocabulary {
    name: &'static str,
    about: &'static str,
    words: Vec<&'static str>,
    places: &'static [&'static str],
}

/// Adds the vocabularies and lets the places refer to them.
pub(super) fn add(document: &mut Value) {
    for Vocabulary { name, about, words, places } in vocabularies() {
        document["components"]["schemas"][name] =
            json!({"type": "string", "description": about, "enum": words});
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        for place in places {
            // A test finds a place that is gone.
            if let Some(slot) = find(document, place) {
                refer(slot, &reference);
            }
        }
    }
}

/// The schema at a place.
fn find<'a>(document: &'a mut Value, place: &str) -> Option<&'a mut Value> {
    if let Some((path, name)) = place.split_once('?') {
        let parameters = document["paths"][path]["get"]["parameters"].as_array_mut()?;
        return parameters.iter_mut().find(|parameter| parameter["name"] == name)?.get_mut("schema");
    }
    let (schema, property) = place.trim_end_matches("[]").split_once('.')?;
    let slot = document["components"]["schemas"][schema]["properties"].get_mut(property)?;
    if place.ends_with("[]") { slot.get_mut("items") } else { Some(slot) }
}

fn refer(slot: &mut Value, reference: &Value) {
    let nullable = slot["type"].as_array().is_some_and(|types| types.contains(&json!("null")));
    let description = slot.get("description").cloned();
    *slot = if nullable { json!({"oneOf": [reference, {"type": "null"}]}) } else { reference.clone() };
    if let Some(description) = description {
        slot["description"] = description;
    }
}

#[rustfmt::skip]
fn vocabularies() -> Vec<Vocabulary> {
    let made = |name, about, words, places| Vocabulary { name, about, words, places };
    let mut filter = vec!["all"];
    filter.extend(Status::ALL.map(Status::as_str));
    let mut topics = RuleId::ALL.map(RuleId::as_str).to_vec();
    topics.push("due_times");
    vec![
        made("ErrorCode", "Stable word of a kind of problem. New ones may come: treat one that you do not know by its status.",
            ErrorCode::ALL.iter().map(|code| code.slug()).collect(), &["Problem.code"]),
        made("Role", "What somebody with an account is here for.",
            vec![Role::Parent.as_str(), Role::Doula.as_str(), Role::Operator.as_str()], &["MeView.role"]),
        made("OpenRole", "The roles that anybody may register for.",
            vec![Role::Parent.as_str(), Role::Doula.as_str()], &["NewAccount.role", "RegisteredUser.role"]),
        made("TokenType", "How an access token is sent.", vec!["Bearer"], &["TokenView.token_type"]),
        made("CountryCode", "ISO 3166-1 alpha-2 code.", COUNTRIES.to_vec(),
            &["NewAccount.country", "MePatch.country", "MeView.country", "CountryView.code"]),
        made("SafeNow", "Whether the parent and the baby are safe right now. `unsure` and `no` are danger answers.",
            SafeNow::ALL.map(SafeNow::as_str).to_vec(),
            &["NewCheckIn.safe_now", "CheckInView.safe_now", "ValuesView.safe_now"]),
        made("ParentContext", "A circumstance of the parent.",
            ParentContext::ALL.map(ParentContext::as_str).to_vec(), &["MePatch.contexts[]", "MeView.contexts[]"]),
        made("BabyContext", "A circumstance of a baby that lasts.",
            BabyContext::WORDS.to_vec(), &["BabyBody.contexts[]", "BabyView.contexts[]"]),
        made("ConditionKind", "Something about a baby that passes.",
            ConditionKind::WORDS.to_vec(), &["ConditionBody.kind", "ConditionView.kind"]),
        made("Scope", "What a care link lets the doula see.",
            Scope::WORDS.to_vec(), &["NewLink.scopes[]", "LinkChange.scopes[]", "LinkView.scopes[]", "ClientView.scopes[]"]),
        made("Severity", "What to do: `urgent` now, `same_day` within 12 hours, `follow_up` within three days, `notice` when you next look.",
            Severity::ALL.map(Severity::as_str).to_vec(),
            &["FlagView.severity", "OwnFlagView.severity", "RaisedFlagView.severity", "StepView.severity",
                "/v1/flags?severity"]),
        made("FlagStatus", "Where a flag stands.", Status::ALL.map(Status::as_str).to_vec(),
            &["FlagView.status", "OwnFlagView.status", "EventView.to", "OwnEventView.to"]),
        made("FlagStatusFilter", "`all`, or where the flags stand.", filter, &["/v1/flags?status"]),
        made("RuleTopic", "A rule by its name, or `due_times`: those of all rules.", topics,
            &["/v1/practice/rules/history?rule"]),
        made("UsualMeasure", "A measure that has a usual.", MEASURES.map(word).to_vec(),
            &["MeasureUsualView.measure", "RestartView.measure"]),
        made("FlagEvent", "What happened to a flag.",
            EventKind::ALL.map(EventKind::as_str).to_vec(), &["EventView.kind"]),
        made("OfferedBecause", "What asks for a questionnaire: one that was filled in, or a flag that nobody has closed.",
            vec!["screening", "flag"], &["BecauseView.kind"]),
        made("EvidenceKind", "What a flag rests on.", vec!["check_in", "screening", "silence"], &["EvidenceView.kind"]),
        made("ResourceKind", "What sort of thing a resource is.", Kind::ALL.iter().map(|word| word.word()).collect(),
            &["ResourceSummary.kind", "SuggestedResource.kind", "/v1/resources?kind"]),
        made("Touch", "How hands meet skin.", Touch::ALL.iter().map(|word| word.word()).collect(),
            &["ResourceSummary.touch", "SuggestedResource.touch"]),
        made("Need", "When a resource may be offered; no claim that it works.", Need::ALL.iter().map(|word| word.word()).collect(),
            &["ResourceSummary.helps_with[]", "/v1/resources?helps_with"]),
        made("ResourceContext", "A circumstance that includes or excludes a resource.", Context::ALL.iter().map(|word| word.word()).collect(),
            &["ContextsView.include[]", "ContextsView.exclude[]", "/v1/resources?context"]),
        made("EvidenceGrade", "How much research carries a resource.", Grade::ALL.iter().map(|word| word.word()).collect(),
            &["GradeView.grade"]),
        made("Helped", "Whether a resource helped.", Helped::WORDS.to_vec(), &["NewFeedback.helped", "FeedbackView.helped"]),
        made("HelpLineKind", "A support line does not take a crisis.",
            vec![line::Kind::Crisis.as_str(), line::Kind::Support.as_str()], &["HelpLineView.kind"]),
        made("HelpLineCost", "What a call or a message costs.",
            vec![line::Cost::Free.as_str(), line::Cost::CallCharge.as_str()], &["HelpLineView.cost"]),
        made("SafetyLevel", "How pressing the safety block is.", vec!["urgent"], &["SafetyView.level"]),
        made("WhoseSigns", "Whose body the signs are in.", vec!["parent", "baby"], &["WarningSignsView.who"]),
        made("LiveStatus", "That the process answers.", vec!["ok"], &["LiveView.status"]),
        made("ReadyStatus", "Whether the server can work.", vec!["ready", "not_ready"], &["ReadyView.status"]),
        made("DatabaseState", "Whether the database answers and stores; `read_only` when it only answers.",
            vec!["ok", "read_only", "away"], &["PartsView.database"]),
        made("SchemaState", "Whether the schema is the one of this program; `unknown` when the database is away or too busy to be asked.",
            vec!["ok", "other", "unknown"], &["PartsView.migrations"]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_a_vocabulary_is_in_the_document() {
        let mut document: Value = serde_json::from_str(crate::openapi::text()).expect("JSON");
        // Bodies of babies are told apart after the vocabularies are in.
        document["components"]["schemas"]["BabyBody"] = document["components"]["schemas"]["NewBaby"].clone();
        for Vocabulary { name, places, .. } in vocabularies() {
            for place in places {
                let slot = find(&mut document, place).unwrap_or_else(|| panic!("{name}: no {place}"));
                assert!(slot.to_string().contains(&format!("schemas/{name}\"")), "{name}: {place}: {slot}");
            }
        }
    }
}

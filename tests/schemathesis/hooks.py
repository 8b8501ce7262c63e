"""What a schema cannot say, and what the server takes although a schema refuses it: each with its reason.

Everything else that the document calls valid must be accepted, and everything else that it calls invalid must be
refused; these two checks stand in for schemathesis' own of the same purpose and call them for all other cases.
"""

import json

import schemathesis
from hypothesis import strategies as st
from schemathesis.checks import CHECKS

# Texts whose set of values is a database of its own.
schemathesis.openapi.format("time-zone", st.sampled_from(["Europe/Paris", "UTC", "America/Argentina/Ushuaia", "Asia/Kolkata"]))
schemathesis.openapi.format("language-tag", st.sampled_from(["en", "en-GB", "pt-BR", "zh-Hant-TW", "de-CH-1996"]))

# Refusals of valid bodies, by the pointer and code of each wrong field: they depend on the clock or on rows, which
# no schema knows. An index in a list and a name in a map count as `*`.
DEPENDS = {
    "POST /v1/auth/register": {
        # Domains have labels of at most 63 letters and more such rules than a pattern can carry.
        ("/email", "bad_email"),
    },
    "POST /v1/babies": {
        ("", "too_many"),
        ("/birth_date", "out_of_range"), ("/due_date", "out_of_range"), ("/birth_date", "bad_date"), ("/due_date", "bad_date"),
        ("/conditions/*/since", "out_of_range"), ("/conditions/*/until", "out_of_range"),
        ("/conditions/*/since", "bad_date"), ("/conditions/*/until", "bad_date"),
        ("/massage_clearance/given_on", "out_of_range"), ("/massage_clearance/given_on", "bad_date"),
    },
    "POST /v1/check-ins": {
        ("/occurred_at", "out_of_range"), ("/occurred_at", "bad_instant"), ("/baby_id", "unknown_baby"),
        # Zones are a database of their own; not every phase takes them from the list above.
        ("/time_zone", "unknown_zone"),
    },
    "POST /v1/care-links": {
        ("/code", "unknown_code"), ("/scopes", "needs_check_ins"), ("/history_from", "out_of_range"),
        ("/expires_at", "out_of_range"), ("/history_from", "bad_instant"), ("/expires_at", "bad_instant"),
    },
    "PATCH /v1/me": {
        ("/paused_until", "out_of_range"), ("/paused_until", "bad_date"),
        # Half of a span is enough only when there is one to change.
        ("/quiet_hours/from", "required"), ("/quiet_hours/to", "required"),
        # For parents alone; the document serves both roles.
        ("/contexts", "unknown_field"), ("/check_in_cadence_days", "unknown_field"),
        ("/paused_until", "unknown_field"), ("/safe_contact", "unknown_field"),
    },
    "POST /v1/screenings": {
        # Which answers there are, how many, and what they come to stands in the questionnaire itself.
        ("/occurred_at", "out_of_range"), ("/occurred_at", "bad_instant"), ("/time_zone", "unknown_zone"),
        ("/baby_id", "unknown_baby"), ("/instrument", "unknown_instrument"), ("/version", "unknown_version"),
        ("/answers", "required"), ("/answers", "wrong_count"), ("/answers", "wrong_type"), ("/answers/*", "unknown_item"),
        ("/answers/*", "out_of_range"), ("/answers/*", "required"), ("/answers/*", "wrong_type"),
        ("/total", "total_disagrees"), ("/total", "required"), ("/total", "out_of_range"),
    },
    "PATCH /v1/practice/rules/{rule}": {
        # Which settings a rule has and how far each may go stands in the rule itself, not in the schema.
        ("/settings/*", "unknown_field"), ("/settings/*", "out_of_range"), ("/settings/*", "may_not_loosen"),
        ("/enabled", "may_not_loosen"), ("/enabled", "unknown_field"), ("/settings", "required"),
        ("/reason", "required"), ("/until", "out_of_range"), ("/until", "bad_instant"),
    },
    "POST /v1/check-ins/usuals/{measure}/restarts": {("/from", "out_of_range"), ("/from", "bad_date")},
    "POST /v1/flags/{id}/transitions": {("/until", "out_of_range"), ("/until", "bad_instant")},
}
DEPENDS["PATCH /v1/babies/{id}"] = DEPENDS["POST /v1/babies"] | {
    ("/massage_clearance/given_by", "required"), ("/massage_clearance/given_on", "required"),
}
DEPENDS["POST /v1/clients/{id}/usuals/{measure}/restarts"] = DEPENDS["POST /v1/check-ins/usuals/{measure}/restarts"]
DEPENDS["PATCH /v1/care-links/{id}"] = DEPENDS["POST /v1/care-links"]
DEPENDS["PATCH /v1/check-ins/{id}"] = DEPENDS["POST /v1/check-ins"]
DEPENDS["POST /v1/clients/{id}/screenings"] = DEPENDS["PATCH /v1/screenings/{id}"] = DEPENDS["POST /v1/screenings"]

# The same for queries, by parameter and code.
DEPENDS_QUERY = {
    # Two days that are fine alone may be in the wrong order, too far apart, or before anybody was born.
    ("from", "out_of_range"), ("to", "out_of_range"), ("from", "bad_date"), ("to", "bad_date"),
    # Two letters that no country has.
    ("country", "unknown_country"),
}
# Whole refusals of valid requests.
DEPENDS_CODES = {
    "bad_cursor",  # a cursor comes from the page before
    "stale_revision",  # a tag comes from the object
    "idempotency_key_reused",  # the same key was drawn twice
}


def refused(response):
    try:
        return json.loads(response.content)
    except ValueError:
        return {}


def is_whole_with_a_point(error, body):
    """To JSON Schema 6.0 is a whole number. The server wants 6, so that nothing is rounded unnoticed."""
    return error["code"] == "out_of_range" and isinstance(body.get(error["pointer"][1:]), float)


def depends(case, response):
    """Whether a valid request was refused for nothing but what a schema cannot say."""
    problem = refused(response)
    if problem.get("code") in DEPENDS_CODES:
        return True
    errors = problem.get("errors") or []
    table = DEPENDS.get(case.operation.label, set())
    body = case.body if isinstance(case.body, dict) else {}

    def known(error):
        if "parameter" in error:
            return (error["parameter"], error["code"]) in DEPENDS_QUERY
        parts = error["pointer"].split("/")
        # An index in a list, and the names of a map.
        parts = ["*" if part.isdigit() or parts[1:2] in (["settings"], ["answers"]) and at == 2 else part for at, part in enumerate(parts)]
        pointer = "/".join(parts)
        return (pointer, error["code"]) in table or is_whole_with_a_point(error, body)

    return response.status_code in (400, 422) and bool(errors) and all(known(error) for error in errors)


@schemathesis.check
def other_methods_are_refused(ctx, response, case):
    # A body on a method that only reads is refused before anything looks for the path.
    if case.method in ("GET", "HEAD") and response.status_code == 400 and response.request.body:
        return None
    return CHECKS.get_one("unsupported_method")(ctx, response, case)


@schemathesis.check
def valid_data_is_accepted(ctx, response, case):
    if depends(case, response):
        return None
    return CHECKS.get_one("positive_data_acceptance")(ctx, response, case)


@schemathesis.check
def invalid_data_is_refused(ctx, response, case):
    # Danger first: an entry with a danger answer is taken whatever else is wrong with the request, and what was
    # left out is named in its warnings.
    if case.operation.label == "POST /v1/check-ins" and response.status_code == 201:
        reply = json.loads(response.content)
        if reply["check_in"]["safe_now"] in ("unsure", "no") and reply["warnings"] and reply["safety"]:
            return None
    return CHECKS.get_one("negative_data_rejection")(ctx, response, case)

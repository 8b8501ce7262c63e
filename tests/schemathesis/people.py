"""Makes a parent and a doula who are linked, with a baby, a check-in and a flag, and prints what each run needs.

A line is who it is for and one shell assignment, so that the runs can take theirs.
"""

import json
import os
import urllib.request

URL = os.environ["ATTUNE_URL"]


def post(path, body, token=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)


def register(name, role):
    body = {
        "email": f"{name}@example.org",
        "password": "a sentence only you know",
        "display_name": name,
        "role": role,
        "time_zone": "Europe/Paris",
    }
    return post("/v1/auth/register", body)["access_token"]


maya, asha = register("Maya", "parent"), register("Asha", "doula")
code = post("/v1/invitations", {}, asha)["code"]
scopes = ["flags", "check_ins", "notes"]
link = post("/v1/care-links", {"code": code, "scopes": scopes, "private_danger": True}, maya)
baby = post("/v1/babies", {"name": "Noor", "contexts": ["preterm"]}, maya)
entry = post("/v1/check-ins", {"mood": 5, "contact_me": True, "baby_id": baby["id"], "tags": ["feeding"]}, maya)
ids = {
    "BABY": baby["id"],
    "LINK": link["id"],
    "CHECK_IN": entry["check_in"]["id"],
    "FLAG": entry["flags"][0]["id"],
    "CLIENT": link["parent"]["id"],
}
for who, token in (("parent", maya), ("doula", asha)):
    print(f"{who} export ATTUNE_TOKEN={token}")
    for name, value in ids.items():
        print(f"{who} export ATTUNE_{name}={value}")

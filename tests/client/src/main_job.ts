// The main job, done by somebody who knows attune from its OpenAPI document alone.
//
// Every type below is generated from the document. What does not compile here, or is refused when it runs, is
// something that the document tells an outside developer wrongly or not at all. No cast, no `any`.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "../generated/schema.js";

type Problem = components["schemas"]["Problem"];
type Flag = components["schemas"]["FlagView"];

const baseUrl = process.env["ATTUNE_URL"];
assert(baseUrl, "ATTUNE_URL says where the server is");

const anonymous = createClient<paths>({ baseUrl });

function signedIn(token: string): Client<paths> {
  return createClient<paths>({ baseUrl: baseUrl!, headers: { Authorization: `Bearer ${token}` } });
}

/** The body of a success; a refusal ends the run and shows its problem document. */
function expectOk<T>(answer: { data?: T; error?: Problem; response: Response }, status: number): T {
  assert.equal(answer.response.status, status, JSON.stringify(answer.error));
  assert(answer.data !== undefined, `no body came with ${status}`);
  return answer.data;
}

/** The problem document of a refusal. */
function expectProblem(answer: { data?: unknown; error?: Problem; response: Response }, status: number): Problem {
  assert.equal(answer.response.status, status, JSON.stringify(answer.data));
  assert.equal(answer.response.headers.get("content-type"), "application/problem+json");
  assert(answer.error, "a refusal has a problem document");
  assert.equal(answer.error.status, status);
  return answer.error;
}

async function register(name: string, role: "parent" | "doula") {
  const registered = expectOk(
    await anonymous.POST("/v1/auth/register", {
      body: {
        email: `${name.toLowerCase()}-${randomUUID()}@example.org`,
        password: "a sentence only you know",
        display_name: name,
        role,
        time_zone: "Europe/London",
        country: "GB",
      },
    }),
    201,
  );
  assert.equal(registered.token_type, "Bearer");
  assert.equal(registered.user.role, role);
  return signedIn(registered.access_token);
}

const maya = await register("Maya", "parent");
const asha = await register("Asha", "doula");

// A link, by the parent's consent.
const { code } = expectOk(await asha.POST("/v1/invitations"), 201);
const link = expectOk(
  await maya.POST("/v1/care-links", { body: { code, scopes: ["flags", "check_ins"], private_danger: true } }),
  201,
);
assert.deepEqual(link.scopes, ["flags", "check_ins"]);

// A baby, and a change of it with the tag of what was read.
const born = new Date(Date.now() - 20 * 24 * 3600 * 1000).toISOString().slice(0, 10);
const baby = expectOk(await maya.POST("/v1/babies", { body: { name: "Noor", birth_date: born } }), 201);
const renamed = expectOk(
  await maya.PATCH("/v1/babies/{id}", {
    params: { path: { id: baby.id }, header: { "If-Match": baby.etag } },
    body: { name: "Nour" },
  }),
  200,
);
assert.equal(renamed.name, "Nour");
const stale = expectProblem(
  await maya.PATCH("/v1/babies/{id}", {
    params: { path: { id: baby.id }, header: { "If-Match": baby.etag } },
    body: { name: "Noor" },
  }),
  412,
);
assert.equal(stale.code, "stale_revision");

// A check-in, sent again as a phone does that lost the reply.
const key = randomUUID();
const send = () =>
  maya.POST("/v1/check-ins", {
    params: { header: { "Idempotency-Key": key } },
    body: { mood: 6, connection: 4, sleep_hours: 4.5, baby_id: baby.id, tags: ["feeding"] },
  });
const first = await send();
const entry = expectOk(first, 201);
assert.equal(first.response.headers.get("location"), `/v1/check-ins/${entry.check_in.id}`);
assert.equal(entry.safety, null);
assert(entry.suggestions.length > 0, "an ordinary check-in with a baby gets something to try");
const again = await send();
assert.equal(expectOk(again, 201).check_in.id, entry.check_in.id);
assert.equal(again.response.headers.get("idempotency-replayed"), "true");
const list = expectOk(await maya.GET("/v1/check-ins", { params: { query: { limit: 5 } } }), 200);
assert.deepEqual(list.data.map((one) => one.id), [entry.check_in.id]);
assert.equal(list.next_cursor, null);

// A danger answer: help first, whatever else is wrong with the entry.
const danger = expectOk(await maya.POST("/v1/check-ins", { body: { mood: 3, safe_now: "unsure" } }), 201);
assert(danger.safety, "a danger answer has a safety block");
assert.equal(danger.safety.level, "urgent");
assert.equal(danger.safety.emergency?.phone, "999");
assert(danger.safety.do_now.length > 0 && danger.safety.lines.every((line) => line.kind === "crisis"));
assert.deepEqual(danger.suggestions, []);
assert.deepEqual(danger.flags.map((flag) => [flag.severity, flag.seen_by]), [["urgent", ["Asha"]]]);

// The doula sees it on top, with the reason, and takes it.
const flags = expectOk(await asha.GET("/v1/flags", { params: { query: { severity: "urgent" } } }), 200);
const flag: Flag | undefined = flags.data[0];
assert(flag, "the doula sees the flag");
assert.equal(flag.status, "open");
assert.equal(flag.parent.display_name, "Maya");
assert.equal(flag.evidence[0]?.values?.safe_now, "unsure");
const taken = expectOk(
  await asha.POST("/v1/flags/{id}/transitions", {
    params: { path: { id: flag.id }, header: { "If-Match": flag.etag } },
    body: { to: "acknowledged", note: "Ringing her at ten." },
  }),
  200,
);
assert.equal(taken.status, "acknowledged");
const back = await asha.POST("/v1/flags/{id}/transitions", {
  params: { path: { id: flag.id } },
  body: { to: "resolved", reason: "Talked with her; her sister stays with her this week." },
});
const tooEarly = expectProblem(back, 409);
assert.equal(tooEarly.code, "invalid_transition");
assert.equal(tooEarly.flag?.status, "acknowledged");
const own = expectOk(await maya.GET("/v1/me/flags"), 200);
assert.equal(own.data[0]?.status, "acknowledged");

// Refusals have types too.
const wrong = expectProblem(await maya.POST("/v1/check-ins", { body: { mood: 11, anxiety: -1 } }), 422);
assert.equal(wrong.code, "invalid");
assert.deepEqual(wrong.errors?.map((error) => [error.pointer, error.code]).sort(), [
  ["/anxiety", "out_of_range"],
  ["/mood", "out_of_range"],
]);
assert.equal(wrong.help, "/v1/help");
const stranger = await anonymous.GET("/v1/me");
assert.equal(expectProblem(stranger, 401).code, "unauthenticated");
assert.equal(stranger.response.headers.get("www-authenticate"), "Bearer");
assert.equal(expectProblem(await asha.GET("/v1/check-ins"), 403).code, "wrong_role");
const none = await maya.GET("/v1/check-ins/{id}", { params: { path: { id: randomUUID() } } });
assert.equal(expectProblem(none, 404).code, "not_found");

console.log("the main job is done: 2 people, 2 check-ins, 1 flag taken, 7 refusals understood");

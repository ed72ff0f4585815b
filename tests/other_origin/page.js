// A frontend on another origin than the API, written from docs/api.md and docs/openapi.yaml alone.
const origin = new URLSearchParams(location.search).get("api");
const at = (id) => document.getElementById(id);
let token = null;
let thread = null;

async function call(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (method === "POST" && token) headers["Idempotency-Key"] = crypto.randomUUID();
  const answer = await fetch(new URL(`/api/v2/${path}`, origin), {
    method, headers, body: body && JSON.stringify(body),
  });
  const said = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) {
    at("problem").textContent = said.detail;
    throw new Error(said.code);
  }
  return said;
}

async function ended(path) {
  const work = await call("GET", path);
  if (!["queued", "in_progress"].includes(work.status)) return work;
  await new Promise((resolve) => { setTimeout(resolve, 500); });
  return ended(path);
}

function item(list, text, act) {
  const entry = document.createElement(act ? "button" : "span");
  entry.textContent = text;
  if (act) entry.addEventListener("click", act);
  at(list).appendChild(document.createElement("li")).append(entry);
}

async function begin(activity) {
  thread = (await call("POST", "threads/", { activity_id: activity.id })).id;
  at("say").hidden = false;
}

function follow(run) {
  const source = new EventSource(new URL(run.events_url, origin));
  const on = (kind, act) => source.addEventListener(kind, (event) => act(JSON.parse(event.data)));
  on("status", (data) => { at("state").textContent = data.status; });
  on("delta", (data) => {
    at("reply").textContent += data.text;
    at("reply").dataset.pieces = Number(at("reply").dataset.pieces ?? 0) + 1;
  });
  on("reset", () => { at("reply").textContent = ""; });
  on("message", (data) => { at("reply").textContent = data.message.message; });
  on("failure", (data) => { at("problem").textContent = data.detail; });
  on("done", (data) => {
    source.close();
    at("state").textContent = data.status;
    at("end").hidden = false;
  });
}

at("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const signedIn = await call("POST", "auth/login/", Object.fromEntries(new FormData(event.target)));
  token = signedIn.access;
  at("problem").textContent = "";
  at("hello").textContent = `Hello, ${signedIn.user.username}`;
  const { results } = await call("GET", "activities/?page_size=5");
  results.forEach((activity) => item("exercises", activity.character.title, () => begin(activity)));
});

at("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const content = new FormData(event.target).get("content");
  follow(await call("POST", `threads/${thread}/runs/`, { content, client_message_id: crypto.randomUUID() }));
});

at("end").addEventListener("click", async () => {
  const asked = await call("POST", `threads/${thread}/evaluations/`, {});
  const evaluation = await ended(`evaluations/${asked.id}/`);
  at("verdict").textContent = `${evaluation.total_score} of ${evaluation.max_score}`;
  for (const { name, score, max_score, quotes } of evaluation.categories.flatMap(({ criteria }) => criteria)) {
    item("marks", [`${name}: ${score} of ${max_score}`, ...quotes.map(({ quote }) => quote)].join(" | "));
  }
});

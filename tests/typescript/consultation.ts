// A frontend's own code on the client that is made from the schema; it compiles under --strict.
import { Client, Evaluation, Refused, Run, RunEvent, SignedIn } from "./client";

const KINDS: RunEvent["event"][] = ["status", "delta", "reset", "message", "notice", "failure", "done"];

export async function signIn(origin: string, email: string, password: string): Promise<[Client, SignedIn]> {
  const api = new Client(origin);
  const signedIn = await api.sign_in({ body: { email, password } });
  api.token = signedIn.access;
  return [api, signedIn];
}

export async function begin(api: Client): Promise<string> {
  const activities = await api.list_activities({ query: { page_size: 1 } });
  const [first] = activities.results;
  if (first === undefined) throw new Error("There is no exercise yet.");
  const thread = await api.create_thread({ body: { activity_id: first.id } });
  return thread.id;
}

export async function say(api: Client, thread: string, content: string): Promise<Run> {
  try {
    return await api.create_run({ id: thread, body: { content, client_message_id: crypto.randomUUID() } });
  } catch (error) {
    if (error instanceof Refused && error.answer.run_id !== undefined) {
      return api.get_run({ id: error.answer.run_id });
    }
    throw error;
  }
}

export function follow(api: Client, run: Run, show: (text: string) => void): void {
  if (run.events_url === null) return;
  const source = new EventSource(new URL(run.events_url, api.origin));
  let pieces = "";
  function take(event: RunEvent): void {
    switch (event.event) {
      case "delta":
        pieces += event.data.text;
        return show(pieces);
      case "reset":
        pieces = "";
        return show(pieces);
      case "message":
        return show(event.data.message.message);
      case "notice":
        return show(event.data.help.text);
      case "failure":
        return show(event.data.detail);
      case "done":
        return source.close();
    }
  }
  for (const kind of KINDS) {
    source.addEventListener(kind, ({ data, lastEventId }: MessageEvent<string>) => {
      take({ id: lastEventId, event: kind, data: JSON.parse(data) } as RunEvent);
    });
  }
}

export async function marks(api: Client, thread: string): Promise<string[]> {
  const requested = await api.create_evaluation({ id: thread, body: {} });
  const evaluation = await api.get_evaluation({ id: requested.id });
  return [...verdict(evaluation), ...evaluation.categories.flatMap((category) => category.criteria.map((criterion) => (
    `${criterion.name}: ${criterion.score ?? "not marked"} of ${criterion.max_score}`
    + criterion.quotes.map(({ quote, index }) => `, “${quote}” (turn ${index + 1})`).join("")
  )))];
}

function verdict(evaluation: Evaluation): string[] {
  const open = evaluation.review_reasons.includes("one_quote_for_many") ? ["A person looks at this marking."] : [];
  const well = evaluation.feedback?.went_well?.text;
  return [`${evaluation.total_score} of ${evaluation.max_score}`, ...(well === undefined ? [] : [well]), ...open];
}

export async function turnedAway(api: Client, thread: string): Promise<string[]> {
  const runs = await api.list_runs({ id: thread });
  return runs.results.flatMap((run) => run.checks.map((check) => `${check.rule}: facts ${check.facts.join(", ")}`));
}

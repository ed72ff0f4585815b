// Every line that ends in "wrong" is one that the types refuse.
import { Client, Evaluation, Run, RunEvent } from "./client";

export async function mistakes(api: Client, run: Run, evaluation: Evaluation, event: RunEvent): Promise<unknown[]> {
  await api.create_run({ id: 5, body: { content: "Hello." } }); // wrong
  await api.create_run({ id: run.thread_id, body: { contents: "Hello." } }); // wrong
  await api.sign_in({ body: { email: "sam@example.org" } }); // wrong
  await api.get_run(); // wrong
  return [
    run.message.message, // wrong
    run.status === "finished", // wrong
    new URL(run.events_url, api.origin), // wrong
    run.checks.map((check) => check.reason), // wrong
    evaluation.review_reasons.includes("unclear"), // wrong
    evaluation.feedback.went_well, // wrong
    event.event === "error" && event.data.text, // wrong
    event.event === "typing", // wrong
  ];
}

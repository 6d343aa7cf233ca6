// Asks the agent with Microsoft's own client of the Prediction API and prints what the client understood, as JSON.
//   node check.mjs ENDPOINT KEY PROJECT ITERATION classify|detect PICTURE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { PredictionAPIClient } = require("@azure/cognitiveservices-customvision-prediction");
const { ApiKeyCredentials } = require("@azure/ms-rest-js");

const [endpoint, key, project, iteration, kind, picture] = process.argv.slice(2);
const client = (theKey) => new PredictionAPIClient(
  new ApiKeyCredentials({ inHeader: { "Prediction-key": theKey } }), endpoint, { noRetryPolicy: true });
const bytes = readFileSync(picture);
const ask = (who, name, data, noStore) => {
  const call = `${kind}Image${noStore ? "WithNoStore" : ""}`;
  return who[call](project, name, data);
};

async function fault(call) {
  try {
    await call();
    return "none";
  } catch (error) {
    return error.body?.code ?? error.code ?? error.statusCode;
  }
}

const agent = client(key);
const seen = { answers: [] };
for (const noStore of [false, true]) {
  const answer = await ask(agent, iteration, bytes, noStore);
  seen.answers.push(answer);
}
seen.created = seen.answers[0].created instanceof Date;
seen.noPicture = await fault(() => ask(agent, iteration, Buffer.from("no picture"), false));
seen.unknown = await fault(() => ask(agent, "another", bytes, false));
seen.wrongKey = await fault(() => ask(client("wrong"), iteration, bytes, false));
seen.url = await fault(() => agent[`${kind}ImageUrl`](project, iteration, { url: "http://127.0.0.1/a.jpg" }));
console.log(JSON.stringify(seen));

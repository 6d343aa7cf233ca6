// Asks the fake Training API with Microsoft's own client and prints what the client understood.
//   node check.mjs ENDPOINT KEY PROJECT ITERATION
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { TrainingAPIClient } = require("@azure/cognitiveservices-customvision-training");
const { ApiKeyCredentials } = require("@azure/ms-rest-js");

const [endpoint, key, project, iteration] = process.argv.slice(2);
const client = (theKey) => new TrainingAPIClient(
  new ApiKeyCredentials({ inHeader: { "Training-key": theKey } }), endpoint, { noRetryPolicy: true });
const training = client(key);

async function fault(call) {
    try {
        await call();
        return "none";
    } catch (error) {
        return error.body?.code ?? error.code ?? error.statusCode;
    }
}

const seen = {};
const theProject = await training.getProject(project);
seen.project = theProject.name;
seen.classificationType = theProject.settings.classificationType;
const found = (await training.getIterations(project)).find((one) => one.id === iteration);
seen.iteration = [found.name, found.status, found.exportable, found.publishName, found.trainedAt.toISOString()].join("|");
await training.getIteration(project, iteration);
const started = await training.exportIteration(project, iteration, "ONNX");
seen.started = `${started.platform}|${started.status}`;
seen.again = await fault(() => training.exportIteration(project, iteration, "ONNX"));
let exported;
do {
    [exported] = await training.getExports(project, iteration);
} while (exported.status === "Exporting");
seen.done = `${exported.platform}|${exported.status}`;
seen.bytes = (await (await fetch(exported.downloadUri)).arrayBuffer()).byteLength;
seen.unknown = await fault(() => training.getIteration(project, "00000000-0000-0000-0000-000000000001"));
try {
    await client("wrong").getProject(project);
} catch (error) {
    seen.wrongKey = error.statusCode;
}
console.log(JSON.stringify(seen));

// node peer.js MODEL FRAMES WIDTH HEIGHT COUNT SIDE THREADS
// Classifies frames (raw BGR, one after the other in one file) when a line comes on standard input, and answers each with a line of
// JSON: milliseconds and outputs.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import * as ort from "onnxruntime-node";
import sharp from "sharp";

const [model, file, width, height, count, side, threads] = process.argv.slice(2).map((word, i) => (i < 2 ? word : Number(word)));
const bytes = readFileSync(file);
const size = width * height * 3;
const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: "sequential", graphOptimizationLevel: "all",
});
sharp.concurrency(threads);
const crop = Math.min(width, height);

async function classify(frame) {
  const { data } = await sharp(frame, { raw: { width, height, channels: 3 } })
    .extract({ left: Math.floor((width - crop) / 2), top: Math.floor((height - crop) / 2), width: crop, height: crop })
    .resize(side, side, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const plane = side * side;
  const tensor = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    tensor[i] = data[3 * i + 2] / 255;
    tensor[plane + i] = data[3 * i + 1] / 255;
    tensor[2 * plane + i] = data[3 * i] / 255;
  }
  const result = await session.run({ data: new ort.Tensor("float32", tensor, [1, 3, side, side]) });
  return Array.from(result.model_output.data);
}

let number = 0;
for await (const _ of createInterface({ input: process.stdin })) {
  const frame = bytes.subarray((number % count) * size, (number % count) * size + size);
  number++;
  const start = process.hrtime.bigint();
  const outputs = await classify(frame);
  console.log(JSON.stringify({ ms: Number(process.hrtime.bigint() - start) / 1e6, outputs }));
}

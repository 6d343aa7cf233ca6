// Validates the AsyncAPI document and its references, and prints its topics and examples, which the caller holds against the schemas:
// the parser itself does not. Prints what is wrong; the exit code tells.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Parser } from '@asyncapi/parser';

const path = resolve(process.argv[2]);
const { document, diagnostics } = await new Parser().parse(readFileSync(path, 'utf8'), { source: path });
// 0 error, 1 warning; 2 and 3 are advice.
const faults = diagnostics.filter(one => one.severity <= 1);
for (const { code, message, path: where } of faults)
  console.error(`${where.join('.')}: ${message} (${code})`);
if (!document || faults.length > 0)
  process.exit(1);
console.log(JSON.stringify({
  channels: document.allChannels().all().map(channel => channel.address()),
  examples: document.components().messages().all().flatMap(message =>
    message.examples().all().map(example => ({ message: message.id(), payload: example.payload() }))),
}));

#!/usr/bin/env node
// Keeps what EdgeInspector stations tell: each event once, each picture beside its event, and a word on how the stations are.
//
//   npm ci && node subscriber.mjs --broker mqtts://broker:8883 --ca ca.pem --user quality --password-file pw --out parts
//
// parts/ID.json is an event, parts/ID.jpg its picture; the event's id is the key, so that what the broker delivers twice is kept once.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';

const { values: given } = parseArgs({
  options: {
    broker: { type: 'string', default: 'mqtt://localhost:1883' },
    prefix: { type: 'string', default: 'edgeinspector/+/+' },
    out: { type: 'string', default: 'parts' },
    user: { type: 'string' },
    'password-file': { type: 'string' },
    ca: { type: 'string' },
    cert: { type: 'string' },
    key: { type: 'string' },
    'client-id': { type: 'string', default: 'edgeinspector-subscriber-node' },
  },
});

const read = path => path && readFileSync(path);
const depth = given.prefix.split('/').length;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const silence = 2500; // ms; the heart beats once a second
const stations = new Map(); // prefix → { status, beatAt }

mkdirSync(given.out, { recursive: true });

const client = mqtt.connect(given.broker, {
  protocolVersion: 5,
  clientId: given['client-id'],
  // The broker keeps events for us while we are away, for a day: the id must stay the same.
  clean: false,
  properties: { sessionExpiryInterval: 24 * 60 * 60 },
  username: given.user,
  password: given['password-file'] && readFileSync(given['password-file'], 'utf8').split('\n')[0],
  ca: read(given.ca),
  cert: read(given.cert),
  key: read(given.key),
});

client.on('connect', () => {
  say(`connected to ${given.broker}`);
  client.subscribe({
    [`${given.prefix}/event`]: { qos: 1 },
    [`${given.prefix}/image`]: { qos: 1 },
    [`${given.prefix}/state`]: { qos: 1 },
    [`${given.prefix}/heartbeat`]: { qos: 0 },
  }, fault => fault && say(`the broker refused a subscription: ${fault.message}`));
});
client.on('error', fault => say(`the broker: ${fault.message}`));
client.on('close', () => stations.forEach(station => { station.beatAt = undefined; }));

// Everything in here is done before the library acknowledges the message: what was not written to disk is delivered again.
client.on('message', (topic, payload, packet) => {
  const levels = topic.split('/');
  const prefix = levels.slice(0, depth).join('/');
  try {
    switch (levels[depth]) {
      case 'event': return keepEvent(JSON.parse(payload), payload);
      case 'image': return keepImage(payload, packet.properties?.userProperties);
      case 'state': return showState(prefix, payload);
      case 'heartbeat': return beat(prefix);
    }
  } catch (fault) {
    // Of a full disk the program ends: what is not acknowledged comes again.
    if (!(fault instanceof SyntaxError || fault instanceof TypeError)) throw fault;
    say(`${topic}: not as the contract says (${fault.message}); skipped`);
  }
});

function keepEvent(event, bytes) {
  if (!uuid.test(event.id)) return say('an event without an id; skipped');
  if (!keep(`${event.id}.json`, bytes)) return say(`duplicate ${event.id}`);
  // History is for the record only; nobody should act on it.
  const age = event.replayed ? 'history' : 'news';
  switch (event.kind) {
    case 'verdict':
      return say(`${age} ${event.line}/${event.station} ${event.part}: `
        + `${event.verdict}${event.reason ? ` (${event.reason})` : ''} ${event.rule ?? ''}`);
    case 'eventsLost': case 'imagesLost':
      return say(`${age} LOST ${event.count ?? '?'}: ${event.reason}`);
    case 'refused':
      return say(`${age} NOT TAKEN by the broker, an ${event.what}: ${event.reason}`);
    default: // model, command, and kinds that are yet to come
      return say(`${age} ${event.kind} at ${event.station}`);
  }
}

function keepImage(jpeg, properties) {
  const id = String(properties?.['event-id']);
  if (!uuid.test(id)) return say('a picture that names no event (MQTT 3.1.1?); skipped');
  say(keep(`${id}.jpg`, jpeg) ? `picture of ${id}` : `duplicate picture of ${id}`);
}

/**
 * Writes a file that is not there yet, whole or not at all: after a crash half of one would make its next delivery a duplicate.
 * False when it is there.
 */
function keep(name, bytes) {
  const path = join(given.out, name);
  if (existsSync(path)) return false;
  writeFileSync(`${path}.part`, bytes, { flush: true });
  renameSync(`${path}.part`, path);
  return true;
}

function showState(prefix, payload) {
  if (payload.length === 0) return void stations.delete(prefix); // taken out of service
  const state = JSON.parse(payload);
  const before = stations.get(prefix);
  const now = [state.status, ...state.reasons.map(one => `${one.component}: ${one.reason}`)].join(' · ');
  stations.set(prefix, { ...before, status: state.status, shown: now });
  if (before?.shown !== now) say(`${prefix} is ${now}`);
}

function beat(prefix) {
  const station = stations.get(prefix);
  if (!station) return;
  if (station.silent) say(`${prefix} is heard again`);
  Object.assign(station, { beatAt: performance.now(), silent: false });
}

// The broker tells of a dead station too, by its last will, but only after 1.5 keep-alives.
const watch = setInterval(() => {
  for (const [prefix, station] of stations) {
    if (station.status !== 'offline' && !station.silent && station.beatAt && performance.now() - station.beatAt > silence) {
      station.silent = true;
      say(`${prefix} is silent: no heartbeat for ${silence} ms`);
    }
  }
}, 250);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    clearInterval(watch);
    client.end(false, () => process.exit(0));
  });
}

function say(line) {
  console.log(line.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?'));
}

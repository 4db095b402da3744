import { type CommandDeclaration, rolesAllowed } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';
import { ERROR_CODES, ERRORS } from '@signalbox/shared/errors';
import { AGENT_FRAMES, CONTROL_FRAMES } from './frame-schemas.ts';
import { componentSchemas, frameOf, inputOf, type JsonSchema, outputOf } from './json-schemas.ts';

/** `/docs`: the reference for people, made from the same declarations as the documents for machines. */
export function docsPage({ version }: { version: string }): string {
  const commands: readonly CommandDeclaration[] = COMMANDS;
  const schemas = componentSchemas();
  const nouns = [...new Set(commands.map(nounOf))];
  const sections = nouns.map((noun) => {
    const ofNoun = commands.filter((declaration) => nounOf(declaration) === noun);
    return `<h2 id="${noun}">${noun}</h2>${ofNoun.map((declaration) => commandSection(declaration, schemas)).join('')}`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Signalbox: commands</title>
<link rel="icon" type="image/svg+xml" href="/favicon.svg">
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<h1>Signalbox ${escaped(version)}: commands</h1>
<p>Every command goes over Socket.IO (an event with one object and an acknowledgement) and over HTTP
(<code>POST /api/v1/projects/{project}/{command}</code>). For machines: <a href="/openapi.json">OpenAPI</a>,
<a href="/asyncapi.json">AsyncAPI</a>. For agents: <a href="/agent.md">how to take part</a>.</p>
<nav>${nouns.map((noun) => `<a href="#${noun}">${noun}</a>`).join(' ')} <a href="#events">events</a> <a href="#errors">errors</a></nav>
${sections.join('\n')}
<h2 id="events">events</h2>
${eventSections('/agent', AGENT_FRAMES, schemas)}${eventSections('/control', CONTROL_FRAMES, schemas)}
<h2 id="errors">errors</h2>
<table><tr><th>code</th><th>HTTP</th><th>meaning</th></tr>${ERROR_CODES.map((code) => `<tr><td><code>${code}</code></td><td>${ERRORS[code].status}</td><td>${escaped(ERRORS[code].meaning)}</td></tr>`).join('')}</table>
</body>
</html>
`;
}

const nounOf = ({ name }: CommandDeclaration): string => name.slice(0, name.indexOf('.'));

const commandSection = (
  { name, summary, access, examples }: CommandDeclaration,
  schemas: Record<string, JsonSchema>,
): string => `
<section id="${name}">
<h3><code>${name}</code></h3>
<p>${escaped(summary)} <span class="roles">For ${rolesAllowed(access).join(', ')}.</span></p>
${fieldTable('Input', schemas[inputOf(name)])}
${fieldTable('Output', schemas[outputOf(name)])}
${examples.map(({ as, input, output }) => `<pre>${escaped(`${as} → ${JSON.stringify(input)}\n  ← ${JSON.stringify({ ok: true, ...output })}`)}</pre>`).join('')}
</section>`;

const eventSections = (
  namespace: string,
  frames: Record<string, { summary: string }>,
  schemas: Record<string, JsonSchema>,
): string =>
  Object.entries(frames)
    .map(
      ([event, { summary }]) => `
<section><h3><code>${namespace} ${event}</code></h3><p>${escaped(summary)}</p>${fieldTable('Frame', schemas[frameOf(namespace, event)])}</section>`,
    )
    .join('');

function fieldTable(title: string, schema: JsonSchema | undefined): string {
  const variants = Array.isArray(schema?.anyOf) ? (schema.anyOf as JsonSchema[]) : [schema];
  return variants.map((variant) => oneTable(title, variant)).join('');
}

function oneTable(title: string, schema: JsonSchema | undefined): string {
  const properties = Object.entries((schema?.properties ?? {}) as Record<string, JsonSchema>).filter(
    ([name]) => name !== 'requestId',
  );
  if (properties.length === 0) return '';
  const required = Array.isArray(schema?.required) ? schema.required : [];
  const rows = properties.map(
    ([name, field]) =>
      `<tr><td><code>${escaped(name)}${required.includes(name) ? '' : '?'}</code></td><td>${escaped(typeOf(field))}</td></tr>`,
  );
  return `<table><caption>${title}</caption>${rows.join('')}</table>`;
}

/** A type in a few words. */
function typeOf(schema: JsonSchema): string {
  if (typeof schema.$ref === 'string') return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.join(' | ');
  const union = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(union)) return (union as JsonSchema[]).map(typeOf).join(' | ');
  if (schema.type === 'array')
    return `list of ${typeof schema.items === 'object' && schema.items !== null ? typeOf(schema.items as JsonSchema) : 'any'}`;
  if (schema.type === 'object' && typeof schema.properties === 'object')
    return `{ ${Object.keys(schema.properties ?? {}).join(', ')} }`;
  return [String(schema.type ?? 'any'), ...limitsOf(schema)].join(', ');
}

const limitsOf = ({ minimum, maximum, maxLength }: JsonSchema): string[] => [
  ...(typeof minimum === 'number' && Number.isSafeInteger(minimum) && minimum > Number.MIN_SAFE_INTEGER
    ? [`from ${minimum}`]
    : []),
  ...(typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? [`to ${maximum}`] : []),
  ...(typeof maxLength === 'number' ? [`up to ${maxLength} characters`] : []),
];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

export const DOCS_STYLE = `:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.6rem; border: 1px solid #8884; border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
section { margin: 0 0 1.5rem; }
h3 { margin: 1.5rem 0 0.25rem; }
p { margin: 0.25rem 0; }
nav a { margin-right: 0.5rem; }
table { border-collapse: collapse; margin: 0.5rem 0; }
caption { text-align: left; opacity: 0.7; }
td, th { text-align: left; vertical-align: top; padding: 0.15rem 1rem 0.15rem 0; border-top: 1px solid #8883; overflow-wrap: anywhere; }
.roles { opacity: 0.7; }
`;

import type { CommandDeclaration } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';
import { HUB_PROJECT } from '@signalbox/shared/ids';
import type { Command } from 'commander';
import { badInput } from './bad-input.ts';
import { call } from './call.ts';
import { exampleOf } from './example.ts';
import { exportProject } from './export.ts';
import { type Field, fieldsOf, inputValue } from './fields.ts';
import { CliError, type Io } from './io.ts';
import { render } from './render.ts';

/** One subcommand per declared command, `signalbox <noun> <verb> [--field value …]`: made from the declarations alone. */
export function addGenerated(program: Command, io: Io): void {
  const nouns = new Map<string, Command>();
  const declarations: readonly CommandDeclaration[] = COMMANDS;
  for (const declaration of declarations) {
    const [noun = '', verb = ''] = declaration.name.split('.');
    const parent =
      nouns.get(noun) ?? program.command(noun).description(`commands about ${noun}: signalbox ${noun} --help`);
    nouns.set(noun, parent);
    if (declaration.name === 'project.export') addExport(parent.command(verb), declaration, io);
    else addVerb(parent.command(verb), declaration, io);
  }
}

/** The one command whose answer is a file. */
function addExport(command: Command, { summary }: CommandDeclaration, io: Io): void {
  command
    .description(`${summary} Here it is downloaded.`)
    .option('--out <file>', 'the file to write, which must not exist; <project>.ndjson unless given')
    .option('--project <id>', 'this project instead of the folder’s own')
    .action((options: { out?: string; project?: string }) => exportProject(io, options));
}

function addVerb(command: Command, declaration: CommandDeclaration, io: Io): void {
  const fields = fieldsOf(declaration.input);
  command.description(declaration.summary).allowExcessArguments(false);
  for (const field of fields) command.option(flagOf(field), aboutOf(field));
  const taken = new Set(fields.map(({ name }) => name));
  command.option('--json', 'print the answer as JSON');
  // A command with a field of this name acts on the hub as a whole.
  if (!taken.has('project')) command.option('--project <id>', 'act on this project instead of the folder’s own');
  if (declaration.access === 'member') {
    command.option('--as <agentId>', 'act as this registered agent (SIGNALBOX_AGENT)');
    command.option('--connection <n>', 'the connection that `agent register` answered (SIGNALBOX_CONNECTION)');
  }
  command.addHelpText('after', `\nExample:\n  ${exampleOf(declaration, fields)}`);
  command.action(async (given: Record<string, unknown>) => {
    const input = Object.fromEntries(
      fields
        .filter(({ name }) => given[name] !== undefined)
        .map((field) => [field.name, inputValue(field, given[field.name])]),
    );
    const problem = badInput(declaration, fields, input);
    if (problem !== undefined) throw new CliError(problem);
    const answer = await call(io, declaration.name, input, {
      project: projectOf(declaration, input, taken.has('project') ? undefined : textOf(given.project)),
      as: textOf(given.as),
      connection: textOf(given.connection),
    });
    io.out(given.json === true ? JSON.stringify(answer, null, 2) : render(answer));
  });
}

/** A hub-wide command has no project to stand in unless one is named, be it to create, read or remove it. */
function projectOf(
  { scope, name }: CommandDeclaration,
  input: Record<string, unknown>,
  given: string | undefined,
): string | undefined {
  if (scope !== 'hub') return given;
  if (name === 'project.create') return textOf(input.id) ?? given;
  const named = given ?? textOf(input.projectId);
  return named ?? (name.startsWith('token.') || name.endsWith('.list') ? HUB_PROJECT : undefined);
}

const isMany = (as: Field['as']): boolean => as === 'list' || as === 'choice';

const flagOf = ({ name, as }: Field): string =>
  as === 'switch' ? `--${name}` : isMany(as) ? `--${name} <value...>` : `--${name} <value>`;

const aboutOf = ({ required, about, as, hint }: Field): string =>
  [required ? 'needed' : '', isMany(as) ? 'one or more' : '', about, hint].filter((part) => part !== '').join('; ');

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

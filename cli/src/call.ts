import { type HttpTarget, postCommand } from '@signalbox/sdk/http';
import { type Settings, settingsOf } from '@signalbox/sdk/local-hub';
import type { CommandDeclaration } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';
import { HEADER_AGENT, HEADER_CONNECTION } from '@signalbox/shared/endpoints';
import { HUB_PROJECT } from '@signalbox/shared/ids';
import { CliError, type Io } from './io.ts';

export interface CallOptions {
  project?: string | undefined;
  /** The registered agent to act as, and its connection as `agent register` printed it. */
  as?: string | undefined;
  connection?: string | undefined;
}

/** The hub as the settings name it; a {@link CliError} says what is missing. */
export async function hubOf(io: Io, project: string | undefined): Promise<Settings> {
  try {
    return await settingsOf(project === undefined ? {} : { project }, io);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

/** One command at the hub. Rejects with a {@link CliError} of the hub's own words. */
export async function call(
  io: Io,
  name: string,
  input: Record<string, unknown>,
  options: CallOptions = {},
): Promise<Record<string, unknown>> {
  const settings = await hubOf(io, options.project);
  const target: HttpTarget = { ...settings, headers: agentHeaders(io, options) };
  const answer = await postCommand(target, name, input);
  if (answer.ok) return answer;
  const derived = options.project === undefined && !io.env.SIGNALBOX_PROJECT;
  // The project of this folder is made by the first that writes there; a name somebody typed may be a typing error.
  if (answer.error.code === 'NOT_FOUND' && derived && settings.project !== HUB_PROJECT) {
    if (LOOKS.has(name)) throw new CliError((await missing(target)) ?? answer.error.message);
    const created = await postCommand({ ...target, headers: {} }, 'project.create', { id: settings.project });
    if (created.ok) {
      const again = await postCommand(target, name, input);
      if (again.ok) return again;
      throw new CliError(again.error.message);
    }
  }
  throw new CliError(answer.error.message);
}

const declarations: readonly CommandDeclaration[] = COMMANDS;
const LOOKS: ReadonlySet<string> = new Set(declarations.filter(({ kind }) => kind === 'read').map(({ name }) => name));

/** Where nothing is found because the project is not there: how to make it. Looking makes none. */
async function missing(target: HttpTarget): Promise<string | undefined> {
  const found = await postCommand({ ...target, headers: {} }, 'project.get', {});
  return found.ok || found.error.code !== 'NOT_FOUND'
    ? undefined
    : `There is no project ${target.project} yet, which this folder stands for. Make it: signalbox project create --id ${target.project}. Or look at another with --project; signalbox project list names them.`;
}

/** Who calls, as far as it was said: with a token that is bound to one agent the connection is enough. */
function agentHeaders(io: Io, options: CallOptions): Record<string, string> {
  const connection = options.connection ?? (io.env.SIGNALBOX_CONNECTION || undefined);
  if (connection === undefined) {
    // The hub would take it for the owner of the token, who may do more. The variable alone is what the SDK wants.
    if (options.as !== undefined)
      throw new CliError(`--as ${options.as} needs --connection, the number that signalbox agent register answered.`);
    return {};
  }
  const agent = options.as ?? (io.env.SIGNALBOX_AGENT || undefined);
  return { ...(agent !== undefined && { [HEADER_AGENT]: agent }), [HEADER_CONNECTION]: connection };
}

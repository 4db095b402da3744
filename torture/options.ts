import { parseArgs } from 'node:util';

export interface Options {
  seconds: number;
  seed: number;
  json: boolean;
  hubs: number;
  processes: number;
  agentsPerProcess: number;
  /** A folder where the history stays. */
  keep: string | undefined;
  /** A folder with a history to be checked again; nothing is run. */
  check: string | undefined;
  /** Somebody's own hub instead of the run's. */
  own: { url: string; token: string } | undefined;
}

export const USAGE = `npm run torture -- [options]
  --seconds N     how long faults are injected (60)
  --seed S        what is done to whom, and by whom (chosen and printed)
  --json          the last line is the outcome as JSON
  --hubs N        hub nodes (2)
  --processes N   processes of agents (16)
  --agents N      agents in each (4)
  --keep DIR      leave the history there; otherwise it stays only when something is wrong
  --check DIR     check a history again instead
  --url URL       torture this hub instead of one of its own: agents and connections only; the token (an admin's) is
                  read from SIGNALBOX_TOKEN. It makes a project "torture-…" there`;

/** Throws what is wrong with the arguments, as a sentence. */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(1 + (Date.now() % 1_000_000)) },
      json: { type: 'boolean', default: false },
      hubs: { type: 'string', default: '2' },
      processes: { type: 'string', default: '16' },
      agents: { type: 'string', default: '4' },
      keep: { type: 'string' },
      check: { type: 'string' },
      url: { type: 'string' },
    },
  });
  const token = env.SIGNALBOX_TOKEN;
  if (values.url !== undefined && !URL.canParse(values.url)) throw new Error(`--url: ${values.url} is no URL.`);
  if (values.url !== undefined && token === undefined)
    throw new Error('--url: set SIGNALBOX_TOKEN to a token of an admin of that hub.');
  return {
    seconds: whole('seconds', values.seconds, 1),
    seed: whole('seed', values.seed, 0),
    json: values.json,
    hubs: whole('hubs', values.hubs, 1),
    processes: whole('processes', values.processes, 2),
    agentsPerProcess: whole('agents', values.agents, 1),
    keep: values.keep,
    check: values.check,
    own: values.url === undefined || token === undefined ? undefined : { url: values.url, token },
  };
}

function whole(name: string, text: string, least: number): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isSafeInteger(number) || number < least)
    throw new Error(`--${name}: a whole number from ${least} is wanted, not “${text}”.`);
  return number;
}

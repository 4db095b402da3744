import { CliError } from '../io.ts';
import { plain } from '../plain.ts';
import type { SimSettings } from './settings.ts';

/** As they were typed. */
export interface SimOptions {
  agents: string;
  rate?: string;
  seed: string;
  seconds?: string;
  project: string;
  quiet?: boolean;
  remove?: boolean;
}

export const DEFAULTS = { agents: '25', seed: '1', project: 'sim' } as const;
/** One coordinates, and nobody coordinates alone. */
const AGENTS = [2, 5_000] as const;
const RATE = [0.01, 50_000] as const;
const SEED = [0, 2 ** 32 - 1] as const;
const SECONDS = [1, 30 * 86_400] as const;
/** Unless a rate is given, an agent does something every ten seconds. */
const GENTLE = 1 / 10;

/** What is wrong with an option is a {@link CliError} that names it. */
export function readOptions(options: SimOptions): { settings: SimSettings; seconds: number | undefined } {
  const agents = whole('agents', options.agents, AGENTS);
  return {
    settings: {
      agents,
      rate: options.rate === undefined ? agents * GENTLE : number('rate', options.rate, RATE),
      seed: whole('seed', options.seed, SEED),
    },
    seconds: options.seconds === undefined ? undefined : number('seconds', options.seconds, SECONDS),
  };
}

function number(name: string, text: string, [least, most]: readonly [number, number]): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new CliError(`--${name} is a number from ${least} to ${most}, not "${plain(text)}".`);
}

function whole(name: string, text: string, range: readonly [number, number]): number {
  const value = number(name, text, range);
  if (Number.isInteger(value)) return value;
  throw new CliError(`--${name} is a whole number, not "${plain(text)}".`);
}

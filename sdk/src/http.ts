import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import type { Ack } from '@signalbox/shared/protocol';
import { failed, isAck, timeout } from './answer.ts';
import { messageOf } from './errors.ts';

const TIMEOUT_MS = 15_000;

export interface HttpTarget {
  url: string;
  token: string;
  project: string;
  /** Other headers, such as `Signalbox-Agent` and `Signalbox-Connection`. */
  headers?: Record<string, string>;
}

/** One command over HTTP. Never rejects: what goes wrong on the way is an answer too. */
export const callOverHttp = <N extends CommandName>(
  target: HttpTarget,
  name: N,
  input: CommandInput<N>,
): Promise<Ack<CommandOutput<N>>> => postCommand<CommandOutput<N>>(target, name, input);

/** For callers that take commands as data. */
export async function postCommand<T = Record<string, unknown>>(
  { url, token, project, headers = {} }: HttpTarget,
  name: string,
  input: unknown,
): Promise<Ack<T>> {
  const address = new URL(`/api/v1/projects/${encodeURIComponent(project)}/${name}`, url);
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer: unknown = await response.json();
    return isAck<T>(answer)
      ? answer
      : failed('INTERNAL', `${url} answered ${response.status} with something that is not Signalbox.`);
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return timeout(name);
    return failed('TIMEOUT', nobodyAt(url, error));
  }
}

const REACHABLE_WITHIN_MS = 5_000;

/** Why nothing answers there; undefined when something does, whatever it says. */
export async function unreachable(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(REACHABLE_WITHIN_MS) });
    await response.body?.cancel();
    return undefined;
  } catch (error) {
    return nobodyAt(url, error);
  }
}

const nobodyAt = (url: string, error: unknown): string =>
  `No hub answers at ${url} (${causeOf(error)}). Start it with npm start, or set SIGNALBOX_URL.`;

const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? messageOf(error.cause) : messageOf(error);

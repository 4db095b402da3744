import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import type { ErrorBody } from '@signalbox/shared/errors';
import type { Ack } from '@signalbox/shared/protocol';

/** The project whose records are those of the hub as a whole. */
export const HUB_PROJECT = '_hub';

/** One command over HTTP, for the few that are needed before a project is open. Never throws. */
export type CallHub = <N extends CommandName>(
  project: string,
  name: N,
  input: CommandInput<N>,
) => Promise<Ack<CommandOutput<N>>>;

export const UNREACHABLE: ErrorBody = { code: 'TIMEOUT', message: 'The hub does not answer. Is it running?' };

export function isErrorBody(value: unknown): value is ErrorBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

/** The error of an answer that did not succeed, whatever came back. */
export async function errorOf(response: Response): Promise<ErrorBody> {
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body === 'object' && body !== null && 'error' in body && isErrorBody(body.error)) return body.error;
  if (response.status === 401) return { code: 'UNAUTHENTICATED', message: 'You are not signed in.' };
  return { code: 'INTERNAL', message: `The hub answered ${response.status}.` };
}

export function createCallHub(fetchIt: typeof fetch = (...request) => fetch(...request)): CallHub {
  return async <N extends CommandName>(
    project: string,
    name: N,
    input: CommandInput<N>,
  ): Promise<Ack<CommandOutput<N>>> => {
    try {
      const response = await fetchIt(`/api/v1/projects/${project}/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
        credentials: 'same-origin',
      });
      if (!response.ok) return { ok: false, error: await errorOf(response) };
      // The hub and this page are one build: what it answers has the declared form.
      return (await response.json()) as Ack<CommandOutput<N>>;
    } catch {
      return { ok: false, error: UNREACHABLE };
    }
  };
}

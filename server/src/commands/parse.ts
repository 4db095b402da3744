import { hash } from 'node:crypto';
import type { CommandDeclaration } from '@signalbox/shared/command';
import { type Refusal, refuse } from '@signalbox/shared/errors';
import { requestId as requestIdSchema } from '@signalbox/shared/ids';
import { COMMAND_MAX_BYTES } from '@signalbox/shared/limits';
import type { z } from 'zod';

export interface Parsed {
  input: unknown;
  requestId: string | undefined;
  /** Of the input without its requestId: tells a repetition from a different request. */
  inputHash: string | undefined;
}

/** Checks size and shape of an input; what comes out fits the declared schema. */
export function parseInput(declaration: CommandDeclaration, raw: unknown, bytes: number): Parsed | Refusal {
  const maxBytes = declaration.maxBytes ?? COMMAND_MAX_BYTES;
  if (bytes > maxBytes)
    return refuse('BAD_INPUT', `${declaration.name} takes at most ${maxBytes} bytes; this has ${bytes}.`, {
      details: { maxBytes, bytes },
    });
  if (raw !== undefined && raw !== null && !isObject(raw))
    return refuse('BAD_INPUT', `${declaration.name} takes an object.`);
  const { requestId, ...fields } = raw ?? NOTHING;
  const id = requestId === undefined ? undefined : requestIdSchema.safeParse(requestId);
  if (id?.success === false) return badInput(id.error, ['requestId']);
  const input = declaration.input.safeParse(fields);
  if (!input.success) return badInput(input.error);
  const inputHash =
    id === undefined ? undefined : hash('sha256', declaration.name + JSON.stringify(fields), 'hex').slice(0, 16);
  return { input: input.data, requestId: id?.data, inputHash };
}

const NOTHING: Record<string, unknown> = {};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One sentence that names the first wrong field. */
export function badInput(error: z.ZodError, prefix: readonly PropertyKey[] = []): Refusal {
  const issue = error.issues[0];
  if (issue === undefined) return refuse('BAD_INPUT', 'The input is not valid.');
  if (issue.code === 'unrecognized_keys') {
    const field = [...prefix, ...issue.path, issue.keys[0] ?? ''].join('.');
    return refuse('BAD_INPUT', `${field}: there is no such field.`, { details: { field } });
  }
  const field = [...prefix, ...issue.path].join('.');
  return refuse('BAD_INPUT', field === '' ? `${issue.message}.` : `${field}: ${issue.message}.`, {
    details: { field },
  });
}

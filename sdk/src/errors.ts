import { ERRORS, type ErrorBody, type ErrorCode } from '@signalbox/shared/errors';

/** A refusal of the hub, or of the client in the hub's words. `message` says what to do next. */
export class SignalboxError extends Error {
  override readonly name = 'SignalboxError';
  readonly code: ErrorCode;
  readonly retry: { afterMs: number } | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(body: ErrorBody) {
    super(body.message);
    this.code = body.code;
    this.retry = body.retry;
    this.details = body.details;
  }
}

export const isCode = (error: unknown, ...codes: ErrorCode[]): error is SignalboxError =>
  error instanceof SignalboxError && codes.includes(error.code);

/** Trying again later would bring the same refusal. A code this client does not know may pass. */
export const refusedForGood = ({ code }: ErrorBody): boolean => ERRORS[code]?.retry === 'never' && code !== 'INTERNAL';

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

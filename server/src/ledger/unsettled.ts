import { type Refusal, refuse } from '@signalbox/shared/errors';

// What a command hears that was never decided, or whose outcome nobody knows.

export const overloaded = (): Refusal =>
  refuse('OVERLOADED', 'The hub has more commands than it can decide; send it again after the delay.');
export const overdrawn = (): Refusal =>
  refuse(
    'OVERLOADED',
    'The project has written more in ten minutes than the hub can remember; send it again after the delay.',
  );
export const unavailable = (): Refusal =>
  refuse('STORAGE_UNAVAILABLE', 'Redis does not answer; nothing was written. Send it again after the delay.');
export const timedOut = (): Refusal =>
  refuse(
    'TIMEOUT',
    'Redis did not answer in time, so the outcome is unknown; send the same request with the same requestId.',
    { retryAfterMs: 500 },
  );
export const removed = (): Refusal => refuse('NOT_FOUND', 'The project was removed, and everything in it.');
export const stopping = (): Refusal => refuse('STORAGE_UNAVAILABLE', 'The hub is stopping; connect again in a moment.');

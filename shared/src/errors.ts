/**
 * The closed list of error codes. `status` is the HTTP status; `retry` tells a client what may help:
 * `never` — change the request; `later` — the same request after `retry.afterMs`; `same` — the outcome is unknown,
 * send the same request with the same `requestId`.
 */
const ERROR_TABLE = {
  BAD_INPUT: { status: 400, retry: 'never', meaning: 'A field is missing, wrong, too large or unknown.' },
  UNAUTHENTICATED: { status: 401, retry: 'never', meaning: 'No valid token came with the request.' },
  FORBIDDEN: { status: 403, retry: 'never', meaning: 'The token is valid but may not do this.' },
  NOT_FOUND: { status: 404, retry: 'never', meaning: 'The named object or command does not exist.' },
  CONFLICT: { status: 409, retry: 'never', meaning: 'The id is taken by somebody else.' },
  INVALID_STATE: { status: 409, retry: 'never', meaning: 'The object is in a state that does not allow this.' },
  STALE_ATTEMPT: { status: 409, retry: 'never', meaning: 'The task was given out again since; this attempt is over.' },
  STALE_FENCE: { status: 409, retry: 'never', meaning: 'A newer grant on the path exists.' },
  LOCK_HELD: { status: 409, retry: 'later', meaning: 'Somebody else holds an overlapping claim.' },
  LOCK_LOST: { status: 409, retry: 'never', meaning: 'The lease of this lock has ended.' },
  DEADLOCK: { status: 409, retry: 'never', meaning: 'Waiting would close a cycle of agents waiting for each other.' },
  CYCLE: { status: 409, retry: 'never', meaning: 'The dependencies would form a cycle.' },
  REQUEST_ID_REUSED: { status: 409, retry: 'never', meaning: 'The requestId was used before with another payload.' },
  SUPERSEDED: { status: 409, retry: 'never', meaning: 'A newer connection of the same agent has taken over.' },
  EXPIRED: { status: 409, retry: 'never', meaning: 'Its time has passed.' },
  INBOX_FULL: { status: 429, retry: 'later', meaning: 'The recipient has too many unacknowledged messages.' },
  QUOTA: { status: 429, retry: 'later', meaning: 'A limit on stored objects is reached.' },
  RATE_LIMITED: { status: 429, retry: 'later', meaning: 'Too many commands in too short a time.' },
  INTERNAL: { status: 500, retry: 'never', meaning: 'The hub failed; nothing was written.' },
  OVERLOADED: { status: 503, retry: 'later', meaning: 'The hub has more to do than it can.' },
  STORAGE_UNAVAILABLE: { status: 503, retry: 'later', meaning: 'Redis does not take writes at the moment.' },
  SLOW_CONSUMER: { status: 503, retry: 'later', meaning: 'The client reads too slowly and was disconnected.' },
  TIMEOUT: { status: 504, retry: 'same', meaning: 'No answer in time; the outcome is unknown.' },
  UNSUPPORTED_PROTOCOL: { status: 426, retry: 'never', meaning: 'Client and hub speak different protocol versions.' },
} as const satisfies Record<string, { status: number; retry: 'never' | 'later' | 'same'; meaning: string }>;

export type ErrorCode = keyof typeof ERROR_TABLE;
export const ERRORS: Record<ErrorCode, { status: number; retry: 'never' | 'later' | 'same'; meaning: string }> =
  ERROR_TABLE;
export const ERROR_CODES = Object.keys(ERROR_TABLE) as ErrorCode[];

/** The error object of every ack, HTTP body and `connect_error`. `message` says what to do next. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  retry?: { afterMs: number };
  details?: Record<string, unknown>;
}

/** An expected refusal travels as a value; throwing is kept for broken assumptions. */
export interface Refusal {
  refused: ErrorBody;
}

export interface RefusalOptions {
  retryAfterMs?: number;
  details?: Record<string, unknown>;
}

const DEFAULT_RETRY_MS = 1_000;

export function refuse(code: ErrorCode, message: string, options: RefusalOptions = {}): Refusal {
  const error: ErrorBody = { code, message };
  const afterMs = options.retryAfterMs ?? (ERRORS[code].retry === 'later' ? DEFAULT_RETRY_MS : undefined);
  if (afterMs !== undefined) error.retry = { afterMs };
  if (options.details !== undefined) error.details = options.details;
  return { refused: error };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value;
}

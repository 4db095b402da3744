import { describe, expect, test } from 'vitest';
import { ERROR_CODES, ERRORS, isRefusal, refuse } from './errors.ts';

/** As the protocol states them. */
const STATUSES = {
  400: ['BAD_INPUT'],
  401: ['UNAUTHENTICATED'],
  403: ['FORBIDDEN'],
  404: ['NOT_FOUND'],
  409: [
    'CONFLICT',
    'INVALID_STATE',
    'STALE_ATTEMPT',
    'STALE_FENCE',
    'LOCK_HELD',
    'LOCK_LOST',
    'DEADLOCK',
    'CYCLE',
    'REQUEST_ID_REUSED',
    'SUPERSEDED',
    'EXPIRED',
  ],
  426: ['UNSUPPORTED_PROTOCOL'],
  429: ['INBOX_FULL', 'QUOTA', 'RATE_LIMITED'],
  500: ['INTERNAL'],
  503: ['OVERLOADED', 'STORAGE_UNAVAILABLE', 'SLOW_CONSUMER'],
  504: ['TIMEOUT'],
};

test('the codes are these and no others, each with its HTTP status', () => {
  const found: Record<number, string[]> = {};
  for (const code of ERROR_CODES) {
    const { status } = ERRORS[code];
    found[status] = [...(found[status] ?? []), code];
  }
  expect(found).toEqual(STATUSES);
});

describe('a refusal', () => {
  test.each(ERROR_CODES.filter((code) => [429, 503].includes(ERRORS[code].status)))('%s says when to retry', (code) => {
    expect(refuse(code, 'x').refused.retry?.afterMs).toBeGreaterThan(0);
  });

  test('says so of another code only when asked', () => {
    expect(refuse('NOT_FOUND', 'x')).toEqual({ refused: { code: 'NOT_FOUND', message: 'x' } });
    expect(refuse('TIMEOUT', 'x', { retryAfterMs: 5, details: { a: 1 } })).toEqual({
      refused: { code: 'TIMEOUT', message: 'x', retry: { afterMs: 5 }, details: { a: 1 } },
    });
  });

  test('is told from a reply', () => {
    expect([refuse('CONFLICT', 'x'), { task: null }, null, 'refused', undefined].map(isRefusal)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

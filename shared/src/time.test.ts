import { expect, test } from 'vitest';
import * as time from './time.ts';

test('the defaults are those the protocol states', () => {
  expect({
    pace: [time.HEARTBEAT_MIN_MS, time.HEARTBEAT_DEFAULT_MS, time.HEARTBEAT_MAX_MS],
    late: [time.lateAfterMs(15_000), time.lostAfterMs(15_000)],
    lease: [time.LEASE_MIN_MS, time.LEASE_DEFAULT_MS, time.LEASE_MAX_MS],
    startWithin: time.START_WITHIN_MS,
    retryBase: time.RETRY_BASE_MS,
    directive: time.DIRECTIVE_EXPIRES_MS,
    askLate: time.ASK_LATE_MS,
    redelivery: time.REDELIVER_AFTER_MS,
    receipts: time.RECEIPT_WINDOW_MS,
    request: time.REQUEST_TIMEOUT_MS,
    link: time.LINK_VALID_MS,
    margin: time.CLOCK_MARGIN_MS,
  }).toEqual({
    pace: [5_000, 15_000, 60_000],
    late: [22_500, 45_000],
    lease: [5_000, 120_000, 3_600_000],
    startWithin: 60_000,
    retryBase: 2_000,
    directive: 7_200_000,
    askLate: 900_000,
    redelivery: 30_000,
    receipts: 600_000,
    request: 10_000,
    link: 900_000,
    margin: 750,
  });
});

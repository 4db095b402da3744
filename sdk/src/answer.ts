import type { ErrorBody, ErrorCode } from '@signalbox/shared/errors';
import type { Ack, Failed } from '@signalbox/shared/protocol';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Codes this client does not know pass too: clients ignore what is new. */
export const isErrorBody = (value: unknown): value is ErrorBody =>
  isObject(value) && typeof value.code === 'string' && typeof value.message === 'string';

/** The envelope of every answer. Its fields are the hub's word, checked by the hub against the command's declaration. */
export function isAck<T>(value: unknown): value is Ack<T> {
  if (!isObject(value)) return false;
  return value.ok === true
    ? typeof value.epoch === 'number' && typeof value.seq === 'number'
    : isErrorBody(value.error);
}

export const failed = (code: ErrorCode, message: string): Failed => ({ ok: false, error: { code, message } });

export const timeout = (what: string): Failed =>
  failed('TIMEOUT', `No answer to ${what}: its outcome is unknown. Send it again with the same requestId.`);

/** A UUID (version 4). `crypto.randomUUID` is missing on pages that are not served over https or loopback. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

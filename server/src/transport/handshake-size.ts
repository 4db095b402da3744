import { type Refusal, refuse } from '@signalbox/shared/errors';
import { HANDSHAKE_MAX_BYTES } from '@signalbox/shared/limits';

/** Before anybody is known, little is taken in. */
export function refuseLargeHandshake(auth: unknown): Refusal | undefined {
  const bytes = encodedBytes(auth);
  if (bytes <= HANDSHAKE_MAX_BYTES) return undefined;
  return refuse(
    'BAD_INPUT',
    `auth: at most ${HANDSHAKE_MAX_BYTES} bytes; this has ${Number.isFinite(bytes) ? bytes : 'more'}.`,
    {
      details: { field: 'auth', maxBytes: HANDSHAKE_MAX_BYTES },
    },
  );
}

function encodedBytes(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value));
  } catch {
    // Nested deeper than the stack.
    return Number.POSITIVE_INFINITY;
  }
}

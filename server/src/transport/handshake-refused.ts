import type { ErrorBody, Refusal } from '@signalbox/shared/errors';

/** What a Socket.IO middleware ends a handshake with: the client's `connect_error` carries `data`. */
export class HandshakeRefused extends Error {
  readonly data: ErrorBody;

  constructor({ refused }: Refusal) {
    super(refused.message);
    this.data = refused;
  }
}

import { RawSocket } from './raw-socket.ts';
import type { Verdicts } from './verdicts.ts';

/** A connection as anybody may have one; that there is none is a finding. */
export async function open(hub: URL, verdicts: Verdicts): Promise<RawSocket | undefined> {
  try {
    return await RawSocket.open(hub);
  } catch (error) {
    verdicts.find('a WebSocket that is not let in', '', String(error));
    return undefined;
  }
}

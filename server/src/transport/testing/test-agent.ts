import { OWNER_TOKEN, PROJECT, type TestHub } from './test-hub.ts';
import { type Fields, TestSocket } from './test-socket.ts';

export const handshake = (agent: Fields, more: Fields = {}): Fields => ({
  token: OWNER_TOKEN,
  project: PROJECT,
  protocol: 1,
  agent: { role: 'speed_developer', accepts: 'pull', ...agent },
  ...more,
});

/** A registered agent whose welcome has come. */
export async function connectAgent(
  hub: TestHub,
  agent: Fields,
  more: Fields = {},
): Promise<{ socket: TestSocket; welcome: Fields }> {
  const socket = await TestSocket.connected(`${hub.url}/agent`, handshake(agent, more));
  const { payload: welcome } = await socket.next('welcome');
  return { socket, welcome };
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { unreadBytes } from './unread.ts';

const SENT = Buffer.alloc(16 * 1024);

test('bytes that came and were not read, and none once they are', async () => {
  const server = createServer((socket) => socket.write(SENT)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  await once(client, 'connect');
  const most = async (): Promise<number> => Math.max(...(await unreadBytes(process.pid)).values());
  try {
    while ((await most()) < SENT.length) await delay(10);
    client.resume();
    while ((await most()) > 0) await delay(10);
    expect(client.bytesRead).toBe(SENT.length);
  } finally {
    client.destroy();
    server.close();
  }
});

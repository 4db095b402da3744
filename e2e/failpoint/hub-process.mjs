import { createHub } from '../../server/dist/create-hub.js';

// The real hub with one switch: once told to (a message over the process channel), it kills itself with -9 the moment
// Redis has answered an append, before anybody hears of it.
let armed = false;
process.on('message', () => {
  armed = true;
  process.send?.('armed');
});

const log = { info() {}, warn() {}, error: (fields, message) => console.error(message, fields) };
const hub = await createHub({
  redis: { socketPath: process.env.TEST_REDIS_SOCKET },
  host: '127.0.0.1',
  hubKey: 'a key for this test only',
  ownerToken: process.env.SIGNALBOX_OWNER_TOKEN,
  behindTlsProxy: false,
  version: 'test',
  log,
  failpoint: () => {
    if (armed) process.kill(process.pid, 'SIGKILL');
  },
});
await hub.listen('127.0.0.1', 0);
console.log(`  Control room   ${await hub.launchLink()}`);
process.on('SIGINT', () => void hub.stop().then(() => process.exit(0)));

import { LeanSocket } from './lean-socket.mjs';

// The load of a story: ten agents that claim and release as fast as they are answered, one whose claims are as large as
// a claim can be, and an operator who gives tasks with long descriptions from one reader to another. Nothing of it is
// left in the ledger. On `latency` the parent is told how long the claims of the ten took since the last time.

const { url, token, project, readers, largeEveryMs, assignEveryMs } = JSON.parse(process.argv[2]);
const WORKERS = 10;
/** Between two claims of one worker. */
const THINK_MS = 20;

let latencies = [];
let refused = {};
let stopped = false;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A socket that can be used when it has connected; a refusal ends the story. */
function connect(namespace, auth) {
  return new Promise((resolve, reject) => {
    const socket = new LeanSocket(
      { url, namespace, auth },
      { opened: () => resolve(socket), refused: ({ message }) => reject(new Error(message)) },
    );
  });
}

const agent = (id) =>
  connect('/agent', { token, project, protocol: 1, agent: { id, role: 'coordinator', accepts: 'none' } });

async function ask(socket, name, input) {
  const answer = await socket.call(name, input);
  if (answer?.ok !== true) {
    const code = answer?.error.code ?? 'NO_ANSWER';
    refused[code] = (refused[code] ?? 0) + 1;
  }
  return answer;
}

async function work(id) {
  const socket = await agent(id);
  while (!stopped) {
    const started = performance.now();
    const { lockId, fence } = (await ask(socket, 'lock.claim', { paths: [`${id}/file`] })) ?? {};
    latencies.push(performance.now() - started);
    if (lockId !== undefined) await ask(socket, 'lock.release', { lockId, fence });
    await pause(THINK_MS);
  }
}

async function claimMuch() {
  const socket = await agent('glutton');
  const paths = Array.from({ length: 150 }, (_none, at) => `large/${at}/${'x'.repeat(380)}`);
  while (!stopped) {
    const { lockId, fence } = (await ask(socket, 'lock.claim', { paths })) ?? {};
    if (lockId !== undefined) await ask(socket, 'lock.release', { lockId, fence });
    await pause(largeEveryMs);
  }
}

async function giveTasks() {
  const socket = await connect('/control', { token });
  await ask(socket, 'subscribe', { project });
  const tasks = [];
  for (let at = 0; at < readers.length; at++)
    tasks.push((await ask(socket, 'task.create', { title: `Task ${at}`, description: 'x'.repeat(30_000) })).task.id);
  const hand = async (taskId, at) => {
    for (let round = at; !stopped; round++) {
      await ask(socket, 'task.assign', { taskId, agentId: readers[round % readers.length] });
      await pause(assignEveryMs);
    }
  };
  await Promise.all(tasks.map(hand));
}

const parts = [claimMuch(), giveTasks(), ...Array.from({ length: WORKERS }, (_none, at) => work(`worker-${at}`))];
process.on('message', (message) => {
  if (message === 'latency') {
    const sorted = latencies.sort((a, b) => a - b);
    const at = (share) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
    process.send({ latency: { claims: sorted.length, p50: at(0.5), p99: at(0.99), slowest: at(1), refused } });
    latencies = [];
    refused = {};
  } else {
    stopped = true;
    void Promise.all(parts).then(() => process.send({ stopped: true }));
  }
});
process.on('disconnect', () => process.exit(0));

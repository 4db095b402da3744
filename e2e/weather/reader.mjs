import { AgentClient } from '@signalbox/sdk/agent-client';
import { createFeed } from '@signalbox/sdk/feed';
import { addDigest, formatDigest, recordDigest } from '@signalbox/shared/digest';

// Control rooms and agents of the SDK in one process, which the parent stops and lets go on. They keep count of what
// reaches them; on `state` the parent is told.

const { url, token, project, rooms, agents } = JSON.parse(process.argv[2]);

/** A control room that computes its digest from what it was shown, and compares it with every beat. */
function room() {
  const revs = new Map();
  const seen = { agreed: 0, faults: 0, snapshots: 0 };
  const feed = createFeed({ url, token, project });
  feed.onSnapshot((records) => {
    seen.snapshots += 1;
    revs.clear();
    for (const { kind, id, rev } of records) revs.set(`${kind}:${id}`, { kind, id, rev });
  });
  feed.onDiff((puts, removes) => {
    for (const [kind, id] of removes) revs.delete(`${kind}:${id}`);
    for (const { kind, id, rev } of puts) revs.set(`${kind}:${id}`, { kind, id, rev });
  });
  feed.onBeat((beat) => {
    if (beat.seq !== feed.seq) return;
    let sum = 0;
    for (const { kind, id, rev } of revs.values()) sum = addDigest(sum, recordDigest(kind, id, rev));
    if (formatDigest(sum) === beat.digest) seen.agreed += 1;
    else seen.faults += 1;
  });
  return seen;
}

async function agent(id) {
  const seen = { id, messages: [], welcomes: 0, cutOff: 0, live: false };
  const client = new AgentClient({ id, role: 'ai_specialist', url, token, project, accepts: 'pull', cwd: '/' });
  client.onError((_what, error) => {
    if (error.code === 'SLOW_CONSUMER') seen.cutOff += 1;
  });
  client.onState(({ state }) => {
    seen.live = state === 'live';
    if (seen.live) seen.welcomes += 1;
  });
  client.onMessage(({ body }) => void seen.messages.push(body));
  await client.connect({ timeoutMs: 60_000 });
  return seen;
}

const state = { rooms: Array.from({ length: rooms }, room), agents: await Promise.all(agents.map(agent)) };
process.on('message', () => process.send({ state }));
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });

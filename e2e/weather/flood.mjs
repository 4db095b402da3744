import { LeanSocket } from './lean-socket.mjs';

// Agents that send as fast as their connection takes it, whatever they are answered, and callers over HTTP that do the
// same. On `answers` the parent is told what they were answered since the last time.

const { url, token, project, name, agents, callers } = JSON.parse(process.argv[2]);
/** What may wait on this side of a connection. */
const UNSENT_BYTES = 256 * 1024;
const AT_ONCE = 200;

const INPUT = { paths: Array.from({ length: 10 }, (_none, at) => `src/${at}/*.ts`) };
let answers = { ok: 0, refused: {}, withoutDelay: 0, sent: 0 };

function count(answer) {
  if (answer === undefined) return;
  if (answer.ok) answers.ok += 1;
  else {
    const { code, retry } = answer.error;
    answers.refused[code] = (answers.refused[code] ?? 0) + 1;
    if (!(retry?.afterMs > 0)) answers.withoutDelay += 1;
  }
}

function floodBySocket(id) {
  const agent = { id, role: 'coordinator', accepts: 'none', heartbeatEveryMs: 5_000 };
  const socket = new LeanSocket(
    { url, namespace: '/agent', auth: { token, project, protocol: 1, agent } },
    { opened: go, closed: () => process.send({ closed: id }) },
  );
  function go() {
    for (let sent = 0; sent < AT_ONCE && socket.unsent < UNSENT_BYTES; sent++) {
      answers.sent += 1;
      void socket.call('lock.check', INPUT).then(count);
    }
    // All that the connection takes, without keeping a processor from the hub by asking again and again.
    setTimeout(go, 1);
  }
}

async function floodByHttp() {
  const init = { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(INPUT) };
  for (;;) {
    answers.sent += 1;
    const response = await fetch(`${url}/api/v1/projects/${project}/lock.check`, init);
    count(await response.json());
  }
}

for (let at = 0; at < agents; at++) floodBySocket(`${name}-${at}`);
for (let at = 0; at < callers; at++) void floodByHttp();

process.on('message', () => {
  process.send({ answers });
  answers = { ok: 0, refused: {}, withoutDelay: 0, sent: 0 };
});
process.on('disconnect', () => process.exit(0));

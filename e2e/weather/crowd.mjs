import { LeanSocket } from './lean-socket.mjs';

// Many agents and control rooms in one process, each of which comes back by itself whenever its connection ends. The
// parent is told how many have their state, and on `report` what happened to them since the last one.

const BACKOFF_MS = [250, 500, 1_000, 2_000, 4_000];
const JITTER = 0.3;

const { url, token, project, agents, rooms } = JSON.parse(process.argv[2]);
const clients = [];
let tally = { refusals: {}, snapshots: {}, welcomes: 0 };

class Client {
  #tries = 0;
  #cameBack = 0;
  hasState = false;

  connect() {
    const again = (refusal) => {
      if (refusal !== undefined) tally.refusals[refusal.code] = (tally.refusals[refusal.code] ?? 0) + 1;
      this.hasState = false;
      tellCount();
      const base = BACKOFF_MS[Math.min(this.#tries++, BACKOFF_MS.length - 1)];
      const delayMs = Math.max(this.#cameBack, base * (1 - JITTER + 2 * JITTER * Math.random()));
      this.#cameBack = 0;
      setTimeout(() => this.connect(), delayMs);
    };
    this.socket = new LeanSocket(this.address(), {
      opened: () => this.opened(),
      refused: again,
      closed: () => again(),
      frame: (name, payload, acknowledge) => {
        if (name === 'draining') this.#cameBack = payload.reconnectAfterMs;
        this.frame(name, payload, acknowledge);
      },
    });
  }

  opened() {}

  arrived() {
    if (this.hasState) return;
    this.#tries = 0;
    this.hasState = true;
    tellCount();
  }
}

class Agent extends Client {
  #hasMessage = false;

  constructor(number) {
    super();
    this.agent = { id: `agent-${number}`, role: 'speed_developer', instance: `process-${number}`, accepts: 'none' };
  }

  address() {
    return { url, namespace: '/agent', auth: { token, project, protocol: 1, agent: this.agent } };
  }

  /** The message that was never acknowledged comes after the welcome: with both it has its state. */
  frame(name) {
    if (name === 'inbox') return this.arrived();
    if (name !== 'welcome') return;
    tally.welcomes += 1;
    if (!this.#hasMessage)
      void this.socket.call('message.send', { to: this.agent.id, type: 'note', body: 'a note to myself' });
    this.#hasMessage = true;
  }
}

class Room extends Client {
  #parts = 0;

  address() {
    return { url, namespace: '/control', auth: { token } };
  }

  opened() {
    void this.#subscribe();
  }

  async #subscribe() {
    this.#parts = 0;
    const answer = await this.socket.call('subscribe', { project });
    if (answer === undefined || answer.ok) return;
    tally.refusals[answer.error.code] = (tally.refusals[answer.error.code] ?? 0) + 1;
    setTimeout(() => void this.#subscribe(), answer.error.retry?.afterMs ?? 1_000);
  }

  frame(name, { seq, of }) {
    if (name !== 'snapshot' || ++this.#parts < of) return;
    tally.snapshots[seq] = (tally.snapshots[seq] ?? 0) + 1;
    this.arrived();
  }
}

let told = false;
/** At most once a turn of the event loop, and never while nothing changes. */
function tellCount() {
  if (told) return;
  told = true;
  setImmediate(() => {
    told = false;
    process.send({ here: clients.filter(({ hasState }) => hasState).length });
  });
}

process.on('message', (message) => {
  if (message !== 'report') return;
  process.send({ report: tally });
  tally = { refusals: {}, snapshots: {}, welcomes: 0 };
});
process.on('disconnect', () => process.exit(0));

for (let number = 0; number < agents; number++) clients.push(new Agent(number));
for (let number = 0; number < rooms; number++) clients.push(new Room());
for (const client of clients) client.connect();

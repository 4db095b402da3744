import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { hear } from './client.ts';
import { RawSocket } from './raw-socket.ts';

const HEARTBEAT_EVERY_MS = 250;
const ANSWER_WITHIN_MS = 10_000;

const answered = z.looseObject({ ok: z.boolean() });

export interface WitnessReport {
  heartbeats: number;
  slowestMs: number;
  /** What went wrong for it, in its own words. */
  complaints: string[];
}

export interface WitnessOptions {
  hub: URL;
  project: string;
  token: string;
}

/** An agent that does nothing wrong, in a project of its own, all the while: it must not notice anything. */
export class Witness {
  readonly #socket: RawSocket;
  readonly #waiting = new Map<string, (text: string) => void>();
  readonly #complaints: string[] = [];
  #beats = 0;
  #slowestMs = 0;
  #nextId = 1;
  #over = false;
  #beating: Promise<void> = Promise.resolve();
  #before = '';

  private constructor(socket: RawSocket) {
    this.#socket = socket;
  }

  static async start({ hub, project, token }: WitnessOptions): Promise<Witness> {
    const socket = await RawSocket.open(hub);
    const witness = new Witness(socket);
    const joined = new Promise<void>((resolve) => {
      socket.onText = (text) => {
        const heard = hear(text);
        if (heard.kind === 'ping') socket.send('3');
        else if (heard.kind === 'answer') witness.#waiting.get(heard.id)?.(heard.text);
        else if (heard.kind === 'connected') resolve();
        else if (heard.kind === 'refused') witness.#complain(`it was refused: ${text}`);
      };
    });
    void socket.ended.then(({ code }) => {
      if (!witness.#over) witness.#complain(`its connection ended with ${code}`);
    });
    const agent = { id: 'witness', role: 'coordinator', accepts: 'none' };
    socket.send(`40/agent,${JSON.stringify({ token, project, protocol: 1, agent })}`);
    await joined;
    await witness.#ask('lock.claim', { paths: ['src/', 'README.md'], ttlMs: 600_000 });
    await witness.#ask('task.create', { title: 'What the witness has to do' });
    witness.#before = await witness.#state();
    witness.#beating = witness.#beat();
    return witness;
  }

  async stop(): Promise<WitnessReport> {
    this.#over = true;
    await this.#beating;
    const after = await this.#state();
    if (after !== this.#before) this.#complain(`its state was ${this.#before} and is ${after}`);
    this.#socket.destroy();
    return { heartbeats: this.#beats, slowestMs: Math.round(this.#slowestMs), complaints: this.#complaints };
  }

  #complain(what: string): void {
    this.#complaints.push(what.slice(0, 600));
  }

  async #beat(): Promise<void> {
    while (!this.#over) {
      const started = performance.now();
      await this.#ask('agent.heartbeat', {});
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - started);
      this.#beats += 1;
      await delay(HEARTBEAT_EVERY_MS);
    }
  }

  /** Its locks, its task and how it stands; without the times that pass. */
  async #state(): Promise<string> {
    const [agent, locks, tasks] = await Promise.all([
      this.#ask('agent.get', { agentId: 'witness' }),
      this.#ask('lock.list', {}),
      this.#ask('task.list', {}),
    ]);
    return JSON.stringify([agent.agent, locks.locks, tasks.tasks], (key, value: unknown) =>
      /At$|Clock$|Ms$|^rev$/.test(key) ? undefined : value,
    );
  }

  async #ask(command: string, input: object): Promise<Record<string, unknown>> {
    const id = String(this.#nextId++);
    let timer: NodeJS.Timeout | undefined;
    const text = await new Promise<string | undefined>((resolve) => {
      this.#waiting.set(id, resolve);
      timer = setTimeout(() => resolve(undefined), ANSWER_WITHIN_MS);
      this.#socket.send(`42/agent,${id}${JSON.stringify([command, input])}`);
    });
    clearTimeout(timer);
    this.#waiting.delete(id);
    const answer = text === undefined ? undefined : answered.parse(JSON.parse(text));
    if (answer?.ok !== true) this.#complain(`${command}: ${text ?? `no answer in ${ANSWER_WITHIN_MS} ms`}`);
    return answer ?? {};
  }
}

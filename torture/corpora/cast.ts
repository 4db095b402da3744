import { z } from 'zod';
import { HttpWire } from '../fuzz/http-wire.ts';

/** What a command is answered, by whatever way it came. */
export const answer = z.looseObject({
  ok: z.boolean(),
  error: z
    .looseObject({ code: z.string(), message: z.string(), retry: z.object({ afterMs: z.number() }).optional() })
    .optional(),
});
const made = z.looseObject({ token: z.string(), tokenId: z.string() });
const registered = z.looseObject({ connection: z.int() });

export type Answer = z.infer<typeof answer>;
export type Headers = readonly (readonly [name: string, value: string])[];

/** A part of the corpora: how much was tried, and what got through that must not, one sentence each. */
export interface CorpusResult {
  tried: number;
  passed: string[];
}

export interface CorpusOptions {
  url: string;
  /** Of an admin of the whole hub. */
  token: string;
  /** Made for this run as a simulated one, and removed after it. */
  project: string;
  /** Where every command is tried, only these. */
  commands?: readonly string[];
}

export interface Agent {
  id: string;
  token: string;
  connection: number;
  headers: Headers;
}

/** A way to the hub, as somebody. */
export interface Face {
  readonly name: string;
  ask(command: string, input: unknown): Promise<Answer>;
}

interface Content {
  body?: string;
  /** Another connection than that of all. */
  wire?: HttpWire;
}

/** Of a request over HTTP. */
export interface Outcome {
  status: number;
  text: string;
}

interface AgentWish {
  /** Its own word for what it is good for. */
  role?: string;
  /** Of an agent and of no particular one, when missing. */
  token?: string;
  instance?: string;
  accepts?: 'pull' | 'none';
}

/** Nobody here is given up for being slow, however long a run takes. */
export const BEATS_SELDOM = { heartbeatEveryMs: 60_000 } as const;

/** One project with an operator and two agents, each with a token of its own, and the means to send anything as anybody. */
export class Cast implements AsyncDisposable {
  readonly hub: URL;
  readonly project: string;
  readonly owner: Headers;
  readonly #wire: HttpWire;
  readonly #tokenIds: string[] = [];

  private constructor({ url, token, project }: CorpusOptions) {
    this.hub = new URL(url);
    this.project = project;
    this.owner = bearer(token);
    this.#wire = new HttpWire(this.hub);
  }

  static async gather(options: CorpusOptions): Promise<Cast> {
    const cast = new Cast(options);
    await cast.must('project.create', { id: cast.project, simulated: true }, cast.owner);
    return cast;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const tokenId of this.#tokenIds) await this.ask('token.revoke', { tokenId }, this.owner);
    await this.ask('project.remove', {}, this.owner);
    this.#wire.close();
  }

  async token(role: string, more: object = {}): Promise<{ token: string; tokenId: string }> {
    const wish = { role, name: `corpus ${role}`, project: this.project, ...more };
    const { token, tokenId } = made.parse(await this.must('token.create', wish, this.owner));
    this.#tokenIds.push(tokenId);
    return { token, tokenId };
  }

  async agent(id: string, { role = 'coordinator', accepts = 'none', ...wish }: AgentWish = {}): Promise<Agent> {
    const token = wish.token ?? (await this.token('agent')).token;
    const { instance } = wish;
    const profile = { id, role, accepts, ...BEATS_SELDOM, ...(instance !== undefined && { instance }) };
    const { connection } = registered.parse(await this.must('agent.register', profile, bearer(token)));
    return { id, token, connection, headers: asAgent(token, id, connection) };
  }

  /** A command over HTTP, whatever comes of it. */
  async ask(command: string, input: unknown, headers: Headers): Promise<Answer> {
    return this.request('POST', `/api/v1/projects/${this.project}/${command}`, headers, {
      body: JSON.stringify(input),
    });
  }

  /** Everything that goes with these headers. */
  face(headers: Headers): Face {
    return { name: 'HTTP', ask: (command, input) => this.ask(command, input, headers) };
  }

  /** A command that has to work, or nothing that follows would say anything. */
  async must(command: string, input: unknown, headers: Headers): Promise<Answer> {
    const answered = await this.ask(command, input, headers);
    if (!answered.ok) throw new Error(`${command} ${JSON.stringify(input)}: ${JSON.stringify(answered)}`);
    return answered;
  }

  async request(method: string, path: string, headers: Headers, content: Content = {}): Promise<Answer> {
    const { text } = await this.raw(method, path, [['Host', this.hub.host], ...headers], content);
    return answer.parse(JSON.parse(text));
  }

  /** With these headers and no others; status 0 when the hub closes without an answer. */
  async raw(method: string, path: string, headers: Headers, content: Content = {}): Promise<Outcome> {
    const { body = '', wire = this.#wire } = content;
    const head = [...headers, ['Content-Length', String(Buffer.byteLength(body))]] as const;
    const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const outcome = await wire.exchange({
      bytes: Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines}\r\n${body}`),
      broken: !headers.some(([name]) => name === 'Host'),
    });
    if (outcome === 'hangs') throw new Error(`${method} ${path} got no answer`);
    return outcome === 'closed' ? { status: 0, text: '' } : { status: outcome.status, text: outcome.body };
  }
}

export const bearer = (token: string): Headers => [['Authorization', `Bearer ${token}`]];

export const asAgent = (token: string, id: string, connection: number | string): Headers => [
  ...bearer(token),
  ['Signalbox-Agent', id],
  ['Signalbox-Connection', String(connection)],
];

import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { Random } from '../random.ts';
import { type HttpMaterial, httpRequest } from './http-requests.ts';
import { HttpWire } from './http-wire.ts';
import { Inputs } from './inputs.ts';
import { readPublished } from './published.ts';
import { beRude, type RudeOptions } from './rude.ts';
import { Stage } from './stage.ts';
import { type Door, Talker } from './talker.ts';
import { type Finding, TURNED_AWAY, Verdicts } from './verdicts.ts';
import { Witness, type WitnessReport } from './witness.ts';

export interface FuzzOptions {
  url: string;
  /** Of an admin of the whole hub. */
  token: string;
  /** Made for this run, with a second one beside it, and removed after it. */
  project: string;
  frames: number;
  requests: number;
  seed: number;
}

export interface FuzzFigures {
  seed: number;
  /** Written to the wire and read by the hub: each was answered, or the connection stood after it, or ended of it. */
  frames: number;
  /** Answered or ended, and not for their pace alone. */
  requests: number;
  seconds: number;
  /** How often which answer, which status, which end of a connection. */
  kinds: Record<string, number>;
  found: number;
  /** The first of what should never have happened. */
  findings: Finding[];
  witness: WitnessReport;
  /** The process that answers is the one that did before. */
  sameNode: boolean;
}

/** Of all frames: those that break the protocol itself. Most end their connection, and each of those costs a new one. */
const RUDE_SHARE = 0.07;
const TALKERS = 8;
const RUDE_AT_ONCE = 6;
const HTTP_AT_ONCE = 8;
const WAIT_AFTER_REFUSAL_MS = 200;

const health = z.looseObject({ node: z.string() });

/** Sends a hub what it should never be sent, and says what it made of it. */
export async function fuzz(options: FuzzOptions): Promise<FuzzFigures> {
  const { url, frames, requests, seed } = options;
  const hub = new URL(url);
  const started = performance.now();
  const stage = new Stage(options);
  const published = await readPublished(url);
  const verdicts = new Verdicts(published);
  const nodeBefore = await nodeOf(hub);
  await stage.build();
  const witness = await Witness.start({ hub, project: stage.witnessProject, token: stage.witnessToken });
  const random = new Random(seed);
  const inputs = new Inputs(published);
  const rude = counter(Math.round(frames * RUDE_SHARE));
  const polite = counter(frames - rude.left());
  const http = counter(requests);
  const doors = doorsOf(stage);
  const talk = { take: () => polite.take(1) === 1, giveBack: polite.giveBack };
  const talkers = doors.map((door) =>
    new Talker({ hub, door, inputs, random: random.fork(), verdicts, ...talk }).run(),
  );
  const material = { host: hub.host, project: stage.project, inputs, ...(await callersOf(stage)) };
  const rudeOnes = Array.from({ length: RUDE_AT_ONCE }, (_, n) => {
    const own: RudeOptions = {
      hub,
      doors: rudeDoors(stage, n),
      inputs,
      random: random.fork(),
      verdicts,
      take: rude.take,
      giveBack: rude.giveBack,
    };
    return beRude(own);
  });
  const askers = Array.from({ length: HTTP_AT_ONCE }, (_, n) =>
    ask(new HttpWire(hub, addressOf(hub, n)), material, { random: random.fork(), verdicts, ...http }),
  );
  await Promise.all([...talkers, ...rudeOnes, ...askers]);
  const report = await witness.stop();
  await stage.clear();
  return {
    seed,
    frames: frames - polite.left() - rude.left(),
    requests: requests - http.left(),
    seconds: Math.round((performance.now() - started) / 100) / 10,
    kinds: Object.fromEntries(Object.entries(verdicts.kinds).sort(([, a], [, b]) => b - a)),
    found: verdicts.found,
    findings: verdicts.findings,
    witness: report,
    sameNode: (await nodeOf(hub)) === nodeBefore,
  };
}

const nodeOf = async (hub: URL): Promise<string> =>
  health.parse(await (await fetch(new URL('/healthz', hub))).json()).node;

interface Counter {
  /** Up to so many; says how many. */
  take(wanted: number): number;
  giveBack(count: number): void;
  left(): number;
}

function counter(total: number): Counter {
  let left = total;
  return {
    take: (wanted) => {
      const taken = Math.min(wanted, left);
      left -= taken;
      return taken;
    },
    giveBack: (count) => {
      left += count;
    },
    left: () => left,
  };
}

const agentDoor = (token: string, project: string, id: string): Door => ({
  namespace: '/agent',
  auth: {
    token,
    project,
    protocol: 1,
    agent: { id, role: 'speed_developer', instance: `process of ${id}`, accepts: 'none' },
  },
});
const controlDoor = (token: string, project: string): Door => ({
  namespace: '/control',
  auth: { token },
  subscribe: { project },
});

const doorsOf = ({ tokens, project }: Stage): Door[] => [
  ...Array.from({ length: TALKERS }, (_, n) => agentDoor(tokens.agent, project, `talker-${n}`)),
  controlDoor(tokens.viewer, project),
  controlDoor(tokens.operator, project),
  controlDoor(tokens.admin, project),
];

const rudeDoors = ({ tokens, project }: Stage, n: number): Door[] => [
  agentDoor(tokens.agent, project, `rude-${n}`),
  controlDoor(tokens.viewer, project),
];

const registered = z.looseObject({ connection: z.int() });

/** Who asks over HTTP: everybody with a token, and one agent that has registered there. */
async function callersOf(stage: Stage): Promise<Pick<HttpMaterial, 'tokens' | 'agent'>> {
  const authorization = `Bearer ${stage.tokens.agent}`;
  const profile = { id: 'fuzz-http', role: 'coordinator', accepts: 'none' };
  const { connection } = registered.parse(
    await stage.call(stage.project, 'agent.register', profile, { authorization }),
  );
  const agent = { authorization, 'signalbox-agent': profile.id, 'signalbox-connection': String(connection) };
  return { tokens: Object.values(stage.tokens), agent };
}

/** Whoever signs in wrongly too often is told to wait, by its address: all of these are this machine. */
const addressOf = ({ hostname }: URL, n: number): string | undefined =>
  hostname.startsWith('127.') ? `127.0.0.${2 + n}` : undefined;

interface Asker extends Pick<Counter, 'take' | 'giveBack'> {
  random: Random;
  verdicts: Verdicts;
}

async function ask(wire: HttpWire, material: HttpMaterial, { random, verdicts, take, giveBack }: Asker): Promise<void> {
  while (take(1) === 1) {
    const request = httpRequest(material, random);
    const sent = request.bytes.toString('latin1', 0, 600);
    const outcome = await wire.exchange(request);
    if (typeof outcome !== 'string') {
      if (!TURNED_AWAY.has(verdicts.response(outcome, sent))) continue;
      giveBack(1);
      await delay(WAIT_AFTER_REFUSAL_MS);
    } else if (outcome === 'hangs' || !request.broken)
      verdicts.find(`a request that is ${outcome} without an answer`, sent, '');
    else verdicts.count('HTTP closed');
  }
  wire.close();
}

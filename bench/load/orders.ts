import { z } from 'zod';

const fleet = z.string();
const operation = z.enum(['claim', 'release', 'heartbeat', 'next', 'complete', 'createAndComplete', 'day']);
/** Processes whose CPU is read at the very beginning and end of what is measured. */
const pids = z.array(z.int());

/** What the load generator is told to do, one order at a time. */
export const order = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('connect'),
    fleet,
    port: z.int(),
    count: z.int(),
    token: z.string(),
    project: z.string(),
    upWith: z.enum(['namespace', 'welcome']),
    /** The number of the first of them, so that two fleets of a project have different names. */
    from: z.int().optional(),
    /** How its agents take tasks; not at all unless said. */
    accepts: z.enum(['pull', 'none']).optional(),
    pids,
  }),
  z.object({ do: z.literal('watch'), fleet, port: z.int(), count: z.int(), token: z.string(), project: z.string() }),
  /** Each client sends the next when the last is answered, until `total` are answered; none left ends it, too. */
  z.object({ do: z.literal('closed'), fleet, operation, total: z.int(), inFlight: z.int(), pids }),
  z.object({ do: z.literal('open'), fleet, operation, perSecond: z.number(), seconds: z.number(), pids }),
  /** One message after the other, each from a client of `fleet` to the one of `to` with the same place; until it is pushed. */
  z.object({ do: z.literal('push'), fleet, to: fleet, total: z.int(), pids }),
  z.object({ do: z.literal('leave'), fleet }),
  z.object({ do: z.literal('close'), fleet }),
]);
export type Order = z.infer<typeof order>;
export type Of<K extends Order['do']> = Extract<Order, { do: K }>;

export const outcome = z.object({
  done: z.int(),
  elapsedMs: z.number(),
  /** From when the request was due; absent where nothing was asked. */
  latencyMs: z.object({ p50: z.number(), p99: z.number() }).optional(),
  /** In the order of `pids`. */
  cpuMs: z.array(z.number()),
  generatorCpuMs: z.number(),
  /** Of everything that runs here. */
  machineCpuMs: z.number(),
});
export type Outcome = z.infer<typeof outcome>;

export const report = z.union([z.object({ outcome }), z.object({ failed: z.string() })]);
export type Report = z.infer<typeof report>;

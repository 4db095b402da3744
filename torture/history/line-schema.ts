import { z } from 'zod';
import type { Line } from './line.ts';

/** The shape of a line; what is inside of inputs, answers, pushes and records is looked at when it is joined. */
const fields = z.record(z.string(), z.unknown());
const at = z.number();
const ofAgent = { at, agent: z.string(), life: z.string() };
const hub = z.string().exactOptional();
const answer = z.discriminatedUnion('ok', [
  z.looseObject({ ok: z.literal(true), epoch: z.number(), seq: z.number() }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
]);

const lineSchema: z.ZodType<Line> = z.discriminatedUnion('k', [
  z.object({ k: z.literal('call'), ...ofAgent, id: z.string(), command: z.string(), input: fields, hub }),
  z.object({ k: z.literal('again'), at, id: z.string(), hub }),
  z.object({ k: z.literal('answer'), at, id: z.string(), answer }),
  z.object({ k: z.literal('gone'), at, id: z.string(), why: z.enum(['connection', 'patience']) }),
  z.object({ k: z.literal('heard'), ...ofAgent, messageId: z.string(), from: z.string(), n: z.number() }),
  z.object({ k: z.literal('push'), ...ofAgent, event: z.string(), data: fields }),
  z.object({
    k: z.enum(['born', 'ended', 'stopped', 'continued']),
    ...ofAgent,
    drained: z.literal(true).exactOptional(),
  }),
  z.object({ k: z.enum(['harmed', 'healed']), at }),
  z.object({
    k: z.literal('tx'),
    at,
    epoch: z.number(),
    seq: z.number(),
    clock: z.number(),
    actor: z.string(),
    command: z.string(),
    causedBy: z.string().exactOptional(),
    puts: z.array(fields),
    removes: z.array(z.tuple([z.string(), z.string()])),
    entry: z.number().exactOptional(),
  }),
  z.object({
    k: z.literal('reread'),
    at,
    epoch: z.number(),
    seq: z.number(),
    entries: z.number(),
    records: z.number(),
    gone: z.array(z.string()),
    differing: z.array(z.string()),
  }),
  z.object({
    k: z.literal('feed'),
    at,
    watcher: z.string(),
    stands: z.enum(['level', 'behind', 'away']),
    epoch: z.number(),
    seq: z.number(),
  }),
  z.object({
    k: z.literal('picture'),
    at,
    whose: z.enum(['auditor', 'watcher', 'hub']),
    epoch: z.number(),
    seq: z.number(),
    digest: z.string(),
  }),
]);

export const parseLine = (value: unknown): Line => lineSchema.parse(value);

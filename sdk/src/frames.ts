import type { BeatFrame, DiffFrame, PresenceFrame, SnapshotFrame } from '@signalbox/shared/protocol';
import { isObject } from './answer.ts';

/**
 * Parses frames at the door without a schema library: this also runs in browsers. What the sequencer relies on is
 * checked; the fields inside a record are the hub's word. A frame that does not pass counts as lost.
 */
const numbers = (value: Record<string, unknown>, ...names: string[]): boolean =>
  names.every((name) => typeof value[name] === 'number');

const isRecord = (value: unknown): boolean =>
  isObject(value) && typeof value.kind === 'string' && typeof value.id === 'string' && typeof value.rev === 'number';

const isKey = (value: unknown): boolean =>
  Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string';

const listOf = (value: unknown, is: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);

export const isSnapshotFrame = (value: unknown): value is SnapshotFrame =>
  isObject(value) && numbers(value, 'epoch', 'seq', 'clock', 'part', 'of') && listOf(value.records, isRecord);

export const isDiffFrame = (value: unknown): value is DiffFrame =>
  isObject(value) &&
  numbers(value, 'epoch', 'from', 'to', 'clock', 'at') &&
  listOf(value.puts, isRecord) &&
  listOf(value.removes, isKey);

export const isBeatFrame = (value: unknown): value is BeatFrame =>
  isObject(value) &&
  numbers(value, 'epoch', 'seq', 'clock', 'serverTime') &&
  typeof value.node === 'string' &&
  typeof value.digest === 'string';

export const isPresenceFrame = (value: unknown): value is PresenceFrame =>
  isObject(value) && listOf(value.agents, Array.isArray);

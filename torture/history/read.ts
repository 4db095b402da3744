import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { History } from './history.ts';
import { HistoryJoiner } from './join.ts';
import { parseLine } from './line-schema.ts';

/** The history of a run: all `*.jsonl` files of the folder. Throws, naming file and line, when one cannot be read. */
export async function readHistory(folder: string): Promise<History> {
  const joiner = new HistoryJoiner();
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  if (names.length === 0) throw new Error(`${folder} holds no history: there is no *.jsonl file in it.`);
  for (const name of names) await readInto(joiner, join(folder, name));
  return joiner.history();
}

async function readInto(joiner: HistoryJoiner, file: string): Promise<void> {
  let number = 0;
  /** Not known yet to be whole: the last line of a process that was killed may be torn. */
  let broken: { number: number; error: unknown } | undefined;
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    if (broken !== undefined) throw unreadable(file, broken);
    number++;
    const parsed = parseJson(text);
    if (!parsed.ok) {
      broken = { number, error: parsed.error };
      continue;
    }
    try {
      joiner.add(parseLine(parsed.value));
    } catch (error) {
      throw unreadable(file, { number, error });
    }
  }
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; error: unknown } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, error };
  }
}

const unreadable = (file: string, { number, error }: { number: number; error: unknown }): Error =>
  new Error(`${file}:${number} is no line of a history: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createFeed, type Feed } from '@signalbox/sdk/feed';
import type { VisibleRecord } from '@signalbox/shared/records';
import type { TestHub } from '../support/hub.ts';

const CLI = fileURLToPath(new URL('../../cli/bin/signalbox.js', import.meta.url));

export type RecordOfKind<K extends VisibleRecord['kind']> = Extract<VisibleRecord, { kind: K }>;

/** A copy of the project's records that tells when something is so. */
export class Watcher {
  readonly #records = new Map<string, VisibleRecord>();
  readonly #feed: Feed;
  #looks: (() => void)[] = [];

  constructor(hub: TestHub, project: string) {
    this.#feed = createFeed({ url: hub.url, token: hub.ownerToken, project });
    this.#feed.onSnapshot((records) => {
      this.#records.clear();
      this.#put(records);
    });
    this.#feed.onDiff((puts, removes) => {
      for (const [kind, id] of removes) this.#records.delete(`${kind}:${id}`);
      this.#put(puts);
    });
  }

  all<K extends VisibleRecord['kind']>(kind: K): RecordOfKind<K>[] {
    const is = (record: VisibleRecord): record is RecordOfKind<K> => record.kind === kind;
    return [...this.#records.values()].filter(is);
  }

  /** Resolves with the first answer that is not undefined, looked for at every change. */
  until<T>(find: (watcher: Watcher) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find(this);
        if (found === undefined) return;
        this.#looks = this.#looks.filter((other) => other !== look);
        resolve(found);
      };
      this.#looks.push(look);
      look();
    });
  }

  close(): void {
    this.#feed.close();
  }

  #put(records: readonly VisibleRecord[]): void {
    for (const record of records) this.#records.set(`${record.kind}:${record.id}`, record);
    for (const look of [...this.#looks]) look();
  }
}

/** `signalbox demo …` as a person types it, with the hub of the test found by its hub.json. */
export function spawnDemo(hub: TestHub, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const { SIGNALBOX_URL: _url, SIGNALBOX_TOKEN: _token, SIGNALBOX_PROJECT: _project, ...env } = process.env;
  return spawn(process.execPath, [CLI, 'demo', ...args], {
    env: { ...env, XDG_STATE_HOME: hub.stateDir, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The same, followed from its first task on. */
export async function startDemo(hub: TestHub, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const child = spawnDemo(hub, args, more);
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = once(child, 'exit').then(([code]: unknown[]) => code);
  const project = await new Promise<string>((resolve, reject) => {
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      const found = lines.map((line) => /^Project {2}(\S+)$/.exec(line)?.[1]).find((id) => id !== undefined);
      if (found !== undefined) resolve(found);
    });
    void ended.then((code) => reject(new Error(`the demo ended with ${code}: ${errors}`)));
  });
  const watcher = new Watcher(hub, project);
  return {
    project,
    lines,
    watcher,
    process: child,
    ended,
    errors: () => errors,
    /** Whatever happened, nothing is left running. */
    async [Symbol.asyncDispose](): Promise<void> {
      watcher.close();
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

import type { Caller } from '@signalbox/server/domain/decision';
import { decideClaim, decideRelease } from '@signalbox/server/domain/locks';
import { isRefusal } from '@signalbox/shared/errors';
import { InProcess } from './in-process.ts';

const LOCKS_PER_AGENT = 50;
const FILES_PER_FOLDER = 20;

/** A project in this process with so many live claims, each granted by the hub's own decision. */
export class Crowd {
  readonly #project = new InProcess();
  readonly #agents: Caller[] = [];

  constructor(live: number) {
    for (let agent = 0; agent <= live / LOCKS_PER_AGENT; agent++)
      this.#agents.push(this.#project.register({ id: `agent-${agent}`, role: 'speed_developer' }));
    for (let file = 0; file < live; file++) {
      const claimed = this.claim(Math.floor(file / LOCKS_PER_AGENT), pathOf(file));
      if (isRefusal(claimed)) throw new Error(claimed.refused.message);
    }
  }

  claim(agent: number, path: string) {
    this.#project.at++;
    return this.#project.attempt(this.#caller(agent), decideClaim, { paths: [path] });
  }

  /** Ends what the claim was granted, as agents do: a decision taken back would give the next lock the same id again. */
  release(agent: number, { lockId, fence }: { lockId: string; fence: string }): void {
    this.#project.decide(this.#caller(agent), decideRelease, { lockId, fence });
  }

  #caller(agent: number): Caller {
    const who = this.#agents[agent % this.#agents.length];
    if (who === undefined) throw new Error('nobody is there to claim');
    return who;
  }
}

export const pathOf = (file: number): string =>
  `packages/part-${Math.floor(file / FILES_PER_FOLDER / 50)}/src/folder-${Math.floor(file / FILES_PER_FOLDER)}/file-${file}.ts`;

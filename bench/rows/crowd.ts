import { guarded } from '@signalbox/server/commands/run-decision';
import { decideRegister } from '@signalbox/server/domain/agents';
import type { Caller, Decision } from '@signalbox/server/domain/decision';
import { decideClaim, decideRelease } from '@signalbox/server/domain/locks';
import { LedgerDraft } from '@signalbox/server/ledger/draft';
import { Replica } from '@signalbox/server/ledger/replica';
import { isRefusal, type Refusal } from '@signalbox/shared/errors';

const LOCKS_PER_AGENT = 50;
const FILES_PER_FOLDER = 20;

/** A project in this process with so many live claims, each granted by the hub's own decision. */
export class Crowd {
  readonly #draft = new LedgerDraft(new Replica());
  readonly #agents: { agentId: string; connection: number }[] = [];
  #seq = 0;

  constructor(live: number) {
    for (let agent = 0; agent <= live / LOCKS_PER_AGENT; agent++) {
      const profile = { id: `agent-${agent}`, role: 'speed_developer' };
      const registered = this.#decide({ kind: 'hub' }, decideRegister, { profile, via: 'socket' });
      if (isRefusal(registered)) throw new Error(registered.refused.message);
      this.#agents.push({ agentId: profile.id, connection: registered.agent.connection });
    }
    for (let file = 0; file < live; file++) {
      const claimed = this.claim(Math.floor(file / LOCKS_PER_AGENT), pathOf(file));
      if (isRefusal(claimed)) throw new Error(claimed.refused.message);
    }
  }

  claim(agent: number, path: string) {
    return this.#decide(this.#caller(agent), decideClaim, { paths: [path] });
  }

  /** Ends what the claim was granted, as agents do: a decision taken back would give the next lock the same id again. */
  release(agent: number, { lockId, fence }: { lockId: string; fence: string }): void {
    const released = this.#decide(this.#caller(agent), decideRelease, { lockId, fence });
    if (isRefusal(released)) throw new Error(released.refused.message);
  }

  #caller(agent: number): Caller {
    const who = this.#agents[agent % this.#agents.length];
    if (who === undefined) throw new Error('nobody is there to claim');
    return { kind: 'agent', ...who };
  }

  #decide<I, O>(caller: Caller, decision: Decision<I, O>, input: I): O | Refusal {
    const seq = ++this.#seq;
    this.#draft.begin(seq);
    const actor = caller.kind === 'agent' ? caller.agentId : caller.kind;
    return guarded(decision, input)(this.#draft, { caller, actor, clock: seq, at: seq, epoch: 1, seq, node: 'bench' });
  }
}

export const pathOf = (file: number): string =>
  `packages/part-${Math.floor(file / FILES_PER_FOLDER / 50)}/src/folder-${Math.floor(file / FILES_PER_FOLDER)}/file-${file}.ts`;

import { guarded } from '@signalbox/server/commands/run-decision';
import { decideRegister } from '@signalbox/server/domain/agents';
import { actorOf, type Caller, type Decision } from '@signalbox/server/domain/decision';
import { LedgerDraft } from '@signalbox/server/ledger/draft';
import { Replica } from '@signalbox/server/ledger/replica';
import { isRefusal, type Refusal } from '@signalbox/shared/errors';
import type { AgentProfile } from '@signalbox/shared/records/agent';

/** A project in this process: the hub's own decisions on its own indexes, with a clock that is moved by hand. */
export class InProcess {
  readonly replica = new Replica();
  readonly #draft = new LedgerDraft(this.replica);
  #seq = 0;
  /** Milliseconds, of the ledger clock and for people. */
  at = 1;

  /** Runs a decision as the ledger does, without writing it anywhere; a refusal is an error of the measurement. */
  decide<I, O>(caller: Caller, decision: Decision<I, O>, input: I): O {
    const answer = this.attempt(caller, decision, input);
    if (isRefusal(answer)) throw new Error(answer.refused.message);
    return answer;
  }

  attempt<I, O>(caller: Caller, decision: Decision<I, O>, input: I): O | Refusal {
    const seq = ++this.#seq;
    this.#draft.begin(seq);
    const { at } = this;
    return guarded(decision, input)(this.#draft, {
      caller,
      actor: actorOf(caller),
      clock: at,
      at,
      epoch: 1,
      seq,
      node: 'bench',
    });
  }

  /** Registers an agent; the answer is who it is from now on. */
  register(profile: AgentProfile): Caller & { kind: 'agent' } {
    const { agent } = this.decide({ kind: 'hub' }, decideRegister, { profile, via: 'socket' });
    return { kind: 'agent', agentId: agent.id, connection: agent.connection };
  }
}

import type { CommandName, DeclarationOf } from '@signalbox/shared/commands';
import { decideAgentUpdate, decideEvict, decideHeartbeat, decideLeave } from './agents.ts';
import { decideAcknowledge, decideShelve, decideUnshelve } from './alarms.ts';
import {
  decideAccept,
  decideBlock,
  decideCheckpointSave,
  decideComplete,
  decideFail,
  decideNext,
  decideProgress,
  decideReject,
  decideStart,
  decideSubmit,
} from './attempts.ts';
import type { DecisionOf } from './decision.ts';
import { decideDirective, decideReceipt } from './directives.ts';
import { decideCheck, decideClaim, decideForceRelease, decideRelease, decideRenew } from './locks.ts';
import { decideAck, decideSend } from './messages.ts';
import { decideAnswer, decideAsk, decideWithdraw } from './questions.ts';
import {
  decideAssign,
  decideCancel,
  decideCreate,
  decideCreateMany,
  decideRetry,
  decideUnblock,
  decideUpdate,
} from './tasks.ts';
import { decideTransfer } from './transfer.ts';

type ScopeOf<N extends CommandName> = DeclarationOf<N> extends { scope: 'hub' } ? 'hub' : 'project';
type WriteOf<S extends 'hub' | 'project'> = {
  [N in CommandName]: DeclarationOf<N>['kind'] extends 'write' ? (ScopeOf<N> extends S ? N : never) : never;
}[CommandName];

/** Commands decided over the records of their project. Registration is apart: it also needs to know the connection. */
export type ProjectWrite = Exclude<WriteOf<'project'>, 'agent.register'>;

/** One decision per declared command; a command without one does not compile. */
export const DECISIONS: { [N in ProjectWrite]: DecisionOf<N> } = {
  'agent.heartbeat': decideHeartbeat,
  'agent.update': decideAgentUpdate,
  'agent.leave': decideLeave,
  'agent.evict': decideEvict,
  'task.create': decideCreate,
  'task.createMany': decideCreateMany,
  'task.update': decideUpdate,
  'task.next': decideNext,
  'task.start': decideStart,
  'task.progress': decideProgress,
  'task.complete': decideComplete,
  'task.fail': decideFail,
  'task.block': decideBlock,
  'task.unblock': decideUnblock,
  'task.submit': decideSubmit,
  'task.accept': decideAccept,
  'task.reject': decideReject,
  'task.cancel': decideCancel,
  'task.assign': decideAssign,
  'task.retry': decideRetry,
  'checkpoint.save': decideCheckpointSave,
  'lock.claim': decideClaim,
  'lock.renew': decideRenew,
  'lock.release': decideRelease,
  'lock.transfer': decideTransfer,
  'lock.forceRelease': decideForceRelease,
  'lock.check': decideCheck,
  'message.send': decideSend,
  'message.ack': decideAck,
  'directive.send': decideDirective,
  'directive.receipt': decideReceipt,
  'question.ask': decideAsk,
  'question.answer': decideAnswer,
  'question.withdraw': decideWithdraw,
  'alarm.acknowledge': decideAcknowledge,
  'alarm.shelve': decideShelve,
  'alarm.unshelve': decideUnshelve,
};

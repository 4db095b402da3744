import type { z } from 'zod';
import {
  agentEvict,
  agentGet,
  agentHeartbeat,
  agentLeave,
  agentList,
  agentRegister,
  agentUpdate,
} from './commands/agent.ts';
import { alarmAcknowledge, alarmList, alarmShelve, alarmUnshelve } from './commands/alarm.ts';
import { checkpointGet, checkpointSave } from './commands/checkpoint.ts';
import { directiveGet, directiveList, directiveReceipt, directiveSend, directiveVerify } from './commands/directive.ts';
import { healthGet, metricsQuery } from './commands/health.ts';
import { historyList } from './commands/history.ts';
import {
  projectCreate,
  projectExport,
  projectGet,
  projectList,
  projectRemove,
  projectUpdate,
  tokenCreate,
  tokenLink,
  tokenList,
  tokenRevoke,
} from './commands/hub.ts';
import {
  lockCheck,
  lockClaim,
  lockForceRelease,
  lockList,
  lockRelease,
  lockRenew,
  lockTransfer,
} from './commands/lock.ts';
import {
  messageAck,
  messageGet,
  messageInbox,
  messageInboxes,
  messageList,
  messageSend,
  messageThread,
} from './commands/message.ts';
import { questionAnswer, questionAsk, questionList, questionWithdraw } from './commands/question.ts';
import {
  taskAccept,
  taskAssign,
  taskBlock,
  taskCancel,
  taskComplete,
  taskCreate,
  taskCreateMany,
  taskFail,
  taskNext,
  taskProgress,
  taskReject,
  taskRetry,
  taskStart,
  taskSubmit,
  taskUnblock,
  taskUpdate,
} from './commands/task.ts';
import { taskExplain, taskGet, taskList, taskStats } from './commands/task-reads.ts';

/** Every command there is: the list, nothing else. All faces of the hub are made from it. */
export const COMMANDS = [
  agentRegister,
  agentHeartbeat,
  agentUpdate,
  agentLeave,
  agentEvict,
  agentList,
  agentGet,
  taskCreate,
  taskCreateMany,
  taskUpdate,
  taskNext,
  taskStart,
  taskProgress,
  taskComplete,
  taskFail,
  taskBlock,
  taskUnblock,
  taskSubmit,
  taskAccept,
  taskReject,
  taskCancel,
  taskAssign,
  taskRetry,
  taskList,
  taskGet,
  taskExplain,
  taskStats,
  checkpointSave,
  checkpointGet,
  lockClaim,
  lockRenew,
  lockRelease,
  lockTransfer,
  lockForceRelease,
  lockCheck,
  lockList,
  messageSend,
  messageAck,
  messageInbox,
  messageThread,
  messageGet,
  messageInboxes,
  messageList,
  directiveSend,
  directiveReceipt,
  directiveVerify,
  directiveList,
  directiveGet,
  questionAsk,
  questionAnswer,
  questionWithdraw,
  questionList,
  alarmList,
  alarmAcknowledge,
  alarmShelve,
  alarmUnshelve,
  healthGet,
  metricsQuery,
  historyList,
  projectCreate,
  projectUpdate,
  projectExport,
  projectRemove,
  projectList,
  projectGet,
  tokenCreate,
  tokenLink,
  tokenList,
  tokenRevoke,
] as const;

type Declared = (typeof COMMANDS)[number];
export type CommandName = Declared['name'];
export type DeclarationOf<N extends CommandName> = Extract<Declared, { name: N }>;
/** What a client sends. */
export type CommandInput<N extends CommandName> = z.input<DeclarationOf<N>['input']>;
/** What a decision gets: parsed, paths canonical. */
export type ParsedInput<N extends CommandName> = z.output<DeclarationOf<N>['input']>;
export type CommandOutput<N extends CommandName> = z.output<DeclarationOf<N>['output']>;

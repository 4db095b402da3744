import type { z } from 'zod';
import { agentRecord } from './records/agent.ts';
import { alarmRecord } from './records/alarm.ts';
import { directiveRecord, receiptRecord } from './records/directive.ts';
import { hubKeyRecord, linkRecord, projectRecord, tokenRecord } from './records/hub.ts';
import { bodyRecord, counterRecord, inboxRecord, spendingRecord } from './records/internal.ts';
import { lockRecord, waiterRecord } from './records/lock.ts';
import { messageRecord } from './records/message.ts';
import { questionRecord } from './records/question.ts';
import { taskRecord } from './records/task.ts';
import { VISIBLE_KINDS } from './visible-kinds.ts';

/** Every kind of record there is: the list, nothing else. */
export const RECORD_SCHEMAS = {
  agent: agentRecord,
  task: taskRecord,
  lock: lockRecord,
  waiter: waiterRecord,
  message: messageRecord,
  directive: directiveRecord,
  receipt: receiptRecord,
  question: questionRecord,
  alarm: alarmRecord,
  project: projectRecord,
  token: tokenRecord,
  link: linkRecord,
  hubKey: hubKeyRecord,
  body: bodyRecord,
  counter: counterRecord,
  inbox: inboxRecord,
  spending: spendingRecord,
};

export type Kind = keyof typeof RECORD_SCHEMAS;
export type RecordOf<K extends Kind> = z.infer<(typeof RECORD_SCHEMAS)[K]>;
export type AnyRecord = { [K in Kind]: RecordOf<K> }[Kind];
export const KINDS = Object.keys(RECORD_SCHEMAS) as Kind[];

export type VisibleKind = (typeof VISIBLE_KINDS)[number];
export type VisibleRecord = { [K in VisibleKind]: RecordOf<K> }[VisibleKind];
export const isVisible = (kind: string): kind is VisibleKind => (VISIBLE_KINDS as readonly string[]).includes(kind);

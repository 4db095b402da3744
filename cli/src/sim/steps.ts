import type { AskOptions } from '@signalbox/sdk/questions';
import type { Activity } from '@signalbox/shared/records/agent';
import type { TaskResult } from '@signalbox/shared/records/task';

/** Something goes wrong with the agent's machine, its network or its process. */
export type Fault =
  /** The connection is cut; the same process comes back. */
  | { kind: 'drop'; awayMs: number }
  /** The process stands still with its connection open. */
  | { kind: 'freeze'; awayMs: number }
  /** The process ends without a word; later another one starts under this id. */
  | { kind: 'death'; awayMs: number }
  /** The same, but it says that it leaves. */
  | { kind: 'leave'; awayMs: number };

/** Without `paths` the files of whichever task it is. */
export type Claimed = 'files of the task' | 'hot file';

/** One thing an agent intends to do while it has a task. */
export type Step =
  | { do: 'claim'; what: Claimed; paths?: string[]; mode: 'exclusive' | 'shared' }
  | { do: 'release'; what: Claimed }
  | { do: 'progress'; percent: number; activity: Activity }
  | { do: 'checkpoint'; note: string; data: { done: number; of: number } }
  | { do: 'message'; to: string; type: string; body: string; reply: string | undefined }
  | { do: 'ask'; body: string; terms: Required<Pick<AskOptions, 'options' | 'default' | 'deadlineMs' | 'blocking'>> }
  | ({ do: 'fault' } & Fault)
  | { do: 'complete'; result: TaskResult }
  | { do: 'fail'; reason: string }
  | { do: 'block'; reason: string };

/** What an agent intends to do with one task, whichever the hub gives it. */
export interface Job {
  steps: Step[];
}

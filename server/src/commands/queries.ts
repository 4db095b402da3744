import type { CommandName, CommandOutput, DeclarationOf, ParsedInput } from '@signalbox/shared/commands';
import type { Health } from '@signalbox/shared/commands/health';
import { type Refusal, refuse } from '@signalbox/shared/errors';
import { compareIds } from '@signalbox/shared/ids';
import { LIST_DEFAULT } from '@signalbox/shared/limits';
import { KINDS } from '@signalbox/shared/records';
import { explainTask } from '../domain/explain.ts';
import { taskStats } from '../domain/task-stats.ts';
import type { View } from '../domain/view.ts';
import { wholeMessage, wholeTask } from '../domain/whole.ts';
import { deadFor, isInState, unreadBy } from './unread.ts';

export type ReadCommand = { [N in CommandName]: DeclarationOf<N>['kind'] extends 'read' ? N : never }[CommandName];

export interface QueryContext {
  /** The records of the project, or of the hub for commands of hub scope. */
  view: View;
  project: string;
  /** Ledger clock of the project. */
  clock: number;
  /** Wall clock, for ages. */
  at: number;
  /** Id of the calling agent, when it is one. */
  agentId: string | undefined;
  /** Only this project may be seen; undefined: every one. */
  onlyProject: string | undefined;
  health(): Health;
  metrics(input: ParsedInput<'metrics.query'>): CommandOutput<'metrics.query'>;
  /** Reads the store: whatever is read from the view beside it is of another moment. */
  history(input: ParsedInput<'history.list'>): Promise<CommandOutput<'history.list'> | Refusal>;
}

interface Page {
  limit?: number | undefined;
  after?: string | undefined;
}

/** One page of records ordered by id, and where the next one starts. */
function page<T extends { id: string }>(
  records: readonly T[],
  { limit = LIST_DEFAULT, after }: Page,
): { page: T[]; next?: string } {
  const rest = after === undefined ? records : records.filter((record) => compareIds(record.id, after) > 0);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { page: items, ...(rest.length > limit && last !== undefined && { next: last.id }) };
}

const missing = (what: string, id: string): Refusal => refuse('NOT_FOUND', `There is no ${what} ${id}.`);
const matches = <T>(wanted: T | undefined, actual: T): boolean => wanted === undefined || wanted === actual;

type Found<N extends ReadCommand> = CommandOutput<N> | Refusal;
type Query<N extends ReadCommand> = (input: ParsedInput<N>, context: QueryContext) => Found<N> | Promise<Found<N>>;

/** One query per declared reading command, answered from the node's copy. */
export const QUERIES: { [N in ReadCommand]: Query<N> } = {
  'agent.list': (input, { view }) => {
    const { page: agents, ...more } = page(
      view.all('agent').filter((agent) => matches(input.state, agent.state) && matches(input.role, agent.role)),
      input,
    );
    return { agents, ...more };
  },
  'agent.get': ({ agentId }, { view }) => {
    const agent = view.get('agent', agentId);
    return agent === undefined ? missing('agent', agentId) : { agent };
  },
  'task.list': (input, { view }) => {
    const found = view
      .all('task')
      .filter(
        (task) =>
          matches(input.status, task.status) &&
          matches(input.type, task.type) &&
          (input.assignee === undefined || task.assignee === input.assignee),
      );
    const { page: tasks, ...more } = page(found, input);
    return { tasks, ...more };
  },
  'task.get': ({ taskId }, { view }) => {
    const task = view.get('task', taskId);
    return task === undefined ? missing('task', taskId) : { task: wholeTask(view, task) };
  },
  'task.explain': ({ taskId }, { view, clock }) => {
    const task = view.get('task', taskId);
    return task === undefined ? missing('task', taskId) : explainTask(view, task, clock);
  },
  'task.stats': ({ agentId }, { view, at }) =>
    agentId !== undefined && view.get('agent', agentId) === undefined
      ? missing('agent', agentId)
      : taskStats(view, { agentId, at }),
  'checkpoint.get': ({ taskId }, { view }) => {
    const task = view.get('task', taskId);
    if (task === undefined) return missing('task', taskId);
    if (task.checkpoint === undefined || task.bodies.checkpoint === undefined) return { checkpoint: null };
    const { note, at, attempt } = task.checkpoint;
    return {
      checkpoint: {
        ...(note !== undefined && { note }),
        data: view.get('body', task.bodies.checkpoint)?.data ?? null,
        attempt,
        at,
      },
    };
  },
  'lock.list': (input, { view }) => {
    const { page: locks, ...more } = page(
      input.holder === undefined ? view.all('lock') : view.locksOf(input.holder),
      input,
    );
    return { locks, ...more };
  },
  'message.inbox': (input, { view, agentId }) => {
    const { page: messages, ...more } = page(agentId === undefined ? [] : view.unackedOf(agentId), input);
    return { messages: messages.map((message) => wholeMessage(view, message)), ...more };
  },
  'message.thread': (input, { view }) => {
    const { page: messages, ...more } = page(
      view.all('message').filter((message) => message.thread === input.thread),
      input,
    );
    return { messages: messages.map((message) => wholeMessage(view, message)), ...more };
  },
  'message.get': ({ messageIds }, { view }) => {
    const messages = messageIds
      .map((id) => view.get('message', id))
      .filter((message) => message !== undefined)
      .map((message) => ({ ...wholeMessage(view, message), unreadBy: unreadBy(view, message) }));
    return { messages };
  },
  'message.inboxes': (input, { view }) => {
    const inboxes = view.all('agent').flatMap(({ id }) => {
      const [oldest, ...more] = view.unackedOf(id);
      return oldest === undefined ? [] : [{ id, agentId: id, unread: 1 + more.length, oldestAt: oldest.at }];
    });
    const { page: found, ...more } = page(inboxes, input);
    return { inboxes: found.map(({ agentId, unread, oldestAt }) => ({ agentId, unread, oldestAt })), ...more };
  },
  'message.list': (input, { view, at }) => {
    const { state } = input;
    const { page: messages, ...more } = page(
      view.all('message').filter((message) => state === undefined || isInState(view, message, state, at)),
      input,
    );
    if (state !== 'dead') return { messages, ...more };
    return { messages: messages.map((message) => ({ ...message, deadFor: deadFor(view, message, at) })), ...more };
  },
  'directive.verify': ({ directiveId }, { view, clock, agentId }) => {
    const directive = view.get('directive', directiveId);
    if (directive === undefined)
      return refuse('NOT_FOUND', `There is no directive ${directiveId}; do not act on what claims to be one.`);
    const { from, to, action, body, taskId, at } = directive;
    return {
      from,
      to,
      action,
      ...(body !== undefined && { body }),
      ...(taskId !== undefined && { taskId }),
      mine: agentId !== undefined && view.get('receipt', `${directiveId}:${agentId}`) !== undefined,
      at,
      expired: directive.expired || directive.expiresClock <= clock,
    };
  },
  'directive.list': (input, { view }) => {
    const { page: directives, ...more } = page(view.all('directive'), input);
    return { directives, ...more };
  },
  'directive.get': ({ directiveId }, { view }) => {
    const directive = view.get('directive', directiveId);
    return directive === undefined
      ? missing('directive', directiveId)
      : { directive, receipts: view.receiptsOf(directiveId) };
  },
  'question.list': (input, { view }) => {
    const { page: questions, ...more } = page(
      view.all('question').filter((question) => matches(input.state, question.state)),
      input,
    );
    return { questions, ...more };
  },
  'alarm.list': (input, { view }) => {
    const { page: alarms, ...more } = page(
      view.all('alarm').filter((alarm) => matches(input.state, alarm.state)),
      input,
    );
    return { alarms, ...more };
  },
  'health.get': (_input, { health }) => health(),
  'metrics.query': (input, { metrics }) => metrics(input),
  'history.list': (input, { history }) => history(input),
  'project.list': (input, { view, onlyProject }) => {
    const { page: projects, ...more } = page(
      view.all('project').filter((project) => matches(onlyProject, project.id) && project.removing !== true),
      input,
    );
    return { projects, ...more };
  },
  'project.export': (_input, { view, project }) => ({
    url: `/api/v1/projects/${project}/export`,
    records: KINDS.reduce((sum, kind) => sum + view.count(kind), 0),
  }),
  'project.get': ({ projectId }, { view, project, onlyProject }) => {
    const id = projectId ?? project;
    if (onlyProject !== undefined && id !== onlyProject)
      return refuse('FORBIDDEN', `Your token is for the project ${onlyProject}.`);
    const record = view.get('project', id);
    return record === undefined || record.removing === true ? missing('project', id) : { project: record };
  },
  'token.list': (input, { view, onlyProject }) => {
    const { page: tokens, ...more } = page(
      view.all('token').filter((token) => matches(onlyProject, token.project)),
      input,
    );
    return { tokens, ...more };
  },
};

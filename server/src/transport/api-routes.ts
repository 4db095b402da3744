import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import { FRAME_MAX_BYTES } from '@signalbox/shared/limits';
import type { Ack } from '@signalbox/shared/protocol';
import { json, type Request, Router } from 'express';
import { parseInput } from '../commands/parse.ts';
import type { Projects } from '../project.ts';
import { actorKey } from './actor-key.ts';
import { declarationOf } from './declarations.ts';
import type { Dispatch } from './dispatch.ts';
import { exportRoute } from './export-route.ts';
import type { Gate } from './gate.ts';
import { sendAck, sendRefusal } from './http-answer.ts';
import { authenticate, type CallerRules, readAgent, readSeen, refuseForged } from './http-caller.ts';
import type { Principal } from './principal.ts';
import { queryInput } from './query-input.ts';
import { readableByGet } from './readable.ts';
import { refuseProject } from './scope.ts';
import type { SettleInTime } from './settle-in-time.ts';
import { failed } from './socket-commands.ts';

export interface ApiOptions extends CallerRules {
  projects: Projects;
  dispatch: Dispatch;
  gate: Gate;
  inTime: SettleInTime;
}

/** What of a request says who asks, and from which state on. */
type Asked = Pick<Request, 'headers'>;

interface Address {
  project: string;
  command: string;
}

interface Input {
  value: unknown;
  bytes: number;
}

/** `/api/v1/projects/{project}/{command}`: every declared command, by POST; those that only read by GET, too. */
export function apiRoutes(options: ApiOptions): Router {
  const router = Router();
  const bytesOf = new WeakMap<object, number>();
  const principals = new WeakMap<object, Principal>();
  router.use(async (request, response, next) => {
    const principal = await authenticate(request, options);
    if (isRefusal(principal)) return sendRefusal(response, principal);
    principals.set(request, principal);
    next();
  });
  // Whatever it calls itself: curl's default is a form.
  const body = json({
    limit: FRAME_MAX_BYTES,
    type: () => true,
    strict: false,
    verify: (request, _response, raw) => void bytesOf.set(request, raw.length),
  });
  const answer = async (request: Asked, address: Address, input: Input): Promise<Ack<object>> => {
    const principal = principals.get(request);
    if (principal === undefined) throw new Error('a request nobody has authenticated');
    return call({ options, request, address, principal, input });
  };
  router.post('/projects/:project/:command', body, async (request, response) => {
    const input = { value: request.body, bytes: bytesOf.get(request) ?? 0 };
    sendAck(response, await answer(request, request.params, input));
  });
  router.get(
    '/projects/:project/export',
    exportRoute({
      projects: options.projects,
      ask: (request, project) => answer(request, { project, command: 'project.export' }, { value: {}, bytes: 0 }),
    }),
  );
  router.get('/projects/:project/:command', async (request, response) => {
    const { command } = request.params;
    const declaration = declarationOf(command);
    if (declaration !== undefined && !readableByGet(declaration))
      return sendRefusal(
        response,
        refuse('BAD_INPUT', `${command} changes something; send it by POST with a JSON body.`),
      );
    const query = new URL(request.url, 'http://hub').search;
    const value = declaration === undefined ? {} : queryInput(declaration, new URLSearchParams(query));
    sendAck(response, await answer(request, request.params, { value, bytes: query.length }));
  });
  return router;
}

interface Call {
  options: ApiOptions;
  request: Asked;
  address: Address;
  principal: Principal;
  input: Input;
}

async function call({ options, request, address, principal, input }: Call): Promise<Ack<object>> {
  const { project, command } = address;
  const seen = readSeen(request.headers);
  if (isRefusal(seen)) return failed(seen);
  const agent = readAgent(request.headers, principal, declarationOf(command));
  if (isRefusal(agent)) return failed(refuseProject(principal, project) ?? agent);
  const actor = agent === undefined ? actorKey(principal) : `${project}/${agent.agentId}`;
  const notNow = options.gate.refuse(actor, command);
  if (notNow !== undefined) return failed(notNow);
  const open = agent === undefined ? undefined : options.projects.get(project);
  if (agent !== undefined && open !== undefined && refuseProject(principal, project) === undefined) {
    const forged = await options.inTime.run<Refusal | undefined>(
      refuseForged(open, agent, principal.tokenId),
      unavailable,
    );
    if (forged !== undefined) return failed(refuseInput(command, input) ?? forged);
  }
  return options.dispatch({
    project,
    command,
    input: input.value,
    bytes: input.bytes,
    principal,
    agent,
    seen,
    via: 'http',
  });
}

/** What is wrong with the input comes before what is wrong with the state. */
function refuseInput(command: string, { value, bytes }: Input): Refusal | undefined {
  const declaration = declarationOf(command);
  const parsed = declaration === undefined ? undefined : parseInput(declaration, value, bytes);
  return isRefusal(parsed) ? parsed : undefined;
}

const unavailable = (): Refusal =>
  refuse('STORAGE_UNAVAILABLE', 'Redis does not answer; send it again after the delay.');

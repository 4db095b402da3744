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
import { type AgentCaller, authenticate, type CallerRules, readAgent, readSeen, refuseForged } from './http-caller.ts';
import type { Principal } from './principal.ts';
import { queryInput } from './query-input.ts';
import { readableByGet } from './readable.ts';
import { refuseProject } from './scope.ts';
import { type SettleInTime, unanswered } from './settle-in-time.ts';
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
    const { command } = address;
    // All of it together: who asks is looked up in the ledger, too.
    return options.inTime.run<Ack<object>>(call({ options, request, address, principal, input }), () =>
      failed(unanswered(command)),
    );
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
  const said = await readCaller({ options, request, address, principal, input });
  // Only who it is pays as an agent: whatever else somebody sends under its name is the sender's own.
  const actor = isRefusal(said) || !said.verified ? actorKey(principal) : `${project}/${said.agent.agentId}`;
  const notNow = options.gate.refuse(actor, command);
  if (notNow !== undefined) return failed(notNow);
  if (isRefusal(seen)) return failed(seen);
  if (isRefusal(said)) return failed(said);
  return options.dispatch({
    project,
    command,
    input: input.value,
    bytes: input.bytes,
    principal,
    agent: said.agent,
    seen,
    via: 'http',
  });
}

type Caller = { verified: true; agent: AgentCaller } | { verified: false; agent: AgentCaller | undefined };

/** The agent that the headers name, and whether it is that one; not asked where the answer is no whoever it is. */
async function readCaller({ options, request, address, principal, input }: Call): Promise<Caller | Refusal> {
  const { project, command } = address;
  const agent = readAgent(request.headers, principal, declarationOf(command));
  const foreign = refuseProject(principal, project);
  if (isRefusal(agent)) return foreign ?? agent;
  const open = options.projects.get(project);
  if (agent === undefined || open === undefined || foreign !== undefined) return { verified: false, agent };
  const forged = await refuseForged(open, agent, principal.tokenId);
  return forged === undefined ? { verified: true, agent } : (refuseInput(command, input) ?? forged);
}

/** What is wrong with the input comes before what is wrong with the state. */
function refuseInput(command: string, { value, bytes }: Input): Refusal | undefined {
  const declaration = declarationOf(command);
  const parsed = declaration === undefined ? undefined : parseInput(declaration, value, bytes);
  return isRefusal(parsed) ? parsed : undefined;
}

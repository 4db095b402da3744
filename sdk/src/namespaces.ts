import type { AGENT_NAMESPACE, CONTROL_NAMESPACE, SOCKET_PATH as PATH } from '@signalbox/shared/protocol';

/** The values of `shared/protocol`, held equal by the compiler: importing them would bring the schema library along. */
export const SOCKET_PATH: typeof PATH = '/socket.io';
export const AGENT: typeof AGENT_NAMESPACE = '/agent';
export const CONTROL: typeof CONTROL_NAMESPACE = '/control';

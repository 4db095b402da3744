/** Where and how the hub is spoken to. Apart from the schemas, so that a browser gets these words without a parser. */
export const PROTOCOL_VERSION = 1;
export const SOCKET_PATH = '/socket.io';
export const AGENT_NAMESPACE = '/agent';
export const CONTROL_NAMESPACE = '/control';
/** Headers of HTTP callers that act as an agent. */
export const HEADER_AGENT = 'signalbox-agent';
export const HEADER_CONNECTION = 'signalbox-connection';
export const HEADER_SEEN = 'signalbox-seen';

/**
 * Which names this hub may be called by. A page of another site can make a browser send requests here, and a name
 * somebody else controls can be pointed at this address (DNS rebinding): `Origin` and `Host` are what tells them apart.
 */
export interface HostRule {
  /** The `Host` header names this hub. */
  allows(host: string | undefined): boolean;
  /** The `Origin` header is this hub's own page, as called by that `Host`. */
  isOwnOrigin(origin: string, host: string | undefined): boolean;
}

export interface HostOptions {
  /** The configured address. */
  host: string;
  /** Known once it listens. */
  port(): number;
  behindTlsProxy: boolean;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
/** A name, an IPv4 or a bracketed IPv6 address, maybe with a port. */
const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/;
const HTTP_PORT = 80;

export function createHostRule({ host, port, behindTlsProxy }: HostOptions): HostRule {
  const names = new Set([...LOOPBACK_NAMES, host.includes(':') ? `[${host}]` : host].map((name) => name.toLowerCase()));
  const allows = (header: string | undefined): boolean => {
    const [, name, portText] = HOST.exec(header?.toLowerCase() ?? '') ?? [];
    if (name === undefined) return false;
    // Its public name is known to the proxy alone, which passes on only what is meant for the hub.
    return behindTlsProxy || (names.has(name) && Number(portText ?? HTTP_PORT) === port());
  };
  const schemes = behindTlsProxy ? ['https', 'http'] : ['http'];
  return {
    allows,
    isOwnOrigin: (origin, header) =>
      allows(header) && schemes.some((scheme) => origin.toLowerCase() === `${scheme}://${header?.toLowerCase()}`),
  };
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What is shorter can be guessed; what is empty, as after a full disk, everybody knows. */
export const SECRET_MIN_LENGTH = 32;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

type LogLevel = (typeof LOG_LEVELS)[number];

export interface Config {
  host: string;
  port: number;
  /** A port somebody asked for is never silently replaced by a free one. */
  portIsExplicit: boolean;
  dataDir: string;
  redis: { kind: 'external'; url: string } | { kind: 'embedded'; server: string; lib: string | undefined };
  /** `undefined`: made at the first start and kept in the data folder. */
  ownerToken: string | undefined;
  /** Where it was read from; `undefined`: it is not in a file of the user's own. */
  ownerTokenFile: string | undefined;
  /** `undefined`: made at the first start and kept in the data folder. */
  hubKeyFile: string | undefined;
  behindTlsProxy: boolean;
  logLevel: LogLevel;
  /** Start the demo once the hub is ready. */
  demo: boolean;
  help: boolean;
}

export type ParsedConfig = { ok: true; config: Config } | { ok: false; faults: string[] };

export interface Setting {
  /** Absent: by flag only. */
  env?: string;
  /** Absent: by environment only, as secrets are (every user of a machine can read a command line). */
  flag?: string;
  /** What the value looks like, as the help shows it; absent: a switch that takes none. */
  value?: string;
  /** The default as the help shows it, and the value itself where it is a plain text. */
  fallback: string;
  about: string;
}

/** Every setting of the hub, once: parsed, documented and compared with the container files from here. */
export const SETTINGS = {
  host: {
    env: 'SIGNALBOX_HOST',
    flag: 'host',
    value: 'ADDRESS',
    fallback: '127.0.0.1',
    about: 'address to listen on; beyond loopback only with --behind-tls-proxy',
  },
  port: {
    env: 'SIGNALBOX_PORT',
    flag: 'port',
    value: 'PORT',
    fallback: '3334',
    about: 'port to listen on; the default moves to the next free one, 0 takes any free one',
  },
  dataDir: {
    env: 'SIGNALBOX_DATA_DIR',
    flag: 'data-dir',
    value: 'FOLDER',
    fallback: '.signalbox',
    about: 'where the hub keeps its ledger, token and key; made with mode 0700',
  },
  redisUrl: {
    env: 'SIGNALBOX_REDIS_URL',
    flag: 'redis-url',
    value: 'URL',
    fallback: '',
    about: 'a Redis of your own, redis://host:6379 (default: an embedded one)',
  },
  redisServer: {
    env: 'SIGNALBOX_REDIS_SERVER',
    value: 'PATH',
    fallback: 'redis-server',
    about: 'program of the embedded Redis, redis-server or valkey-server, 7.0 or newer',
  },
  redisLib: {
    env: 'SIGNALBOX_REDIS_LIB',
    value: 'FOLDER',
    fallback: '',
    about: 'libraries of that program, when it is a private copy',
  },
  ownerToken: {
    env: 'SIGNALBOX_OWNER_TOKEN',
    value: 'SECRET',
    fallback: '',
    about: `owner token for automation, ${SECRET_MIN_LENGTH} characters or more (default: made at the first start)`,
  },
  ownerTokenFile: {
    env: 'SIGNALBOX_OWNER_TOKEN_FILE',
    flag: 'owner-token-file',
    value: 'FILE',
    fallback: '',
    about: 'file to read the owner token from',
  },
  hubKeyFile: {
    env: 'SIGNALBOX_HUB_KEY_FILE',
    flag: 'hub-key-file',
    value: 'FILE',
    fallback: '',
    about: 'key that signs tokens and cookies, the same for all nodes (default: made in the data folder)',
  },
  behindTlsProxy: {
    env: 'SIGNALBOX_BEHIND_TLS_PROXY',
    flag: 'behind-tls-proxy',
    fallback: 'off',
    about: 'a proxy in front of the hub speaks TLS, so it may listen beyond loopback',
  },
  logLevel: {
    env: 'SIGNALBOX_LOG_LEVEL',
    flag: 'log-level',
    value: 'LEVEL',
    fallback: 'info',
    about: `one of ${LOG_LEVELS.join(' ')}`,
  },
  demo: { flag: 'demo', fallback: 'off', about: 'show a small fleet at work once the hub is ready' },
  help: { flag: 'help', fallback: 'off', about: 'show this' },
} satisfies Record<string, Setting>;

/** Reads flags and environment (a flag wins) and finds all faults at once. Relative paths start at `cwd`. */
export function parseConfig(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): ParsedConfig {
  const faults: string[] = [];
  const flags = parseFlags(argv, faults);
  const given = (setting: Setting): Given | undefined => {
    const flag = setting.flag === undefined ? undefined : flags.get(setting.flag);
    if (flag !== undefined) return { name: `--${setting.flag}`, text: flag };
    const text = setting.env === undefined ? undefined : env[setting.env];
    // An empty variable is how container files say "not set".
    return text === undefined || text === '' ? undefined : { name: setting.env ?? '', text };
  };
  const path = (setting: Setting): string | undefined => {
    const text = given(setting)?.text;
    return text === undefined ? undefined : resolve(cwd, text);
  };
  const port = given(SETTINGS.port);
  // Brackets belong to a URL: what listens takes the bare address.
  const host = (given(SETTINGS.host)?.text ?? SETTINGS.host.fallback).replace(/^\[(.+)\]$/, '$1');
  const behindTlsProxy = parseSwitch(given(SETTINGS.behindTlsProxy), faults);
  if (!behindTlsProxy && !isLoopback(host)) {
    faults.push(
      `${given(SETTINGS.host)?.name} ${host} can be reached from other machines and the hub itself speaks no TLS: ` +
        'put a TLS proxy in front of it and add --behind-tls-proxy, or listen on 127.0.0.1.',
    );
  }
  const config: Config = {
    host,
    port: parsePort(port ?? { name: '--port', text: SETTINGS.port.fallback }, faults),
    portIsExplicit: port !== undefined,
    dataDir: path(SETTINGS.dataDir) ?? resolve(cwd, SETTINGS.dataDir.fallback),
    redis: parseRedisUrl(given(SETTINGS.redisUrl), faults) ?? {
      kind: 'embedded',
      server: given(SETTINGS.redisServer)?.text ?? SETTINGS.redisServer.fallback,
      lib: given(SETTINGS.redisLib)?.text,
    },
    ownerTokenFile: path(SETTINGS.ownerTokenFile),
    ownerToken: parseOwnerToken(given(SETTINGS.ownerToken), path(SETTINGS.ownerTokenFile), faults),
    hubKeyFile: path(SETTINGS.hubKeyFile),
    behindTlsProxy,
    logLevel: parseLogLevel(given(SETTINGS.logLevel), faults),
    demo: flags.has('demo'),
    help: flags.has('help'),
  };
  return faults.length === 0 ? { ok: true, config } : { ok: false, faults };
}

/** The text of --help. */
export function describeSettings(): string {
  const rows: readonly Setting[] = Object.values(SETTINGS);
  const lines = rows.map(({ env, flag, value, fallback, about }) => {
    const left = flag === undefined ? '' : `--${flag}${value === undefined ? '' : ` ${value}`}`;
    const note = value === undefined || fallback === '' ? '' : ` (default ${fallback})`;
    return `  ${left.padEnd(27)}${(env ?? '').padEnd(28)}${about}${note}`;
  });
  return ['Usage: npm start -- [flags]        A flag wins over its environment variable.', '', ...lines].join('\n');
}

/** A setting somebody wrote down, with the name it was given under, for the fault. */
interface Given {
  name: string;
  text: string;
}

function parseFlags(argv: readonly string[], faults: string[]): Map<string, string> {
  const rows: readonly Setting[] = Object.values(SETTINGS);
  const options = Object.fromEntries(
    rows.flatMap(({ flag, value }) =>
      flag === undefined ? [] : [[flag, { type: value === undefined ? ('boolean' as const) : ('string' as const) }]],
    ),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const flags = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      faults.push(`"${token.value}" is no setting: see --help.`);
      continue;
    }
    const known =
      Object.hasOwn(options, token.name) && token.rawName.startsWith('--') ? options[token.name] : undefined;
    if (!known) faults.push(`${token.rawName} is no setting: see --help.`);
    else if (known.type === 'string' && !token.value) faults.push(`${token.rawName} needs a value: see --help.`);
    else if (known.type === 'boolean' && token.value) faults.push(`${token.rawName} takes no value.`);
    else flags.set(token.name, token.value ?? 'on');
  }
  return flags;
}

function parsePort({ name, text }: Given, faults: string[]): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) faults.push(`${name} must be a number from 0 to 65535, not "${text}".`);
  return port;
}

function parseSwitch(given: Given | undefined, faults: string[]): boolean {
  if (given === undefined) return false;
  if (['1', 'true', 'yes', 'on'].includes(given.text.toLowerCase())) return true;
  if (['0', 'false', 'no', 'off'].includes(given.text.toLowerCase())) return false;
  faults.push(`${given.name} must be on or off, not "${given.text}".`);
  return false;
}

function parseLogLevel(given: Given | undefined, faults: string[]): LogLevel {
  if (given === undefined) return 'info';
  const level = LOG_LEVELS.find((word) => word === given.text);
  if (level === undefined) faults.push(`${given.name} must be one of ${LOG_LEVELS.join(' ')}, not "${given.text}".`);
  return level ?? 'info';
}

/** The fault never repeats the URL: a password may be in it. */
function parseRedisUrl(given: Given | undefined, faults: string[]): Config['redis'] | undefined {
  if (given === undefined) return undefined;
  if (!/^rediss?:\/\/[^\s/]+(\/\d+)?$/.test(given.text) || !URL.canParse(given.text)) {
    faults.push(`${given.name} must look like redis://host:6379 or rediss://user:password@host:6379/0.`);
  }
  return { kind: 'external', url: given.text };
}

function parseOwnerToken(given: Given | undefined, file: string | undefined, faults: string[]): string | undefined {
  if (given !== undefined && file !== undefined) {
    faults.push(`${given.name} and ${SETTINGS.ownerTokenFile.env} are both set: keep one of them.`);
    return undefined;
  }
  const token = file === undefined ? given?.text : readToken(file, faults);
  if (token !== undefined && (token.length < SECRET_MIN_LENGTH || /\s/.test(token))) {
    const name = given?.name ?? `The owner token in ${file}`;
    faults.push(`${name} must be ${SECRET_MIN_LENGTH} characters or more, without spaces.`);
  }
  return token;
}

function readToken(file: string, faults: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    faults.push(`${SETTINGS.ownerTokenFile.env}: ${file} can't be read (${why}): make it, or leave the setting out.`);
    return undefined;
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { TestHub } from '../support/hub.ts';
import type { Snippet } from './snippets.ts';

/** The one thing of a page that is another in a test: where the hub is. */
const PRINTED_ADDRESS = 'http://127.0.0.1:3334';
/** How a program that stands on a page begins: where to put it, and how to run it. */
const HOW_TO_RUN = /^(?:\/\/|#) (\S+) — run it with: (?:SIGNALBOX_TOKEN=… )?(.+)\n/;

/** A snippet under way. */
export interface Run {
  output(): string;
  /** Resolves when it has ended well; rejects with what it printed. */
  readonly succeeded: Promise<void>;
  readonly child: ChildProcess;
}

/**
 * Somebody who does what stands on a page, from top to bottom, far from the repository: each section in an empty folder
 * of its own, with a home directory of his own. `npx signalbox` is there as it is in a clone: the package of the hub.
 */
export class Reader {
  readonly hub: TestHub;
  readonly home: string;
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #running: Run[] = [];
  /** The last token of an agent that a snippet printed. */
  token: string | undefined;

  private constructor(hub: TestHub, root: string, env: NodeJS.ProcessEnv) {
    this.hub = hub;
    this.#root = root;
    this.home = join(root, 'home');
    this.#env = env;
  }

  static begin(hub: TestHub, python: string): Reader {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'reader-')));
    mkdirSync(join(root, 'home'));
    const env = { ...environmentOf(root, python), XDG_STATE_HOME: hub.stateDir };
    execFileSync('npm', ['install', '--global', `${hub.url}/dl/signalbox.tgz`], { cwd: root, env });
    return new Reader(hub, root, env);
  }

  /** Whoever comes to a later page has from the README a project and a token of it. */
  async afterTheReadme(): Promise<void> {
    if (this.token !== undefined) return;
    await this.hub.call('my-project', 'project.create', { id: 'my-project' });
    const { token } = await this.hub.call('my-project', 'token.create', { role: 'agent', project: 'my-project' });
    this.token = String(token);
  }

  /** Does what the snippet says. */
  start(snippet: Snippet): Run {
    const folder = this.folderOf(snippet.file, snippet.section);
    const code = snippet.code.replaceAll(PRINTED_ADDRESS, this.hub.url);
    const command =
      snippet.language === 'sh' || snippet.language === 'bash' ? code : saveProgram(folder, snippet, code);
    const shell = snippet.language === 'bash' ? 'bash' : 'sh';
    const token = code.includes('SIGNALBOX_TOKEN') ? { SIGNALBOX_TOKEN: this.token } : {};
    const child = spawn(shell, ['-e', '-c', command], {
      cwd: folder,
      env: { ...this.#env, ...token },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        this.token = /\bsb_agent_[\w-]+/.exec(output)?.[0] ?? this.token;
      });
    const succeeded = once(child, 'close').then(([code]: unknown[]) => {
      if (code !== 0) throw new Error(`${snippet.file}:${snippet.line} ended with ${code}:\n${output}`);
    });
    succeeded.catch(() => {});
    const run = { child, succeeded, output: () => output };
    this.#running.push(run);
    return run;
  }

  folderOf(...names: string[]): string {
    const folder = join(this.#root, ...names.map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')));
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** What a program answers that is asked beside the page. */
  ask(program: string, args: readonly string[], cwd = this.#root): string {
    return execFileSync(program, args, { cwd, env: this.#env, encoding: 'utf8' }).trim();
  }

  /** Ctrl-C for everything the page left running; resolves when it has ended. */
  async interrupt(): Promise<void> {
    this.#signal('SIGINT');
    await Promise.allSettled(this.#running.map(({ succeeded }) => succeeded));
  }

  close(): void {
    this.#signal('SIGKILL');
    rmSync(this.#root, { recursive: true, force: true });
  }

  #signal(signal: NodeJS.Signals): void {
    for (const { child } of this.#running)
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
        process.kill(-child.pid, signal);
  }
}

/** Puts a program where it says, and resolves with how it is run. */
function saveProgram(folder: string, { file, line }: Snippet, code: string): string {
  const [, name, command] = HOW_TO_RUN.exec(code) ?? [];
  if (name === undefined || command === undefined)
    throw new Error(`${file}:${line} must begin with a comment: NAME — run it with: COMMAND`);
  writeFileSync(join(folder, name), code);
  return `exec ${command}`;
}

/** Ours, without what npm and the project tell their programs; npm's own settings and cache are the machine's. */
function environmentOf(root: string, python: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|SIGNALBOX_|INIT_CWD$)/i.test(name));
  const prefix = join(root, 'global');
  return {
    ...Object.fromEntries(own),
    HOME: join(root, 'home'),
    PATH: [join(prefix, 'bin'), dirname(python), process.env.PATH].join(delimiter),
    npm_config_prefix: prefix,
    npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
    npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
    npm_config_prefer_offline: 'true',
    npm_config_update_notifier: 'false',
  };
}

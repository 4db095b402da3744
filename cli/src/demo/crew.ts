import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Member } from './roster.ts';
import type { DemoSettings } from './settings.ts';

const LEAVE_WITHIN_MS = 5_000;
/** Beside this file, whether it runs from source or built. */
const AGENT = fileURLToPath(new URL(`./agent${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));

export interface CrewOptions {
  settings: Omit<DemoSettings, 'member'>;
  /** How this agent finds the hub. */
  env(member: Member): Record<string, string>;
  onGone(member: Member, how: string): void;
}

/** The agent processes. One that dies is not started again: the others finish its work. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #children = new Map<string, ChildProcess>();
  #ending = false;

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  get alive(): string[] {
    return [...this.#children.keys()];
  }

  /** Resolves with the pid when the hub knows the agent; rejects when it ends before. */
  start(member: Member): Promise<number> {
    // It would never be told to leave.
    if (this.#ending) return Promise.reject(new Error(`${member.id} is not needed any more`));
    const child = fork(AGENT, [JSON.stringify({ ...this.#options.settings, member: member.id })], {
      env: { ...process.env, ...this.#options.env(member), SIGNALBOX_AGENT: member.id },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#children.set(member.id, child);
    return new Promise((resolve, reject) => {
      child.once('message', () => resolve(child.pid ?? 0));
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        this.#children.delete(member.id);
        const how = signal === null ? `exit code ${code}` : signal;
        reject(new Error(`${member.id} ended with ${how}`));
        if (!this.#ending) this.#options.onGone(member, how);
      });
    });
  }

  /** Every agent leaves the hub and ends; one that does not within five seconds is killed. */
  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all(
      [...this.#children.values()].map(async (child) => {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), LEAVE_WITHIN_MS);
        await gone;
        clearTimeout(timer);
      }),
    );
  }
}

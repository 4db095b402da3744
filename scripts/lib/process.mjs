import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const GENTLE_MS = 5_000;

/** Programs that run: child → how to interrupt it. */
const running = new Map();
let interrupted = false;

/**
 * Runs a program in a process group of its own and resolves with { code, output }; it never rejects.
 * `show: true` lets it write to the terminal, otherwise its output is kept for the caller.
 * `interrupt` says what a Ctrl-C does to it: `gently` asks it to end and kills it when it doesn't, `at once` kills
 * it, `never` waits for it (a package manager of the system that is killed leaves the system half installed).
 */
export function run(command, args, { cwd, env = process.env, show = false, interrupt = 'gently' } = {}) {
  return new Promise((resolve) => {
    const stdio = show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { cwd, env, stdio, detached: true });
    running.set(child, interrupt);
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    const end = (code) => {
      running.delete(child);
      // Whoever waits for a program that was ended by Ctrl-C must not go on to the next step.
      if (!interrupted) resolve({ code, output });
    };
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}

const execute = promisify(execFile);

/** What a quick question to a program prints, or undefined when it fails or isn't there. */
export async function ask(command, args, options = {}) {
  try {
    const { stdout } = await execute(command, args, { timeout: 20_000, maxBuffer: 64 * 1024 * 1024, ...options });
    return stdout;
  } catch {
    return undefined;
  }
}

/**
 * Until the returned function is called, Ctrl-C and SIGTERM end every program started by `run`, with all
 * its children, then `cleanup`, then this process.
 */
export function endChildrenOnSignal(cleanup = () => {}) {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const onSignal = (name) => {
    if (interrupted) return;
    interrupted = true;
    if ([...running.values()].includes('never')) console.error('\nStopping as soon as the system is in order again …');
    void Promise.all([...running].map(([child, how]) => endGroup(child, how, name))).then(() => {
      cleanup();
      process.exit(name === 'SIGINT' ? 130 : 143);
    });
  };
  for (const name of names) process.on(name, onSignal);
  return () => {
    for (const name of names) process.off(name, onSignal);
  };
}

function endGroup(child, how, name) {
  return new Promise((resolve) => {
    const kill = () => signalGroup(child.pid, 'SIGKILL');
    const killer = how === 'gently' ? setTimeout(kill, GENTLE_MS) : undefined;
    child.on('close', () => {
      clearTimeout(killer);
      if (how !== 'never') kill(); // what the program itself left behind
      resolve();
    });
    if (how === 'gently') signalGroup(child.pid, name);
    if (how === 'at once') kill();
  });
}

function signalGroup(pid, name) {
  try {
    process.kill(-pid, name);
  } catch {
    // nobody is left in it
  }
}

import { messageOf, SignalboxError } from '@signalbox/sdk/errors';
import type { Settings } from '@signalbox/sdk/local-hub';
import { openSocket } from '@signalbox/sdk/socket';
import { systemTimers } from '@signalbox/sdk/timers';
import { hubOf } from '../call.ts';
import { untilInterrupted } from '../interruption.ts';
import { CliError, type Io } from '../io.ts';
import { plain } from '../plain.ts';
import { DEFAULTS, readOptions, type SimOptions } from './options.ts';
import { openPlace, removePlace } from './place.ts';
import { linesOf } from './report.ts';
import type { SimSettings } from './settings.ts';
import { SimRun } from './sim-run.ts';

const SAYS_EVERY_MS = 10_000;

/** A made-up fleet at a hub, until Ctrl-C or `--seconds`. Resolves with the exit code. */
export async function sim(io: Io, options: SimOptions): Promise<number> {
  const { settings, seconds } = readOptions(options);
  const hub = await hubOf(io, options.project);
  if (options.remove === true) {
    await removePlace(hub);
    io.out(`${plain(hub.project)} is removed, with its made-up agents, their tasks and their numbers.`);
    return 0;
  }
  using interruption = untilInterrupted();
  const stop = interruption.signal;
  const say = (line: string): void => void (options.quiet === true || io.out(line));
  try {
    await openPlace(hub, stop);
    say(`Project  ${plain(hub.project)} at ${hub.url}: everything in it is made up, seed ${settings.seed}`);
    say(`Remove   signalbox sim --remove${hub.project === DEFAULTS.project ? '' : ` --project ${plain(hub.project)}`}`);
    await simulate(io, { hub, settings, seconds, say, stop });
    return 0;
  } catch (error) {
    if (!stop.aborted) throw error;
    io.err('Stopped before all agents were there.');
    return 0;
  }
}

interface Simulation {
  hub: Settings;
  settings: SimSettings;
  seconds: number | undefined;
  say(line: string): void;
  stop: AbortSignal;
}

async function simulate(io: Io, { hub, settings, seconds, say, stop }: Simulation): Promise<void> {
  const { agents, rate } = settings;
  const onThrow = (error: unknown): void => io.err(`A made-up agent failed: ${plain(messageOf(error))}`);
  const run = new SimRun({ hub, settings, timers: systemTimers, openSocket, onThrow });
  await run.start(stop).catch(async (error: unknown) => {
    await run.end();
    stop.throwIfAborted();
    throw new CliError(whyNot(error, hub.project));
  });
  const end = seconds === undefined ? 'until Ctrl-C' : `for ${seconds} s`;
  say(`${agents} agents are there and offer ${rate} changes a second ${end}.`);
  const saying = setInterval(() => say(`${new Date().toTimeString().slice(0, 8)}  ${sentence(run)}`), SAYS_EVERY_MS);
  const how = await run.until(stop, seconds);
  clearInterval(saying);
  if (how === 'removed') say(`${plain(hub.project)} is not there any more, so the simulation ends.`);
  else {
    const { away } = run.standing;
    say(`All agents leave${away === 0 ? '' : `, except for ${away} that are away`}.`);
  }
  for (const line of linesOf(await run.end())) io.out(line);
}

function sentence(run: SimRun): string {
  const { working, idle, away, completed, changes } = run.standing;
  return `${working} working, ${idle} idle, ${away} away; ${completed} tasks completed, ${changes} changes`;
}

function whyNot(error: unknown, project: string): string {
  const message = plain(messageOf(error));
  return error instanceof SignalboxError && error.code === 'CONFLICT'
    ? `Another simulation seems to run in ${plain(project)}; end it, or take another --project. ${message}`
    : `Not all agents could connect: ${message}`;
}

import { VERSION } from '@signalbox/sdk/version';
import { Command, CommanderError, Option } from 'commander';
import { demo } from './demo/demo.ts';
import { addGenerated } from './generated.ts';
import { INVITED_ROLES, invite } from './invite.ts';
import { CliError, type Io } from './io.ts';
import { open } from './open.ts';
import { plain } from './plain.ts';
import { DEFAULTS, type SimOptions } from './sim/options.ts';
import { PER_MINUTE } from './sim/settings.ts';
import { sim } from './sim/sim.ts';
import { status } from './status.ts';

/** Runs one command line; resolves with the exit code. */
export async function main(
  argv: readonly string[],
  io: Io = { out: console.log, err: console.error, env: process.env, cwd: process.cwd() },
): Promise<number> {
  let code = 0;
  const program = new Command('signalbox')
    .description('The terminal’s side of Signalbox: watch and steer a fleet of agents')
    .version(VERSION)
    .enablePositionalOptions()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .exitOverride();
  program
    .command('demo')
    .argument('[repository]', 'a folder with a repository; a copy of Signalbox’s own unless given')
    .description('six agents take stock of a repository while you watch; the repository is not changed')
    .option('--out <folder>', 'where the report goes; a new folder')
    .option('--pace <factor>', 'how slowly the agents work, 0 for as fast as they can', '1')
    .action(async (repository: string | undefined, options: { out?: string; pace: string }) => {
      code = await demo(io, { repository, ...options });
    });
  program
    .command('open')
    .description('print a link to the control room; it works once')
    .action(() => open(io));
  program
    .command('invite')
    .argument('<name>', 'who it is for; others see this name beside what they do')
    .description('print a link to the control room for somebody else; it works once')
    .addOption(new Option('--role <role>', 'needed: what they may do').choices(INVITED_ROLES).makeOptionMandatory())
    .option('--project <id>', 'they see this project and no other')
    .action((name: string, options: { role: string; project?: string }) => invite(io, name, options));
  program
    .command('sim')
    .description('a simulated fleet, for load tests and to try things out, in a project of its own')
    .option('--agents <n>', 'how many, up to 5,000', DEFAULTS.agents)
    .option('--rate <r>', 'changes a second over the whole fleet; a tenth of the agents unless given')
    .option('--seed <s>', 'the same seed makes up the same agents, plans and mishaps', DEFAULTS.seed)
    .option('--seconds <t>', 'end after so long; without it with Ctrl-C')
    .option('--project <id>', 'the project, made when it is not there', DEFAULTS.project)
    .option('--quiet', 'print nothing but the summary at the end')
    .option('--remove', 'remove the project with everything in it, and do nothing else')
    .addHelpText(
      'after',
      `\nAt most about so many in a minute, however large the fleet: ${PER_MINUTE.question} question to you, ${PER_MINUTE.drop} cut connections, ${PER_MINUTE.freeze} frozen, ${PER_MINUTE.death} dying and ${PER_MINUTE.leave} leaving agents.`,
    )
    .action(async (options: SimOptions) => {
      code = await sim(io, options);
    });
  program
    .command('status')
    .description('agents, tasks and alarms on one screen')
    .option('--project <id>', 'this project instead of the folder’s own')
    .option('--json', 'print everything as JSON')
    .action((options: { project?: string; json?: boolean }) => status(io, options));
  addGenerated(program, io);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    // Commander has printed it already; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode;
    if (!(error instanceof CliError)) throw error;
    // In it may stand names of folders and words of others.
    io.err(plain(error.message));
    return 1;
  }
}

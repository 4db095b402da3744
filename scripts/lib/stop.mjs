/** A condition a person must change: its message says how, and is printed without a stack. */
export class Stop extends Error {}

/** Runs a script's main function and ends the process with the exit code it resolves with. */
export async function runScript(main) {
  try {
    process.exit(await main());
  } catch (error) {
    console.error(error instanceof Stop ? `\n${error.message}` : error);
    process.exit(1);
  }
}

/** What a command of the terminal touches of its process. */
export interface Io {
  out(line: string): void;
  err(line: string): void;
  env: Record<string, string | undefined>;
  cwd: string;
}

/** Printed as one sentence without a stack; the exit code is 1. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

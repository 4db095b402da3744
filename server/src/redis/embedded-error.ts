/** The embedded Redis cannot run. The message is one sentence a person can act on; main prints it and ends. */
export class EmbeddedRedisError extends Error {
  override readonly name = 'EmbeddedRedisError';
}

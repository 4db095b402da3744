/** Sizes of the protocol: bytes of UTF-8 unless the name says otherwise. */
export const FRAME_MAX_BYTES = 2 * 1024 * 1024;
export const COMMAND_MAX_BYTES = 64 * 1024;
export const LARGE_COMMAND_MAX_BYTES = 1024 * 1024;
export const HANDSHAKE_MAX_BYTES = 8 * 1024;
export const MESSAGE_BODY_MAX_BYTES = 16 * 1024;
export const RESULT_MAX_BYTES = 32 * 1024;
export const SHORT_BODY_MAX_BYTES = 4 * 1024;
export const PATH_MAX_BYTES = 512;
export const PATHS_PER_CLAIM = 200;
export const LOCKS_PER_AGENT = 500;
/** Patterns with a wildcard besides a final `**`: two of them cost a thousand times what two files do to compare. */
export const GLOBS_PER_AGENT = 50;
/** Open ones. Nobody answers more, and each becomes an alarm. */
export const QUESTIONS_PER_AGENT = 20;
export const INBOX_MAX_MESSAGES = 1_000;
export const INBOX_MAX_ACKED_AHEAD = 256;
export const TASKS_PER_PLAN = 1_000;
export const LIST_MAX = 1_000;
export const LIST_DEFAULT = 100;
export const METRIC_BUCKETS = 180;

import { taskId } from '@signalbox/shared/ids';
import type { MessageRecord } from '@signalbox/shared/records/message';
import { z } from 'zod';

/** What a worker leaves to the coordinator, and a reply that a message asks for: in the `data` of a message. */
const choreData = z.object({ chore: z.enum(['review', 'unblock', 'retry']), taskId });
export type Chore = z.infer<typeof choreData>;
export const choreIn = ({ data }: MessageRecord): Chore | undefined => choreData.safeParse(data).data;

const replyData = z.object({ reply: z.string() });
/** The words to answer with; answers ask for none, so that nobody answers for ever. */
export const replyIn = ({ data }: MessageRecord): string | undefined => replyData.safeParse(data).data?.reply;

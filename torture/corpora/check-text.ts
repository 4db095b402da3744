import { z } from 'zod';
import { type Agent, Cast, type CorpusOptions, type CorpusResult } from './cast.ts';
import { HOSTILE_BLOCKS, HOSTILE_LINES, LONGEST_BODY, MARK } from './hostile-text.ts';

const sent = z.looseObject({ messageId: z.string() });
const inbox = z.looseObject({
  messages: z.array(z.looseObject({ id: z.string(), from: z.string(), type: z.string(), body: z.string() })),
});
const created = z.looseObject({ task: z.looseObject({ title: z.string(), description: z.string().optional() }) });
/** The text format of Prometheus. */
const METRIC =
  /^(#.*|[a-zA-Z_:][\w:]*(\{([a-zA-Z_]\w*="([^"\\\n]|\\.)*",?)*\})? ([-+]?[\d.eE+-]+|[-+]?Inf|NaN)( \d+)?)?$/;
/** What a record of a message has, and no text of its author can add to. */
const FIELDS = 'at,bodies,body,from,id,kind,recipients,rev,to,type';
const ACTOR_FIELDS = 'actor,by,from,sender';

/** Text that would like to be something else: it comes back letter by letter, from whom it came, and nowhere it does not belong. */
export async function checkText(options: CorpusOptions): Promise<CorpusResult> {
  await using cast = await Cast.gather(options);
  const [alice, bob] = [await cast.agent('alice'), await cast.agent('bob')];
  const passed: string[] = [];
  const long = `${MARK} ${'x'.repeat(LONGEST_BODY - MARK.length - 1)}`;
  const texts = [...HOSTILE_LINES, ...HOSTILE_BLOCKS, long];
  for (const text of texts) passed.push(...(await asMessage(cast, { alice, bob }, text)));
  for (const text of HOSTILE_LINES) passed.push(...(await asTitle(cast, bob, text)));
  for (const text of [...HOSTILE_BLOCKS, `${long}x`]) {
    const title = await cast.ask('task.create', { title: text }, bob.headers);
    if (title.error?.code !== 'BAD_INPUT') passed.push(`a title may be ${shown(text)}`);
    const type = await cast.ask('message.send', { to: 'alice', type: text, body: 'x' }, bob.headers);
    if (type.error?.code !== 'BAD_INPUT') passed.push(`the type of a message may be ${shown(text)}`);
  }
  const tooLong = await cast.ask('message.send', { to: 'alice', type: 'note', body: `${long}x` }, bob.headers);
  if (tooLong.error?.code !== 'BAD_INPUT') passed.push('a body may be longer than its limit');
  passed.push(...(await inMetrics(cast)), ...(await inHistory(cast)));
  return { tried: texts.length + HOSTILE_LINES.length + 2 * HOSTILE_BLOCKS.length + 5, passed };
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 80));

async function asMessage(cast: Cast, { alice, bob }: { alice: Agent; bob: Agent }, body: string): Promise<string[]> {
  const { messageId } = sent.parse(await cast.must('message.send', { to: 'alice', type: 'note', body }, bob.headers));
  const { messages } = inbox.parse(await cast.must('message.inbox', {}, alice.headers));
  await cast.must('message.ack', { messageIds: messages.map(({ id }) => id) }, alice.headers);
  const [message] = messages;
  if (messages.length !== 1 || message?.id !== messageId) return [`${shown(body)} became ${messages.length} messages`];
  const fields = Object.keys(message).sort().join(',');
  return [
    ...(message.body === body ? [] : [`${shown(body)} came back as ${shown(message.body)}`]),
    ...(message.from === 'bob' ? [] : [`${shown(body)} came from ${message.from}`]),
    ...(fields === FIELDS ? [] : [`${shown(body)} has the fields ${fields}`]),
  ];
}

async function asTitle(cast: Cast, bob: Agent, title: string): Promise<string[]> {
  const answer = await cast.ask('task.create', { title, description: title }, bob.headers);
  if (!answer.ok)
    return answer.error?.code === 'BAD_INPUT' ? [] : [`${shown(title)} as a title: ${answer.error?.code}`];
  const { task } = created.parse(answer);
  const forged = ACTOR_FIELDS.split(',').filter((field) => field in task);
  return [
    ...(task.title === title && task.description === title
      ? []
      : [`the title ${shown(title)} came back as ${shown(task.title)}`]),
    ...forged.map((field) => `the title ${shown(title)} made a field ${field}`),
  ];
}

async function inMetrics(cast: Cast): Promise<string[]> {
  const { text } = await cast.raw('GET', '/metrics', [['Host', cast.hub.host], ...cast.owner]);
  const broken = text.split('\n').filter((line) => !METRIC.test(line) || line.includes(MARK));
  return broken.slice(0, 3).map((line) => `a line of the metrics is ${shown(line)}`);
}

/** The log of what people and agents did tells titles and reasons; never the text of a message. */
async function inHistory(cast: Cast): Promise<string[]> {
  const { text } = await cast.raw(
    'GET',
    `/api/v1/projects/${cast.project}/history.list?command=message.send&kind=message`,
    [['Host', cast.hub.host], ...cast.owner],
  );
  const at = text.indexOf(MARK);
  return at === -1 ? [] : [`the history shows the text of messages: ${text.slice(Math.max(0, at - 300), at + 100)}`];
}

import { expect, test } from 'vitest';
import { z } from 'zod';
import { COMMANDS } from './commands.ts';
import { recordDigest } from './digest.ts';
import { PROTOCOL_VERSION } from './endpoints.ts';
import { agentHandshake, controlHandshake, subscribeInput } from './protocol.ts';
import { RECORD_SCHEMAS } from './records.ts';
import { VISIBLE_KINDS } from './visible-kinds.ts';

/** A few digits that change with any field, type or limit of the schema. */
const digestOf = (schema: z.ZodType, io: 'input' | 'output'): string =>
  recordDigest('schema', JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' })), 0).toString(36);

/**
 * Clients in other languages live on what stands here. A name, field or limit that changes shows below: when it only
 * grows, take the new digests over (`vitest -u`); when anything is taken away or means something else, the protocol
 * needs another version.
 */
test(`protocol ${PROTOCOL_VERSION}: a change of the wire is never silent`, () => {
  const commands = COMMANDS.map(
    ({ name, input, output }) => `${name} ${digestOf(input, 'input')} ${digestOf(output, 'output')}`,
  );
  const records = VISIBLE_KINDS.map((kind) => `${kind} ${digestOf(RECORD_SCHEMAS[kind], 'output')}`);
  const handshakes = [agentHandshake, controlHandshake, subscribeInput].map((schema) => digestOf(schema, 'input'));
  expect({ commands, records, handshakes }).toMatchInlineSnapshot(`
    {
      "commands": [
        "agent.register lh7p3l ghg3t7",
        "agent.heartbeat gwdgnr s89uow",
        "agent.update 16nozql 1xvdjiq",
        "agent.leave 1w781wo 11lbkqy",
        "agent.evict 1twhg1i 1xvdjiq",
        "agent.list 19c7ql7 10es44f",
        "agent.get 1yafew2 1xvdjiq",
        "task.create iw1ma2 114p8ml",
        "task.createMany 3nzmfa 82zb4u",
        "task.update 1korh6 114p8ml",
        "task.next 11lbkqy 1yi6ayn",
        "task.start e4tgz7 114p8ml",
        "task.progress vl8iv5 114p8ml",
        "task.complete 1ljwskz 6u6l17",
        "task.fail 11zsqkd 114p8ml",
        "task.block ejnzbn 114p8ml",
        "task.unblock 1h3k67 114p8ml",
        "task.submit 7c1x9s 114p8ml",
        "task.accept 1r97hqp 114p8ml",
        "task.reject bh2kz9 114p8ml",
        "task.cancel bh2kz9 114p8ml",
        "task.assign 10ok4k5 114p8ml",
        "task.retry 1h3k67 114p8ml",
        "task.list 1tyu52n zctmxu",
        "task.get 1iq12ja 114p8ml",
        "task.explain 1iq12ja n9ep4q",
        "task.stats 1nx5tbv 1s7soto",
        "checkpoint.save hpk89d 114p8ml",
        "checkpoint.get 1iq12ja fblu7o",
        "lock.claim 3j7zdk qigico",
        "lock.renew 1vx3vte 1nch3ws",
        "lock.release e2a7pv 11lbkqy",
        "lock.transfer x6wfbw 1akev6e",
        "lock.forceRelease ictvzj 1akev6e",
        "lock.check 1sbn5m0 n1waqo",
        "lock.list m380vn 1fizebn",
        "message.send 3rpbm3 126s36w",
        "message.ack f7bb0z 11lbkqy",
        "message.inbox 134k5jw 18b91ym",
        "message.thread 9fpxal 18b91ym",
        "message.get 1cb3ku4 fq3sea",
        "message.inboxes 134k5jw 1vrnn6t",
        "message.list 3uo2y 17lvj73",
        "directive.send rbx75x d0bf89",
        "directive.receipt 5rj1r2 83j5yq",
        "directive.verify v01wk2 1f1rl4g",
        "directive.list 134k5jw f34sc7",
        "directive.get v01wk2 czitjy",
        "question.ask 1kxv03e 11px5so",
        "question.answer 1wpirid 1eq88sj",
        "question.withdraw 11px5so 1eq88sj",
        "question.list ywatcg flyt8s",
        "alarm.list 9h83lm 1ofwlji",
        "alarm.acknowledge 1woloqm w0tavx",
        "alarm.shelve bn9wpt w0tavx",
        "alarm.unshelve 1woloqm w0tavx",
        "health.get 11lbkqy 1qqokeb",
        "metrics.query 1vpwabl 126x65",
        "history.list 1c42l6i 11woxw5",
        "project.create 1s82l1x 1exbmut",
        "project.update 1gtui6m 1exbmut",
        "project.export 12iivrx 2vl7xn",
        "project.remove 1h4w5ed 1exbmut",
        "project.list 134k5jw 1e1s1p4",
        "project.get 1cj0xcy 1exbmut",
        "token.create zt63ev 1a7edal",
        "token.link 1y831be 1y7wy8m",
        "token.list 134k5jw eaflwr",
        "token.revoke mx3cfz 7xekci",
      ],
      "handshakes": [
        "ord9n1",
        "ufygpi",
        "bk3s1u",
      ],
      "records": [
        "agent 1rgrn6g",
        "task 101sv07",
        "lock 1f4zra2",
        "waiter 1nyk7jr",
        "message hizit3",
        "directive 1nth5xs",
        "receipt l774ws",
        "question 134ds97",
        "alarm sguuiz",
      ],
    }
  `);
});

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
        "agent.register o10hzh ghg3t7",
        "agent.heartbeat h2uuof 1hjx1ss",
        "agent.update dsgyzt 1v5zx8u",
        "agent.leave eoy9sc 11lbkqy",
        "agent.evict 1twhg1i 1v5zx8u",
        "agent.list 19c7ql7 x1kf73",
        "agent.get 1yafew2 1v5zx8u",
        "task.create 15u3e7m cf2yjj",
        "task.createMany 18mddiu i7m6xa",
        "task.update 1q4hfuy cf2yjj",
        "task.next 11lbkqy 1hbarzf",
        "task.start e4tgz7 cf2yjj",
        "task.progress hpld2h cf2yjj",
        "task.complete 1uc4ijr 1pohb7j",
        "task.fail 11zsqkd cf2yjj",
        "task.block ejnzbn cf2yjj",
        "task.unblock 1h3k67 cf2yjj",
        "task.submit i4jng4 cf2yjj",
        "task.accept 1r97hqp cf2yjj",
        "task.reject bh2kz9 cf2yjj",
        "task.cancel bh2kz9 cf2yjj",
        "task.assign 10ok4k5 cf2yjj",
        "task.retry 1h3k67 cf2yjj",
        "task.list 1bkyx53 15el2ia",
        "task.get 1iq12ja cf2yjj",
        "task.explain 1iq12ja n9ep4q",
        "task.stats 1nx5tbv 1s7soto",
        "checkpoint.save hpk89d cf2yjj",
        "checkpoint.get 1iq12ja fblu7o",
        "lock.claim 1ft2yt0 qigico",
        "lock.renew 1vx3vte 1nch3ws",
        "lock.release e2a7pv 11lbkqy",
        "lock.transfer x6wfbw 1akev6e",
        "lock.forceRelease ictvzj 1akev6e",
        "lock.check 1sbn5m0 n1waqo",
        "lock.list m380vn 1fizebn",
        "message.send 1yo51ef 126s36w",
        "message.ack f7bb0z 11lbkqy",
        "message.inbox 134k5jw 18b91ym",
        "message.thread 1tu2oad 18b91ym",
        "message.get 1cb3ku4 fq3sea",
        "message.inboxes 134k5jw 1vrnn6t",
        "message.list 3uo2y 17lvj73",
        "directive.send 1dpt5r5 d0bf89",
        "directive.receipt 1ykp3we 83j5yq",
        "directive.verify v01wk2 1f1rl4g",
        "directive.list 134k5jw 1lfr85u",
        "directive.get v01wk2 ra1ell",
        "question.ask 2rw2u2 11px5so",
        "question.answer 2e54v1 1eq88sj",
        "question.withdraw 11px5so 1eq88sj",
        "question.list ywatcg flyt8s",
        "alarm.list 9h83lm 1ofwlji",
        "alarm.acknowledge 1woloqm w0tavx",
        "alarm.shelve bn9wpt w0tavx",
        "alarm.unshelve 1woloqm w0tavx",
        "health.get 11lbkqy 1qqokeb",
        "metrics.query 1vpwabl 126x65",
        "history.list 1c42l6i sjc79e",
        "project.create j7ba5l 1exbmut",
        "project.update o0b3w2 1exbmut",
        "project.export 12iivrx 2vl7xn",
        "project.remove 1h4w5ed 1exbmut",
        "project.list 134k5jw 1e1s1p4",
        "project.get 1cj0xcy 1exbmut",
        "token.create 191arrb 1a7edal",
        "token.link 1e09tum 1y7wy8m",
        "token.list 134k5jw eaflwr",
        "token.revoke mx3cfz 7xekci",
      ],
      "handshakes": [
        "zfpc1d",
        "ufygpi",
        "bk3s1u",
      ],
      "records": [
        "agent 196u4gs",
        "task 1lo2y2v",
        "lock 1f4zra2",
        "waiter 1nyk7jr",
        "message hizit3",
        "directive guqk67",
        "receipt l774ws",
        "question 134ds97",
        "alarm sguuiz",
      ],
    }
  `);
});

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
        "agent.heartbeat h2uuof gns3pj",
        "agent.update dsgyzt hgripj",
        "agent.leave eoy9sc 11lbkqy",
        "agent.evict 1twhg1i hgripj",
        "agent.list 19c7ql7 1mtz8kc",
        "agent.get 1yafew2 hgripj",
        "task.create 15u3e7m ax4d6a",
        "task.createMany 18mddiu 1g47841",
        "task.update 1q4hfuy ax4d6a",
        "task.next 11lbkqy 18unbum",
        "task.start e4tgz7 ax4d6a",
        "task.progress hpld2h ax4d6a",
        "task.complete 1uc4ijr 1ddei47",
        "task.fail 11zsqkd ax4d6a",
        "task.block ejnzbn ax4d6a",
        "task.unblock 1h3k67 ax4d6a",
        "task.submit i4jng4 ax4d6a",
        "task.accept 1r97hqp ax4d6a",
        "task.reject bh2kz9 ax4d6a",
        "task.cancel bh2kz9 ax4d6a",
        "task.assign 10ok4k5 ax4d6a",
        "task.retry 1h3k67 ax4d6a",
        "task.list 1bkyx53 8truc3",
        "task.get 1iq12ja ax4d6a",
        "checkpoint.save hpk89d ax4d6a",
        "checkpoint.get 1iq12ja fblu7o",
        "lock.claim 1ft2yt0 qigico",
        "lock.renew 1vx3vte 1nch3ws",
        "lock.release tsk1gb 11lbkqy",
        "lock.forceRelease yoj721 1akev6e",
        "lock.check 1sbn5m0 n1waqo",
        "lock.list m380vn 1fizebn",
        "message.send 1yo51ef 126s36w",
        "message.ack f7bb0z 11lbkqy",
        "message.inbox 134k5jw 18b91ym",
        "message.thread 1tu2oad 18b91ym",
        "message.get 1cb3ku4 fq3sea",
        "message.inboxes 134k5jw 1vrnn6t",
        "message.list 1t2gvfu 18b91ym",
        "directive.send 1vrzrzw d0bf89",
        "directive.receipt 1ykp3we 1yfye6t",
        "directive.verify v01wk2 1fkze8z",
        "directive.list 134k5jw 1vczy8x",
        "directive.get v01wk2 15tmflh",
        "question.ask 2rw2u2 11px5so",
        "question.answer 2e54v1 1eq88sj",
        "question.withdraw 11px5so 1eq88sj",
        "question.list ywatcg flyt8s",
        "alarm.list 9h83lm 18uhdva",
        "alarm.acknowledge 1woloqm 13fk8b",
        "alarm.shelve bn9wpt 13fk8b",
        "alarm.unshelve 1woloqm 13fk8b",
        "health.get 11lbkqy 1qqokeb",
        "metrics.query 1vpwabl 126x65",
        "history.list 1c42l6i 1ey7syl",
        "project.create j7ba5l xf6ne8",
        "project.update cudldh xf6ne8",
        "project.remove 1h4w5ed xf6ne8",
        "project.list 134k5jw 1q8a949",
        "project.get 1cj0xcy xf6ne8",
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
        "agent bk4lfp",
        "task qqcgty",
        "lock 1f4zra2",
        "waiter 1nyk7jr",
        "message hizit3",
        "directive pw31ci",
        "receipt go490j",
        "question 134ds97",
        "alarm 1dbybgn",
      ],
    }
  `);
});

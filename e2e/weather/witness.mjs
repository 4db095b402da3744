import { AgentClient } from '@signalbox/sdk/agent-client';

// Well-behaved agents of the SDK. They obey at once; on `heard` the parent is told how long each directive took to come.

const { url, token, project, agents } = JSON.parse(process.argv[2]);
const heard = [];

for (let at = 0; at < agents; at++) {
  const id = `witness-${at}`;
  const client = new AgentClient({ id, role: 'ai_specialist', url, token, project, heartbeatEveryMs: 5_000, cwd: '/' });
  client.onDirective(async ({ directive, done }) => {
    heard.push(Date.now() - Number(directive.body));
    await done();
  });
  await client.connect();
}
process.on('message', () => process.send({ heard }));
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });

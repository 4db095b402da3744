import type { AgentRecord } from '@signalbox/shared/records/agent';
import { Age } from '../../hub/age.tsx';
import { formatDateTime, formatNumber, UNKNOWN } from '../../hub/format.ts';
import { HeartbeatAge } from '../../hub/heartbeat-age.tsx';
import { whatItWaitsFor } from '../../hub/task-waiting.ts';
import { useIds, usePresence, useRecord } from '../../hub/use-hub.ts';
import { useSurroundings } from '../../hub/use-surroundings.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { SentenceText } from '../../ui/sentence.tsx';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { AgentActions } from './agent-actions.tsx';
import { activityLine, clientLine, heartbeatRule, processLine, scoreLine, usageLine } from './agent-facts.ts';
import type { BodyProps } from './body-props.ts';
import { ExternalLinks } from './external-links.tsx';
import { Gone } from './gone.tsx';
import { LockRef, WaiterRef } from './lock-ref.tsx';
import { LongestTasks } from './longest-tasks.tsx';
import { OpenQuestions } from './open-questions.tsx';
import styles from './peek.module.css';
import { RefList, TaskRef } from './refs.tsx';
import { Lead, Said, Section } from './section.tsx';

/** The four facts kept apart; the state word is derived from them by the hub. */
function Evidence({ agent }: { agent: AgentRecord }) {
  return (
    <Facts
      facts={[
        ['Connected', agent.connected ? 'yes' : 'no'],
        [
          'Heartbeat',
          <span key="heartbeat" title={heartbeatRule(agent.heartbeatEveryMs)}>
            <HeartbeatAge agentId={agent.id} suffix=" ago" />, {heartbeatRule(agent.heartbeatEveryMs)}
          </span>,
        ],
        ['Last evidence', <Age key="evidence" at={agent.evidenceAt} suffix=" ago" />],
        ['Last said', <Age key="said" at={agent.activityAt} suffix=" ago" />],
      ]}
    />
  );
}

function About({ agent }: { agent: AgentRecord }) {
  const mono = (text: string | undefined) =>
    text === undefined ? UNKNOWN : <span className={styles.mono}>{visibleText(text)}</span>;
  return (
    <Facts
      facts={[
        ['Role', agent.role],
        ['Can', visibleText(agent.capabilities.join(', ')) || UNKNOWN],
        ['Takes tasks', `${agent.accepts}, at most ${agent.maxTasks} at once`],
        ['Client', visibleText(clientLine(agent))],
        ['Process', visibleText(processLine(agent))],
        ['Folder', mono(agent.cwd)],
        ['Branch', mono(agent.branch)],
        ['Usage', usageLine(agent.usage)],
        ['Done, 24 h', formatNumber(agent.doneLast24h)],
        ['Score', scoreLine(agent.score)],
        ['Here since', formatDateTime(agent.registeredAt)],
        agent.links !== undefined &&
          agent.links.length > 0 && ['Links', <ExternalLinks key="links" links={agent.links} />],
      ]}
    />
  );
}

/** What an agent waits in line for; a question it asks stands below by itself. */
function WaitsFor({ agent, onOpen }: { agent: AgentRecord; onOpen: BodyProps['onOpen'] }) {
  const sentence = whatItWaitsFor(agent, useSurroundings());
  if (sentence.length === 0) return null;
  return (
    <p>
      <SentenceText parts={['waits', ...sentence]} onOpen={onOpen} />
    </p>
  );
}

export function AgentPeek({ id, onOpen }: BodyProps) {
  const agent = useRecord('agent', id);
  const locks = useIds(`lock.holder:${id}`);
  const waits = useIds(`waiter.agent:${id}`);
  const presence = usePresence(id);
  if (agent === undefined) return <Gone id={id} />;
  return (
    <>
      <Lead>
        <StateGlyph state={agent.state} /> {agent.state} <Age at={agent.stateAt} prefix="for " />{' '}
        {agent.stalled && <Badge>stalled</Badge>} {agent.paused && agent.state !== 'paused' && <Badge>paused</Badge>}{' '}
        {visibleText(agent.name ?? '')}
      </Lead>
      <AgentActions agent={agent} />
      <Section title="Now">
        <Said>{activityLine(presence?.activity ?? agent.activity)}</Said>
        <WaitsFor agent={agent} onOpen={onOpen} />
        <OpenQuestions agentId={id} onOpen={onOpen} />
      </Section>
      <Section title="Is it really there?">
        <Evidence agent={agent} />
      </Section>
      <Section title={`Tasks ${agent.taskIds.length || ''}`}>
        <RefList ids={agent.taskIds} render={(taskId) => <TaskRef id={taskId} onOpen={onOpen} />} />
      </Section>
      <LongestTasks agentId={id} onOpen={onOpen} />
      <Section title={`Locks ${locks.length || ''}`}>
        {(locks.length > 0 || waits.length === 0) && (
          <RefList ids={locks} render={(lockId) => <LockRef id={lockId} onOpen={onOpen} />} />
        )}
        {waits.length > 0 && <RefList ids={waits} render={(waiterId) => <WaiterRef id={waiterId} onOpen={onOpen} />} />}
      </Section>
      <Section title="About">
        <About agent={agent} />
      </Section>
    </>
  );
}

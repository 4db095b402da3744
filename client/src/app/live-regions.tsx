import { useEffect, useState } from 'react';
import { useHub } from '../hub/use-hub.ts';
import { Announcer, type Urgency } from './announcements.ts';
import { CONNECTION_LABEL } from './connection-words.ts';

const later = (run: () => void, ms: number): (() => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** The two places from which a screen reader hears of news. What was there at load is not news. */
export function LiveRegions() {
  const { db, conn, project } = useHub();
  const [said, setSaid] = useState<Record<Urgency, string>>({ assertive: '', polite: '' });
  useEffect(() => {
    const announcer = new Announcer({
      say: (urgency, text) => setSaid((before) => ({ ...before, [urgency]: text })),
      now: Date.now,
      later,
    });
    const known = new Set<string>();
    let listening = false;
    const look = () => {
      const alarms = db.ids('alarm').filter((id) => db.get('alarm', id)?.state === 'unacked');
      const questions = db.ids('question.state:open');
      for (const id of alarms) {
        const alarm = db.get('alarm', id);
        if (listening && !known.has(id) && alarm !== undefined)
          announcer.announce(alarm.priority === 1 ? 'assertive' : 'polite', `Alarm: ${alarm.summary}`);
        known.add(id);
      }
      for (const id of questions) {
        const question = db.get('question', id);
        if (listening && !known.has(id) && question !== undefined)
          announcer.announce('polite', `${question.from} asks: ${question.body}`);
        known.add(id);
      }
      listening = conn.getState().loaded;
    };
    look();
    const offs = [
      db.subscribeIndex('alarm', look),
      db.subscribeIndex('question.state:open', look),
      conn.subscribe((now, before) => {
        if (now.live === before.live) return;
        if (before.loaded)
          announcer.announce('polite', now.live ? 'Live again' : `Not updating: ${CONNECTION_LABEL[now.status.state]}`);
        if (now.live) look();
      }),
    ];
    return () => {
      for (const off of offs) off();
      announcer.stop();
    };
  }, [db, conn]);
  return (
    <div className="visually-hidden" data-project={project}>
      <div aria-live="assertive" aria-atomic="true">
        {said.assertive}
      </div>
      <div aria-live="polite" aria-atomic="true">
        {said.polite}
      </div>
    </div>
  );
}

import { expect, test } from 'vitest';
import { agent, alarm, question, task } from '../testing/records.ts';
import { EntityDb } from './entity-db.ts';
import { type Frames, Scheduler } from './scheduler.ts';

/** The browser's frames and timers, moved by hand. */
class HandFrames implements Frames {
  time = 0;
  isHidden = false;
  private frames = new Set<() => void>();
  private timers = new Set<{ at: number; run: () => void }>();
  now = () => this.time;
  hidden = () => this.isHidden;
  frame = (run: () => void) => {
    this.frames.add(run);
    return () => void this.frames.delete(run);
  };
  timer = (run: () => void, ms: number) => {
    const entry = { at: this.time + ms, run };
    this.timers.add(entry);
    return () => void this.timers.delete(entry);
  };
  nextFrame(): void {
    this.time += 16;
    const due = [...this.frames];
    this.frames.clear();
    for (const run of due) run();
  }
  pass(ms: number): void {
    this.time += ms;
    for (const entry of [...this.timers]) {
      if (entry.at > this.time || !this.timers.delete(entry)) continue;
      entry.run();
    }
  }
}

function setUp() {
  const frames = new HandFrames();
  const db = new EntityDb();
  const scheduler = new Scheduler(db, frames);
  const calls: string[] = [];
  const listen = (name: string) => () => void calls.push(name);
  return { frames, db, scheduler, calls, listen };
}

test('many changes in one frame are one flush and one call per listener', () => {
  const { frames, db, scheduler, calls, listen } = setUp();
  db.subscribe('agent', 'alice', listen('alice'));
  db.subscribe('agent', 'bob', listen('bob'));
  for (let rev = 1; rev <= 100; rev++) db.apply({ puts: [agent('alice', { rev })], removes: [] });
  expect(calls).toEqual([]);
  frames.nextFrame();
  expect(calls).toEqual(['alice']);
  expect(scheduler.flushes).toBe(1);
  expect(db.get('agent', 'alice')?.rev).toBe(100);
  frames.nextFrame();
  expect(scheduler.flushes).toBe(1);
});

test('what asks for a person comes first, then what is looked at, then the rest', () => {
  const { frames, db, scheduler, calls, listen } = setUp();
  scheduler.focus = ['task', 'T-2'];
  db.subscribe('agent', 'alice', listen('agent'));
  db.subscribe('task', 'T-1', listen('task'));
  db.subscribe('task', 'T-2', listen('focused task'));
  db.subscribe('question', 'Q-1', listen('question'));
  db.subscribe('alarm', 'A-1', listen('alarm'));
  db.subscribeIndex('question.state:open', listen('open questions'));
  db.subscribeCounts(listen('counts'));
  db.apply({ puts: [agent('alice'), task('T-1'), task('T-2'), question('Q-1'), alarm('A-1')], removes: [] });
  frames.nextFrame();
  expect(calls).toEqual(['alarm', 'question', 'open questions', 'focused task', 'agent', 'task', 'counts']);
});

test('counts and orders change at most four times a second', () => {
  const { frames, db, calls, listen } = setUp();
  db.subscribeCounts(listen('counts'));
  db.subscribeIndex('task.status:pending', listen('pending'));
  for (let i = 1; i <= 60; i++) {
    db.apply({ puts: [task(`T-${i}`)], removes: [] });
    frames.nextFrame();
  }
  // 60 frames of 16 ms are just under a second.
  expect(calls.filter((call) => call === 'counts').length).toBeLessThanOrEqual(4);
  expect(calls.filter((call) => call === 'pending').length).toBeLessThanOrEqual(4);
  frames.pass(250);
  const last = calls.length;
  frames.pass(1_000);
  expect(calls.length).toBe(last);
  expect(db.counts().tasks.pending).toBe(60);
});

test('the last change is told even when nothing follows it', () => {
  const { frames, db, calls, listen } = setUp();
  db.subscribeCounts(listen('counts'));
  db.apply({ puts: [task('T-1')], removes: [] });
  frames.nextFrame();
  db.apply({ puts: [task('T-2')], removes: [] });
  frames.nextFrame();
  expect(calls).toEqual(['counts']);
  frames.pass(250);
  expect(calls).toEqual(['counts', 'counts']);
});

test('a hidden page flushes by a timer, and at once when it is shown', () => {
  const { frames, db, scheduler, calls, listen } = setUp();
  frames.isHidden = true;
  db.subscribe('agent', 'alice', listen('alice'));
  db.apply({ puts: [agent('alice')], removes: [] });
  frames.nextFrame();
  expect(calls).toEqual([]);
  frames.pass(1_000);
  expect(calls).toEqual(['alice']);
  db.apply({ puts: [agent('alice', { rev: 2 })], removes: [] });
  frames.isHidden = false;
  scheduler.wake();
  expect(calls).toEqual(['alice', 'alice']);
});

test('a watchdog flushes when no frame comes', () => {
  const { frames, db, calls, listen } = setUp();
  db.subscribe('agent', 'alice', listen('alice'));
  db.apply({ puts: [agent('alice')], removes: [] });
  frames.pass(250);
  expect(calls).toEqual(['alice']);
});

test('a flush that takes too long goes on in the next frame', () => {
  const { frames, db, calls } = setUp();
  const ids = Array.from({ length: 10 }, (_, n) => `m_${n}`);
  for (const id of ids) {
    db.subscribe('agent', id, () => {
      calls.push(id);
      frames.time += 2;
    });
  }
  db.apply({ puts: ids.map((id) => agent(id)), removes: [] });
  frames.nextFrame();
  expect(calls.length).toBe(3);
  for (let i = 0; i < 3; i++) frames.nextFrame();
  expect(calls).toEqual(ids);
});

test('nothing is told after stop', () => {
  const { frames, db, scheduler, calls, listen } = setUp();
  db.subscribe('agent', 'alice', listen('alice'));
  db.apply({ puts: [agent('alice')], removes: [] });
  scheduler.stop();
  frames.nextFrame();
  frames.pass(1_000);
  expect(calls).toEqual([]);
});

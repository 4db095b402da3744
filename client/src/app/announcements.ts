/** Critical news interrupts, at most this often. */
const ASSERTIVE_EVERY_MS = 5_000;
/** Questions and other alarms come in batches. */
const POLITE_EVERY_MS = 10_000;

export type Urgency = 'assertive' | 'polite';

export interface AnnouncerOptions {
  say: (urgency: Urgency, text: string) => void;
  now: () => number;
  /** Runs later; returns how to cancel it. */
  later: (run: () => void, ms: number) => () => void;
}

/** Gathers what a screen reader should say, so that a busy fleet never talks without a pause. */
export class Announcer {
  private readonly waiting: Record<Urgency, string[]> = { assertive: [], polite: [] };
  private readonly spokenAt: Record<Urgency, number> = {
    assertive: Number.NEGATIVE_INFINITY,
    polite: Number.NEGATIVE_INFINITY,
  };
  private readonly timers: Partial<Record<Urgency, () => void>> = {};
  private readonly options: AnnouncerOptions;

  constructor(options: AnnouncerOptions) {
    this.options = options;
  }

  announce(urgency: Urgency, text: string): void {
    this.waiting[urgency].push(text);
    if (this.timers[urgency] !== undefined) return;
    const every = urgency === 'assertive' ? ASSERTIVE_EVERY_MS : POLITE_EVERY_MS;
    const wait = Math.max(0, this.spokenAt[urgency] + every - this.options.now());
    this.timers[urgency] = this.options.later(() => this.speak(urgency), wait);
  }

  stop(): void {
    for (const cancel of Object.values(this.timers)) cancel();
  }

  private speak(urgency: Urgency): void {
    delete this.timers[urgency];
    this.spokenAt[urgency] = this.options.now();
    const texts = this.waiting[urgency].splice(0);
    this.options.say(
      urgency,
      texts.length > 3 ? `${texts.slice(0, 3).join('. ')}. And ${texts.length - 3} more.` : texts.join('. '),
    );
  }
}

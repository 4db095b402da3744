import { ALARM_CODES, ALARMS } from '@signalbox/shared/alarms';
import { alarmTone, respondWithin } from '../../hub/alarm-words.ts';
import { formatDuration, plural, UNKNOWN } from '../../hub/format.ts';
import { classNames } from '../../ui/class-names.ts';
import { type Rate, rateWords } from './alarm-kpis.ts';
import styles from './alarms.module.css';
import table from './catalogue.module.css';
import { type MeasuredKpis, useAlarmKpis } from './use-alarm-kpis.ts';

/** What a good set of alarms keeps to: at most one in ten minutes on average, ten at worst. */
const AIM = 1;
const FLOOD = 10;
const DAY_MS = 24 * 3_600_000;

/** Is it too much for one person? In words, since no colour is free for it. */
function Summary({ measured }: { measured: MeasuredKpis | null }) {
  if (measured === null) return <p className={styles.quiet}>Alarms of the last 24 h: {UNKNOWN}</p>;
  const { kpis, windowMs } = measured;
  const split = kpis.split.map((count) => (kpis.all.count === 0 ? 0 : Math.round((count / kpis.all.count) * 100)));
  return (
    <p data-testid="alarm-kpis">
      <b>{plural(kpis.all.count, 'alarm')}</b> in the last {windowMs === DAY_MS ? '24 h' : formatDuration(windowMs)}:{' '}
      {rateWords(kpis.all.perTenMinutes)} per 10 min (aim: at most {AIM}), at most {kpis.peak} in any 10 min
      {kpis.peak > FLOOD && ' — a flood: more than a person can read'}.
      {kpis.all.count > 0 && ` Priority 1 / 2 / 3: ${split.join(' / ')} %.`}
    </p>
  );
}

function Measured({ measured, rate }: { measured: MeasuredKpis | null; rate: Rate | undefined }) {
  if (measured === null) return <>{UNKNOWN}</>;
  return (
    <>
      {rate?.count ?? 0} · {rateWords(rate?.perTenMinutes ?? 0)} per 10 min
    </>
  );
}

/** Every alarm there can be: what it means, what a person does, how soon, and how often it really came. */
export function Catalogue() {
  const measured = useAlarmKpis();
  return (
    <div className={table.page}>
      <Summary measured={measured} />
      <ul className={table.entries}>
        {ALARM_CODES.map((code) => {
          const { priority, consequence, action } = ALARMS[code];
          const tone = alarmTone(priority);
          return (
            <li key={code} className={table.entry} data-testid="catalogue-entry" data-code={code}>
              <p className={styles.head}>
                <span className={classNames(styles.glyph, styles[`${tone}Glyph`])}>
                  <span className="visually-hidden">Priority </span>
                  {priority}
                </span>
                <strong>{code}</strong>
              </p>
              <dl className={table.facts}>
                <div>
                  <dt>Means</dt>
                  <dd>{consequence}</dd>
                </div>
                <div>
                  <dt>Do</dt>
                  <dd>{action}</dd>
                </div>
                <div>
                  <dt>Within</dt>
                  <dd>{respondWithin(priority)}</dd>
                </div>
                <div>
                  <dt>Raised</dt>
                  <dd>
                    <Measured measured={measured} rate={measured?.kpis.byCode.get(code)} />
                  </dd>
                </div>
              </dl>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

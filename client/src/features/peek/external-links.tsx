import { visibleText } from '../../hub/visible-text.ts';
import styles from './peek.module.css';

const hostOf = (url: string): string => {
  try {
    return new URL(url).host;
  } catch {
    return visibleText(url);
  }
};

/** Links that agents gave: shown with the host they lead to, opened without telling it where from. */
export function ExternalLinks({ links }: { links: readonly { label: string; url: string }[] }) {
  return (
    <ul className={styles.refs}>
      {links.map(({ label, url }) => (
        <li key={`${label} ${url}`}>
          {/^https?:\/\//i.test(url) ? (
            <a href={url} target="_blank" rel="noreferrer noopener">
              {visibleText(label)}
            </a>
          ) : (
            visibleText(label)
          )}{' '}
          <span className={styles.word}>{hostOf(url)}</span>
        </li>
      ))}
    </ul>
  );
}

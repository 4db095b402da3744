import { Generator } from './generator.ts';
import { order, type Report } from './orders.ts';

// The load generator is a process of its own: what it costs is not charged to the bench, and it has a core to itself.
const generator = new Generator();

process.on('message', (message) => {
  const answer = (report: Report): void => void process.send?.(report);
  generator.obey(order.parse(message)).then(
    (outcome) => answer({ outcome }),
    (error: unknown) => answer({ failed: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

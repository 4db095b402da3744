/**
 * Loaded into a hub before its own code (`node --import`): its wall clock then jumps when the process that started it
 * says so. The monotonic clock stays what it is, as when a machine's time is set.
 */
let jumpMs = 0;
const trueNow = Date.now;
Date.now = () => trueNow() + jumpMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [target.now()] : args, newTarget) as object,
});

process.on('message', (message) => {
  if (typeof message !== 'object' || message === null || !('jumpMs' in message)) return;
  jumpMs = Number(message.jumpMs);
  process.send?.('set');
});
// The channel alone is no reason to stay; without it nobody would ever end this process.
process.channel?.unref();
process.on('disconnect', () => process.exit(1));

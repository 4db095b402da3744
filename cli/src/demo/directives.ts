import type { DirectiveCall } from '@signalbox/sdk/directives';

/** What people say is answered truthfully: every receipt stands for something this agent has done or will do. */
export async function obey({ directive, read, acknowledge, done }: DirectiveCall, doing: () => string): Promise<void> {
  await read();
  switch (directive.action) {
    case 'ask':
      return done(doing());
    case 'pause':
      return acknowledge(`Pausing after this step. ${doing()}`);
    case 'resume':
      return done(`Going on. ${doing()}`);
    case 'drain':
      return acknowledge(`Finishing what I have. ${doing()}`);
    // The hub has done it already, and tells me with the task.
    case 'assign':
    case 'cancel':
      return acknowledge(doing());
    case 'checkpoint':
      return acknowledge('I save after each step; the hub sees it.');
    case 'say':
      // It counts and writes; it does not understand prose, and says so.
      return acknowledge('Read. I only take stock of this repository, so I go on with that.');
  }
}

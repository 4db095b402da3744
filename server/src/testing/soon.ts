/** For `vi.waitUntil` and `vi.waitFor`: how busy the machine is proves nothing, so this only ends what hangs. */
export const SOON = { timeout: 10_000, interval: 20 };

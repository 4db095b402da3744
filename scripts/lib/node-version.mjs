const OLDEST = [20, 19];

/** Ends the process when this Node can't run the product. Called before anything newer is loaded. */
export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  console.error(
    `Signalbox needs Node ${OLDEST.join('.')} or newer, this is ${version}: install one from https://nodejs.org.`,
  );
  process.exit(1);
}

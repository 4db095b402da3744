/**
 * What a refusal or an alarm says in words is not what a mutant should change: a test of every sentence would only
 * repeat it. Its code, and everything a program reads, is mutated like all else.
 */
const shouldIgnore = (path) => {
  const { node, parent } = path;
  if (parent?.type === 'CallExpression' && parent.callee.name === 'refuse' && parent.arguments[1] === node)
    return 'the words of a refusal';
  if (parent?.type === 'ObjectProperty' && parent.key.name === 'summary' && parent.value === node)
    return 'the words of an alarm';
  return undefined;
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'words-for-people', value: { shouldIgnore } }];

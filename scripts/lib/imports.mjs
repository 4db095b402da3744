const STATEMENT =
  /(?:^|[;}\n])\s*(?:(?<kind>import|export)\s+(?<type>type\s+(?!from\b))?(?:[\w*{][^;'"`]*?\bfrom\s*|(?=['"])))(?<quote>['"])(?<static>[^'"\n]+)\k<quote>|\bimport\(\s*(?<quote2>['"])(?<dynamic>[^'"\n]+)\k<quote2>/g;

/**
 * The imports of a source text: [{ specifier, typeOnly }]. `import { type A }` counts as a value: with
 * verbatimModuleSyntax it still loads the module. Reads the syntax with a regular expression, so comments
 * and texts are blanked first.
 */
export function readImports(source) {
  return [...blankNonCode(source).matchAll(STATEMENT)].map(({ groups }) => ({
    specifier: groups.static ?? groups.dynamic,
    typeOnly: groups.type !== undefined,
  }));
}

/** Comments and texts become spaces; a quoted string stays where it can be a specifier. */
function blankNonCode(source) {
  return source.replace(
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|`(?:\\[\s\S]|[^`\\])*`/g,
    (found, at) => {
      const isSpecifier =
        /^['"]/.test(found) && /\b(from|import|import\()\s*$/.test(source.slice(Math.max(0, at - 20), at));
      return isSpecifier ? found : found.replace(/[^\n]/g, ' ');
    },
  );
}

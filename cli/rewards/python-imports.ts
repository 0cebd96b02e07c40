import { dirname, join } from 'node:path';

const STATEMENT =
  /^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]*)|import[ \t]+([^\n#]+))/gm;

/**
 * Files of the user's own that a Python module may mean by its import statements: as many candidates as Python would try.
 * What is installed is not among them.
 *
 * @param path - of the module, absolute
 * @param top - folder in which absolute imports begin: that of the reward
 */
export function pythonImports(path: string, source: string, top: string): readonly string[] {
  const candidates = new Set<string>();
  for (const [, dots = '', from = '', names = '', plain = ''] of source.matchAll(STATEMENT)) {
    const modules = plain === '' ? [from] : namesOf(plain);
    const base = dots === '' ? top : join(dirname(path), ...Array.from(dots.slice(1), () => '..'));
    for (const module of modules) {
      const parts = module.split('.').filter((part) => part !== '');
      // `a.b` runs a/__init__.py, too; what is imported from it may be a module.
      for (let n = 1; n <= parts.length; n++) enter(join(base, ...parts.slice(0, n)));
      for (const name of plain === '' ? namesOf(names) : []) enter(join(base, ...parts, name));
      if (dots !== '' && parts.length === 0) candidates.add(join(base, '__init__.py'));
    }
  }
  return [...candidates];

  function enter(module: string): void {
    candidates.add(`${module}.py`).add(join(module, '__init__.py'));
  }
}

/** `a, b as c`, in brackets or not. */
function namesOf(text: string): readonly string[] {
  return text
    .replaceAll(/[()\\]|#.*/g, ' ')
    .split(',')
    .map((name) => name.trim().split(/\s/)[0] ?? '')
    .filter((name) => /^[\w.]+$/.test(name));
}

/**
 * Holds the arrows between folders: `check-imports/floors.ts` says which may import which, and here stand the rules of
 * purity. Fails as well when it sees no modules, which a wrong compiler causes.
 */
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { type Arrow, brokenRules } from './check-imports/broken-rules.ts';
import { floors, topFolders } from './check-imports/floors.ts';

/** Everything of shared/ but its edges: no Node, no framework, no native code. */
const PURE = '^shared/(?!adapters/|inference/|storage/completion-part\\.ts)'; // the last compresses

const result = await cruise(Object.keys(topFolders), {
  validate: true,
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '^trainer/(engine|microcosm/bases)/' },
  ruleSet: {
    forbidden: [
      {
        name: 'pure code needs no Node',
        severity: 'error',
        from: { path: PURE },
        to: { dependencyTypes: ['core'] },
      },
      {
        name: 'pure code needs zod and a hash, nothing more',
        severity: 'error',
        from: { path: PURE },
        to: { path: 'node_modules/', pathNot: 'node_modules/(zod|@noble/hashes)/' },
      },
      {
        name: 'a command loads what it does when it runs', // or `oneshot --help` waits for all of them
        severity: 'error',
        from: { path: '^cli/(main|program|options|commands/)' },
        to: {
          path: '^(trainer|functions|shared/(adapters|inference|messages|records)|cli/(?!main|program|options|commands|terminal|package))|/zod/',
          pathNot: '^(shared/adapters/disk/explain-disk-error|functions/tokens/token-name)[.]ts$', // plain rules
          dependencyTypesNot: ['type-only', 'dynamic-import'],
        },
      },
      { name: 'no cycles', severity: 'error', from: { pathNot: '^test/' }, to: { circular: true } },
    ],
  },
});
const { summary, modules } = result.output as ICruiseResult;
const own = modules.filter(({ source }) => isOwn(source));
const arrows = own.flatMap(({ source, dependencies }) =>
  dependencies
    .filter(({ resolved }) => isOwn(resolved))
    .map(
      ({ resolved, module, dependencyTypes }): Arrow => ({
        ...{ from: source, to: resolved, specifier: module },
        typeOnly: dependencyTypes.includes('type-only'),
      }),
    ),
);
const broken = [
  ...summary.violations.map(({ rule, from, to }) => `${from} → ${to}: ${rule.name}`),
  ...brokenRules(arrows, { topFolders, floors }),
];
for (const line of broken) console.error(line);
console.log(`${own.length} modules, ${arrows.length} imports, ${broken.length} violations`);
if (own.length === 0 || arrows.length === 0 || broken.length > 0) process.exitCode = 1;

function isOwn(path: string): boolean {
  return path.endsWith('.ts') && Object.keys(topFolders).some((top) => path.startsWith(`${top}/`));
}

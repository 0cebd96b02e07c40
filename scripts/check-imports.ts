/** Holds the import arrows of the folders; fails as well when it sees no modules, which a wrong compiler causes. */
import { cruise, type ICruiseResult } from 'dependency-cruiser';

const arrows = [
  { name: 'shared stands alone', from: '^shared/', notTo: '^(functions|trainer|cli|cdk|bench)/' },
  { name: 'stages know shared only', from: '^functions/', notTo: '^(trainer|cli|cdk|bench)/' },
  { name: 'the trainer knows shared only', from: '^trainer/', notTo: '^(functions|cli|cdk|bench)/' },
  { name: 'nothing runs the benchmarks', from: '^cli/', notTo: '^bench/' },
  {
    name: 'one stage never imports another',
    from: '^functions/(plan|generate|verify|dead-letter|sweep)/',
    notTo: '^functions/(plan|generate|verify|dead-letter|sweep|local)/',
    except: '^functions/$1/',
  },
];
/** Everything of shared/ but its edges: no Node, no framework, no native code. */
const PURE = '^shared/(?!adapters/|inference/|storage/completion-part\\.ts)'; // the last compresses

const result = await cruise(
  ['shared', 'functions', 'trainer', 'cdk', 'cli', 'bench', 'examples', 'scripts'],
  {
    validate: true,
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^trainer/(engine|microcosm/bases)/' },
    ruleSet: {
      forbidden: [
        ...arrows.map(({ name, from, notTo, except }) => ({
          name,
          severity: 'error' as const,
          from: { path: from },
          to: { path: notTo, ...(except ? { pathNot: except } : {}) },
        })),
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
          name: 'the stacks know types of functions and trainer only',
          severity: 'error',
          from: { path: '^cdk/' },
          to: { path: '^(functions|trainer|cli|bench)/', dependencyTypesNot: ['type-only'] },
        },
        {
          name: 'a command loads what it does when it runs', // or `oneshot --help` waits for all of them
          severity: 'error',
          from: { path: '^cli/(main|options|commands/)' },
          to: {
            path: '^(trainer|functions|shared/(adapters|inference|messages)|cli/(?!main|options|commands|terminal|package))|/zod/',
            pathNot: '^(shared/adapters/disk/explain-disk-error|functions/api/tokens/token-name)[.]ts$', // plain rules
            dependencyTypesNot: ['type-only', 'dynamic-import'],
          },
        },
        { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
      ],
    },
  },
);
const { summary, modules } = result.output as ICruiseResult;
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} → ${to}`);
const own = modules.filter(({ source }) => !source.includes('node_modules') && source.endsWith('.ts')).length;
const seen = modules.reduce((total, { dependencies }) => total + dependencies.length, 0);
console.log(`${own} modules, ${seen} imports, ${summary.violations.length} violations`);
if (own === 0 || seen === 0 || summary.violations.length > 0) process.exitCode = 1;

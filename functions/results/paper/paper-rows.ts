/**
 * What the paper publishes of the experiments that are recipes here: per cent right on its six sets, and their mean.
 *
 * @see Wang et al. 2025, "Reinforcement Learning for Reasoning in Large Language Models with One Training Example",
 *   arXiv:2504.20571 v3: Tab. 4 (other models), Tab. 8 (training sets), Tab. 13 (entropy alone), Tab. 14 (format reward),
 *   Tab. 17 (wrong labels), Tab. 18 (π1′)
 */

/** The six sets, in the order of the paper's columns. */
export const PAPER_SETS = ['math500', 'aime24', 'amc23', 'minerva_math', 'olympiadbench', 'aime25'] as const;
export type PaperSet = (typeof PAPER_SETS)[number];

/** Shares in [0, 1] of the six sets. */
export type PaperScores = Readonly<Record<PaperSet, number>>;

/** A row of a table of the paper. */
export interface PaperRow {
  readonly table: string;
  /** `best-average`: of all checkpoints the one with the highest mean of these six sets; `fixed`: the step was given. */
  readonly selection: 'best-average' | 'fixed';
  /** Of the checkpoint; `null` where the paper does not say it. */
  readonly step: number | null;
  readonly scores: PaperScores;
  /** As printed: the mean of the six before they were rounded. */
  readonly average: number;
}

/** An experiment of the paper, with what it holds it against. */
export interface PaperExperiment {
  readonly row: PaperRow;
  readonly base: PaperRow;
  /** The recipe that is rewarded for a closed box alone, on the same model; `null` where the paper has none. */
  readonly formatRecipe: string | null;
}

type Printed = readonly [
  math: number,
  aime24: number,
  amc: number,
  minerva: number,
  olympiad: number,
  aime25: number,
  average: number,
];

function row(
  table: string,
  printed: Printed,
  { step, fixed = false }: { readonly step?: number; readonly fixed?: boolean } = {},
): PaperRow {
  const shares = printed.map((each) => Math.round(each * 10) / 1000);
  const scores = Object.fromEntries(PAPER_SETS.map((set, index) => [set, shares[index]])) as PaperScores; // one for each
  return {
    ...{ table, selection: fixed ? 'fixed' : 'best-average', step: step ?? null, scores },
    average: shares[PAPER_SETS.length] as number, // the last
  };
}

const bases = {
  // As downloaded, in bf16; stored in fp32 the same weights have a mean of 19.6 (Tab. 7).
  qwen15: row('Tab. 8', [36.0, 6.7, 28.1, 8.1, 22.2, 4.6, 17.6], { step: 0, fixed: true }),
  qwen7: row('Tab. 4', [51.0, 12.1, 35.3, 11.0, 18.2, 6.7, 22.4], { step: 0, fixed: true }),
  llama3: row('Tab. 4', [40.8, 8.3, 25.3, 15.8, 13.2, 1.7, 17.5], { step: 0, fixed: true }),
} as const;

const rows: Readonly<Record<keyof typeof bases, Readonly<Record<string, PaperRow>>>> = {
  qwen15: {
    pi1: row('Tab. 8', [72.8, 15.4, 51.6, 29.8, 33.5, 7.1, 35.0], { step: 1540 }),
    pi13: row('Tab. 8', [73.6, 16.7, 53.8, 23.5, 35.7, 10.8, 35.7], { step: 2000 }),
    'pi1-pi13': row('Tab. 8', [74.8, 17.5, 53.1, 29.4, 36.7, 7.9, 36.6], { step: 1980 }),
    'dsr-sub': row('Tab. 8', [73.6, 17.1, 50.6, 32.4, 33.6, 8.3, 35.9], { step: 1560 }),
    'dsr-sub-format': row('Tab. 8', [65.0, 8.3, 45.9, 17.6, 29.9, 5.4, 28.7]),
    'pi1-format': row('Tab. 14', [65.4, 8.8, 43.8, 22.1, 31.6, 3.8, 29.2]),
    'pi1-entropy-off': row('Tab. 14', [68.2, 15.4, 49.4, 25.0, 31.7, 5.8, 32.6]),
    'pi1-entropy-only': row('Tab. 13', [63.4, 8.8, 33.8, 14.3, 26.5, 3.3, 25.0], { step: 20, fixed: true }),
    'pi1-prime': row('Tab. 18', [65.4, 9.6, 45.9, 23.2, 31.1, 5.0, 30.0]),
    'dsr-sub-wrong-60': row('Tab. 17', [71.8, 17.1, 47.8, 29.4, 34.4, 7.1, 34.6]),
    'dsr-sub-wrong-90': row('Tab. 17', [67.8, 14.6, 46.2, 21.0, 32.3, 5.4, 31.2]),
  },
  qwen7: {
    '7b-pi1': row('Tab. 4', [79.2, 23.8, 60.3, 27.9, 39.1, 10.8, 40.2]),
    '7b-pi1-pi13': row('Tab. 4', [79.2, 21.7, 58.8, 35.3, 40.9, 12.1, 41.3]),
    '7b-4-shot': row('Tab. 4', [78.6, 22.5, 61.9, 36.0, 43.7, 12.1, 42.5]),
    '7b-16-shot': row('Tab. 4', [77.8, 30.4, 62.2, 35.3, 39.9, 9.6, 42.5]),
    '7b-random-16': row('Tab. 4', [76.0, 22.1, 63.1, 31.6, 35.6, 12.9, 40.2]),
    '7b-dsr-sub': row('Tab. 4', [78.6, 25.8, 62.5, 33.8, 41.6, 14.6, 42.8]),
    '7b-dsr-sub-format': row('Tab. 4', [65.8, 24.2, 54.4, 24.3, 30.4, 6.7, 34.3]),
    '7b-entropy-only': row('Tab. 13', [57.2, 13.3, 39.7, 14.3, 21.5, 3.8, 25.0], { step: 4, fixed: true }),
  },
  llama3: {
    'llama-pi1': row('Tab. 4', [45.8, 7.9, 25.3, 16.5, 17.0, 1.2, 19.0]),
    'llama-pi1-pi13': row('Tab. 4', [49.4, 7.1, 31.6, 18.4, 19.1, 0.4, 21.0]),
    'llama-4-shot': row('Tab. 4', [46.4, 6.2, 29.1, 21.0, 15.1, 1.2, 19.8]),
    'llama-dsr-sub': row('Tab. 4', [43.2, 11.2, 27.8, 19.5, 16.4, 0.8, 19.8]),
    'llama-entropy-only': row('Tab. 13', [47.8, 8.8, 26.9, 18.0, 15.1, 0.4, 19.5], { step: 10, fixed: true }),
  },
};

/** The format reward on the same data where the paper has it, else on the set that it has it on. */
const formatOf: Readonly<Record<string, string>> = { qwen15: 'pi1-format', qwen7: '7b-dsr-sub-format' };

const experiments: ReadonlyMap<string, PaperExperiment> = new Map(
  Object.entries(rows).flatMap(([model, found]) =>
    Object.entries(found).map(([recipe, each]) => {
      const format = recipe.startsWith('dsr-sub') ? 'dsr-sub-format' : formatOf[model];
      const formatRecipe = format === undefined || format === recipe ? null : format;
      return [recipe, { row: each, base: bases[model as keyof typeof bases], formatRecipe }] as const; // a key of the rows
    }),
  ),
);

/** The recipes of which the paper has a row of all six sets. */
export const paperRecipes: readonly string[] = [...experiments.keys()];

/** What the paper publishes of a recipe; `undefined` where it has no row of it. */
export function paperExperiment(recipe: string): PaperExperiment | undefined {
  return experiments.get(recipe);
}

/** Where the sources lie, each under its `path`. Pinned: another commit may hold other problems. */
export const REPOSITORY =
  'https://raw.githubusercontent.com/ypwang61/One-Shot-RLVR/21ed529ec90002597c92aee957af1dd8166bb66c';

/** The form of a source, by which it is converted. */
export type SourceForm =
  | { readonly kind: 'benchmark'; readonly name: BenchmarkForm }
  /** Parquet rows; `folded`: equal ones become one that says how often it stands. */
  | { readonly kind: 'rows'; readonly folded: boolean }
  /** Taken byte for byte. */
  | { readonly kind: 'copy' };

/** Benchmarks whose rows say the same things under the same names. */
export type BenchmarkForm = 'aime24' | 'aime25' | 'amc23' | 'math500' | 'minerva_math' | 'olympiadbench';

/** A published file, and the file of the data folder that is made of it. */
export interface DataSource {
  /** As `oneshot data pull` takes it. */
  readonly name: string;
  readonly form: SourceForm;
  /** Under the repository, or a mirror of it. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Under the data folder. */
  readonly file: string;
  /** Rows of that file, and the sha256 of its bytes. */
  readonly made: { readonly rows: number; readonly sha256: string };
  /** As far as it can be told. */
  readonly licence: string;
}

type Published = Pick<DataSource, 'sizeBytes' | 'sha256' | 'made' | 'licence'>;

const benchmark = (name: BenchmarkForm, published: Published): DataSource => ({
  name,
  form: { kind: 'benchmark', name },
  path: `Qwen2.5-Eval/evaluation/data/${name}/test.jsonl`,
  file: `benchmarks/${name}.jsonl`,
  ...published,
});

/** @param stem - of the published file, where it is not the name */
const rows = (name: string, published: Omit<Published, 'licence'>, stem = `${name}_r128`): DataSource => ({
  name,
  form: { kind: 'rows', folded: stem !== name },
  path: `data/train/one_shot_rlvr/${stem}.parquet`,
  file: `train/${name}.jsonl`,
  licence: DSR,
  ...published,
});

const AOPS = 'none stated; problems © MAA, as collected on AoPS';
const DSR = 'Apache-2.0; problems of DeepScaleR-Preview, MIT';

/** All that `oneshot data pull` fetches. */
export const sources: readonly DataSource[] = [
  benchmark('math500', {
    sizeBytes: 446_564,
    sha256: '35dc41080a3680858b27fa7e0533d2d547825316fc5dafe5d316f4ccc5a06132',
    made: { rows: 500, sha256: '267f63a970b5b19d6d1f565e37fff822d9d7d1798222ec85b0969f0809585b3b' },
    licence: 'MIT (Hendrycks MATH, split of PRM800K)',
  }),
  benchmark('aime24', {
    sizeBytes: 156_944,
    sha256: 'af2b8bd2aa911b6333ad0df32f3ca05c7ae8ed10f1731f4372c8ae26990bf7ac',
    made: { rows: 30, sha256: '28adb6b15e25279082b4b17cf852a4ed35b5ddd9dabfbf2a75385537fe5709b5' },
    licence: AOPS,
  }),
  benchmark('amc23', {
    sizeBytes: 27_631,
    sha256: '43707e1ca784602d8479de24ee8ce36609dbebc46dd152b0b12a46611aa898a4',
    made: { rows: 40, sha256: '65fb9b8282d15fb18dbeb1eb2a187b9fa677b343210e02ca414fa5240e07f1e9' },
    licence: AOPS,
  }),
  benchmark('minerva_math', {
    sizeBytes: 247_267,
    sha256: '0e656b430d3a0a1dab6aa853f453ba3805e28e2cabe4fc72486a897cc09d8ba2',
    made: { rows: 272, sha256: '71bbfca4b633435d3709077a65097fa6414486689bebe39cb66cf238db2f1d8e' },
    licence: 'CC BY-NC-SA 4.0 (MIT OpenCourseWare)',
  }),
  benchmark('olympiadbench', {
    sizeBytes: 1_493_870,
    sha256: 'bb8c1e38a16ea9eacb77530315a674d883f267fbff79183effc53681b4fcc416',
    made: { rows: 675, sha256: 'bf6ced97ebd12deac1074e65ccee656baf1bebd971d667c7a390608d56e9b3db' },
    licence: 'MIT (OpenBMB/OlympiadBench)',
  }),
  benchmark('aime25', {
    sizeBytes: 12_019,
    sha256: '4613b7d3b5346f007625969f4380d932d6a2618fdcc9b89e5d39c7fbddc074b8',
    made: { rows: 30, sha256: 'a83f75a6c83d8fa8b765747f5bbdae6d78d6590f6f50d70341a7930328f68d7b' },
    licence: AOPS,
  }),
  rows(
    'dsr_sub',
    {
      sizeBytes: 208_112,
      sha256: 'bce5945e5666d5b82f1554b0a18203a88a0209f82fa724e5bfdfc17cc9a1aea6',
      made: { rows: 1209, sha256: 'bacd1f50f46fffd4fe64cf359a11d97adc9ebb6261d2e983733f638d7b99fd09' },
    },
    'dsr_sub',
  ),
  rows('pi1', {
    sizeBytes: 6732,
    sha256: '75a7a6eec9da7ce6951b8e7ad039d70cd76f17511fe33deff3baacdc0f1cceea',
    made: { rows: 1, sha256: '998dacd7127f1a5dd1ec496671c21cad01537189e572fccfc018012b279e7a57' },
  }),
  rows('pi2', {
    sizeBytes: 5428,
    sha256: '3e29a9aac32c9a667f056a9630378a08dfab170bd4aa468b6d6a7366fc0220ce',
    made: { rows: 1, sha256: '00c30553fabf61a97c554cb79c91292f0f665845f11fcf0c9942b9820446cfee' },
  }),
  rows('pi13', {
    sizeBytes: 6307,
    sha256: '34477e27e811ff9df032044d5701e722477124faf4c5b4d9db57d290fc435750',
    made: { rows: 1, sha256: '11a54a72d975924720efe89eab9191354cb1c2e7827f1a716583746db5c5b5c3' },
  }),
  rows('pi1209', {
    sizeBytes: 6973,
    sha256: 'e4f8c4a529bdf8d12d205bc89e3b62211b880bfe95f729173c737b62d482eb07',
    made: { rows: 1, sha256: '40d028ea22d066956e3a53a99045d2b3a691e1dad6ac9205aa62b152df267b09' },
  }),
  rows('merge_pi1_pi13', {
    sizeBytes: 6758,
    sha256: '1956a023d60980c8680fb3858cac60cf1a66dffd95aca83210c0fd4f6cb8f1e2',
    made: { rows: 2, sha256: '5b068b680dd1e8c393963e2b946fa9313229a75c1b871bb92afe4308f1654dfc' },
  }),
  rows('merge_pi1_pi2_pi13_pi1209', {
    sizeBytes: 7802,
    sha256: '501e82d817456e35614d6f08db8bdba6d7b220e667fa21711c003d9148252607',
    made: { rows: 4, sha256: '919f0f2ca9deee92912680a29685a8b2d488bc5987534bf15bf09db2992302ce' },
  }),
  {
    name: 'acc_step_500',
    form: { kind: 'copy' },
    path: 'data/acc_step_500.json',
    sizeBytes: 904_326,
    sha256: 'c34cd885edc77dc9494b0ababa239483799be5978e288e0181047f139f2efd34',
    file: 'train/acc_step_500.json',
    made: { rows: 1209, sha256: 'c34cd885edc77dc9494b0ababa239483799be5978e288e0181047f139f2efd34' },
    licence: 'Apache-2.0',
  },
];

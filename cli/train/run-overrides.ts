import type { EvaluationSettings } from '#shared/benchmarks/evaluation-request.ts';
import type { SettingOverrides } from './settle-settings.ts';

/** What a user changes of a recipe from the command line. */
export interface RunOverrides extends SettingOverrides {
  /** A folder, `org/name[@revision]` of the hub, or `RUN[@STEP]`. */
  readonly model?: string | undefined;
  /** Whether what is told of the way to the model is JSON lines. */
  readonly json?: boolean;
  readonly name?: string | undefined;
  /** `RUN[@STEP]`: the checkpoint to start from. */
  readonly fork?: string | undefined;
  /** JSON lines of the user's own examples. */
  readonly data?: string | undefined;
  /** A grader, `constant`, `random`, or the path of a module each, with a weight perhaps: `format=0.2`. */
  readonly reward?: readonly string[] | undefined;
  /** Who makes evaluated completions, as `chooseGenerator` takes it; by default `auto`, or as the run that is forked. */
  readonly generator?: string | undefined;
  readonly evaluation?: {
    readonly [Name in keyof EvaluationSettings]?: EvaluationSettings[Name] | undefined;
  };
}

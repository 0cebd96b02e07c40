/**
 * The deployment as a program: `app.ts` runs it, `settings.ts` says what may be chosen, `limits.ts` how long and how much
 * each function may. The rooms from the top: `evaluation/`, `trainer/` and `workers/`, a stack each · `watching/` · `functions/`. None
 * imports one above it; the files of this folder but `app.ts` and this one are for all of them. Only types are imported
 * from `functions/` and `trainer/` of the repository, so that synthesis runs none of their code.
 */
import {
  App,
  type AppProps,
  CliCredentialsStackSynthesizer,
  type IStackSynthesizer,
  Tags,
  Validations,
} from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EvaluationStack } from './evaluation/evaluation-stack.ts';
import { endpointsOf, readSettings } from './settings.ts';
import { TrainerStack } from './trainer/trainer-stack.ts';
import { GpuWorkersStack } from './workers/gpu-workers-stack.ts';

/** The whole deployment, by the context that the command line gives. @throws {KnownError} `context-invalid` */
export function buildApp(props: AppProps = {}): App {
  const app = new App(props);
  const settings = readSettings(app.node);
  Tags.of(app).add('project', 'oneshot');
  // An emulator has no roles for publishing; whoever deploys there may do everything.
  // The cast: the CDK is compiled without exactOptionalPropertyTypes.
  const synthesizer = (settings.target === 'emulator' ? new CliCredentialsStackSynthesizer() : undefined) as
    | IStackSynthesizer
    | undefined;
  const evaluation = new EvaluationStack(app, 'OneshotEvaluation', settings, synthesizer && { synthesizer });
  const { trainer, alarmEmail, gpuImage } = settings;
  if (settings.generator === 'gpu' && gpuImage !== undefined) {
    new GpuWorkersStack(app, 'OneshotGpuWorkers', {
      image: gpuImage,
      machines: settings.gpuMachines,
      endpoints: endpointsOf(settings),
      bucket: evaluation.bucket,
      queues: evaluation.queues,
    });
  }
  if (trainer !== undefined && alarmEmail !== undefined) {
    new TrainerStack(app, 'OneshotTrainer', {
      image: trainer,
      alarmEmail,
      budgetUsd: settings.trainerBudgetUsd,
      days: settings.trainerDays,
      bucket: evaluation.bucket,
      queues: evaluation.queues,
    });
  }
  if (settings.target === 'aws') Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

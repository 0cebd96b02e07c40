import { describeResume } from '../trainer/resume/describe-resume.ts';
import { smallRun } from '../trainer/resume/small-run.ts';

describeResume('micro-pi1', smallRun, {
  seed: Number(process.env['ONESHOT_KILL_SEED'] ?? 1),
  randomKills: Number(process.env['ONESHOT_KILLS'] ?? 50),
});

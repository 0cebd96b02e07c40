import { describeResume } from '../full/resume/describe-resume.ts';
import { smallPpoRun, smallRun } from '../full/resume/small-run.ts';

const options = {
  seed: Number(process.env['ONESHOT_KILL_SEED'] ?? 1),
  randomKills: Number(process.env['ONESHOT_KILLS'] ?? 50),
};

describeResume('micro-pi1', smallRun, options);
describeResume('micro-ppo', smallPpoRun, options);

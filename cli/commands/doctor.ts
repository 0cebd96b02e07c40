import { aws, home, json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const doctorCommand = new StrictCommand('doctor')
  .example('doctor', 'what is missing here, and which models can be trained')
  .summary('check what oneshot needs of this machine')
  .description('check what oneshot needs of this machine; with --aws instead, whether a deployment is well')
  .addOption(home())
  .addOption(aws())
  .addOption(json())
  .action(async ({ home, aws, json }) =>
    aws === undefined
      ? (await import('../doctor/doctor.ts')).doctor({ home, json })
      : (await import('../doctor/doctor-aws.ts')).doctorAws({ aws, json }),
  );

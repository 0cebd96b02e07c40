import type { Connect } from '../stage/connected-stage.ts';
import { sendTo } from '../stage/send.ts';
import { openWorkspaceOf, WorkspaceEnv } from '../stage/workspace-env.ts';
import { deadLetter } from './app.ts';

/** Its messages come from the dead-letter queues of all stages. */
export const connectDeadLetter: Connect = async (environment) => {
  const { store, queues } = await openWorkspaceOf(WorkspaceEnv.parse(environment));
  return { app: deadLetter({ store, send: sendTo(queues) }), store };
};

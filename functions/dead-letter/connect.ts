import { sendAllTo, sendTo } from '#shared/messaging/send.ts';
import type { Connect } from '../stage/connected-stage.ts';
import { openWorkspaceOf, WorkspaceEnv } from '../stage/workspace-env.ts';
import { deadLetter } from './app.ts';

/** Its messages come from the dead-letter queues of all stages. */
export const connectDeadLetter: Connect = async (environment) => {
  const { store, queues } = await openWorkspaceOf(WorkspaceEnv.parse(environment));
  return { app: deadLetter({ store, send: sendTo(queues), sendAll: sendAllTo(queues) }), store };
};

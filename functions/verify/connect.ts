import type { Connect } from '../stage/connected-stage.ts';
import { openWorkspaceOf, WorkspaceEnv } from '../stage/workspace-env.ts';
import { verify } from './app.ts';

export const connectVerify: Connect = async (environment) => {
  const { store, queues } = await openWorkspaceOf(WorkspaceEnv.parse(environment));
  return { app: verify({ store }), store, queue: queues.verify };
};

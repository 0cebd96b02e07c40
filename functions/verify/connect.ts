import type { Connect } from '../connect.ts';
import { openWorkspaceOf, WorkspaceEnv } from '../workspace-env.ts';
import { verify } from './app.ts';

export const connectVerify: Connect = async (environment) => {
  const { store, queues } = await openWorkspaceOf(WorkspaceEnv.parse(environment));
  return { app: verify({ store }), store, queue: queues.verify };
};

import { OpenAPIHono } from '@hono/zod-openapi';
import { refuseInvalid } from './refuse-invalid.ts';

/** What is known of a request once its token is. */
export interface ApiVariables {
  readonly Variables: {
    /** Hash of the token: who asks. */
    client: string;
  };
}

/** An app whose routes are documented by what checks their requests. */
export const apiApp = () => new OpenAPIHono<ApiVariables>({ defaultHook: refuseInvalid });
export type ApiApp = ReturnType<typeof apiApp>;

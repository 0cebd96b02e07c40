import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiVariables } from './api-variables.ts';
import { refuseInvalid } from './refuse-invalid.ts';

/** An app whose routes are documented by what checks their requests. */
export const apiApp = () => new OpenAPIHono<ApiVariables>({ defaultHook: refuseInvalid });
export type ApiApp = ReturnType<typeof apiApp>;

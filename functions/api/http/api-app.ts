import { OpenAPIHono } from '@hono/zod-openapi';
import { refuseInvalid } from './refuse-invalid.ts';

/** An app whose routes are documented by what checks their requests. */
export const apiApp = (): OpenAPIHono => new OpenAPIHono({ defaultHook: refuseInvalid });

import type { z } from 'zod';
import type { DashboardPorts } from '../dashboard-ports.ts';
import type { Html } from '../html.ts';
import type { Table } from './csv.ts';

/** A link with the words that stand on it. */
export interface Link {
  readonly label: string;
  readonly href: string;
}

/** What a page shows, around which the document puts what all pages have. */
export interface View {
  /** Of the window: the most particular thing first. */
  readonly title: string;
  readonly tab: Tab;
  /** From the tab's first page to what this one is about, which comes last and is no link. */
  readonly crumbs: readonly (Link | { readonly label: string })[];
  /** Neighbours of the same kind: keys `[` and `]`. */
  readonly previous?: Link | undefined;
  readonly next?: Link | undefined;
  /** What it shows may change while it is read. */
  readonly live: boolean;
  readonly body: Html;
  /** Prints the same in a terminal. */
  readonly command: string;
}

export type Tab = 'runs' | 'evaluations' | 'compare' | 'audit' | 'operations';

/** Who looks at a page, and what of it they asked for. */
export interface Looking<Query> {
  readonly query: Query;
  /** Its address without query and ending, such as `/runs/micro-pi1`. */
  readonly path: string;
  /** Goes into each form that changes something; `undefined` where the reader may not change anything. */
  readonly csrf: string | undefined;
}

/**
 * A page: what it reads, and how that is shown. The same data is the page, its `.json` and its `.csv`; all three take the
 * same path and query.
 */
export interface Page<Params, Query, Data> {
  /** With parameters as Hono has them: `/runs/:run`. */
  readonly path: string;
  /** Where data lies beside a page whose path is `/`: `/runs` gives `/runs.json`. */
  readonly dataPath?: string;
  readonly params: z.ZodType<Params>;
  /** Strict: a misspelt filter must not pass for one. */
  readonly query: z.ZodType<Query>;
  /** Plain data, as JSON can hold it. @throws {KnownError} what reading does */
  readonly read: (params: Params, query: Query, ports: DashboardPorts) => Promise<Data>;
  readonly view: (data: Data, looking: Looking<Query>) => View;
  readonly table: (data: Data) => Table;
}

/** A page of whatever kind. */
// biome-ignore lint/suspicious/noExplicitAny: each page knows the types of its own parts, `page` below has checked them
export type AnyPage = Page<any, any, any>;

/** Declares a page, so that its parts must fit each other. */
export function page<Params, Query, Data>(declared: Page<Params, Query, Data>): AnyPage {
  return declared;
}

import type { Browser } from 'playwright-core';
import { type Listening, listen } from '#cli/serve/listen.ts';
import { PagesWorld } from '../../functions/dashboard/pages-world.ts';
import { type Watched, watch } from './browsing.ts';

/** A world of pages that a browser can reach, with what signs it in. */
export class ServedPages implements AsyncDisposable {
  readonly world: PagesWorld;
  readonly evaluations: readonly string[];
  readonly #listening: Listening;
  readonly #token: string;

  private constructor(
    world: PagesWorld,
    evaluations: readonly string[],
    listening: Listening,
    token: string,
  ) {
    this.world = world;
    this.evaluations = evaluations;
    this.#listening = listening;
    this.#token = token;
  }

  static async with(text: string, unscored = false): Promise<ServedPages> {
    const world = await PagesWorld.create(null);
    const evaluations = await world.putRun(text, { unscored, disputed: true });
    return ServedPages.of(world, evaluations);
  }

  static async of(world: PagesWorld, evaluations: readonly string[]): Promise<ServedPages> {
    const token = await world.api.token('write');
    return new ServedPages(world, evaluations, await listen(world.api.app, 0), token);
  }

  get url(): string {
    return this.#listening.url;
  }

  async open(browser: Browser, options: Parameters<typeof watch>[2] = {}): Promise<Watched> {
    const watched = await watch(browser, this.url, options);
    await watched.page.goto(`${this.url}/sign-in`);
    await watched.page.fill('input[name=token]', this.#token);
    await watched.page.click('button:text("Sign in")');
    await watched.page.waitForURL(`${this.url}/`);
    return watched;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening.close();
  }
}

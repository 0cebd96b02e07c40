import { sha256Hex } from '#shared/encoding/digest.ts';
import { script } from './script.ts';
import { style } from './style.ts';

/** A file that pages refer to; its name changes with what it holds, so that browsers may keep it for good. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1b5fae"/><path d="M3 12.5C6 12.5 6 4 13 4" fill="none" stroke="#fff" stroke-width="1.6" stroke-linecap="round"/><circle cx="13" cy="4" r="1.6" fill="#fff"/></svg>';

export const assets = {
  style: asset('style', 'css', 'text/css; charset=utf-8', style),
  script: asset('script', 'js', 'text/javascript; charset=utf-8', script),
  icon: asset('icon', 'svg', 'image/svg+xml', icon),
} as const satisfies Record<string, Asset>;

function asset(name: string, ending: string, type: string, text: string): Asset {
  return { path: `/assets/${name}-${sha256Hex(text).slice(0, 16)}.${ending}`, type, text };
}

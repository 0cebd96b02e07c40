let quiet = false;

/** From now on this process tells nothing but results and what goes wrong, as `--quiet` asks. */
export function beQuiet(): void {
  quiet = true;
}

export function isQuiet(): boolean {
  return quiet;
}

/** Tells a person something beside the result. */
export function note(text: string): void {
  if (!quiet) process.stderr.write(`${text}\n`);
}

let quiet = false;

/** Whether this process tells nothing but results and what goes wrong from now on, as `--quiet` asks. */
export function setQuiet(asked: boolean): void {
  quiet = asked;
}

export function isQuiet(): boolean {
  return quiet;
}

/** Tells a person something beside the result. */
export function note(text: string): void {
  if (!quiet) process.stderr.write(`${text}\n`);
}

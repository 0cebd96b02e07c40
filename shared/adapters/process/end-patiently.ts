export interface PatientEnd {
  /** Asks the process to end by itself. */
  readonly ask: () => unknown;
  /** Ends it by force. */
  readonly kill: () => void;
  /** Resolves once it has ended. */
  readonly ended: Promise<unknown>;
  readonly patienceMs: number;
}

/** Asks a process to end, waits until it has, and ends it by force where that takes too long. */
export async function endPatiently({ ask, kill, ended, patienceMs }: PatientEnd): Promise<void> {
  const impatience = setTimeout(kill, patienceMs);
  try {
    await ask();
    await ended;
  } finally {
    clearTimeout(impatience);
  }
}

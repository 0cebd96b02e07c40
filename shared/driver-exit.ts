/**
 * The driver's exit code after it was told to stop and has saved what it could, or lost its way to the store: 75, "temporary failure; try again" of
 * sysexits.h. Batch starts such a job anew.
 */
export const DRIVER_INTERRUPTED = 75;

import { totalmem } from 'node:os';

/**
 * Bytes of memory that this process may use: the machine's, or its container's where that has less.
 *
 * @param limit - of the container, where 0 or a number beyond the memory says that there is none
 */
export function usableMemory(total = totalmem(), limit = process.constrainedMemory()): number {
  return limit > 0 && limit < total ? limit : total;
}

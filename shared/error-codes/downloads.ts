import type { CodeTable } from './code-facts.ts';

/** What befalls files that are fetched over the network. */
export const downloads = {
  'download-busy': {
    means: 'The server asks to be left alone for longer than a command waits.',
    advice: 'Run the same command again after the time that the message names.',
    final: false,
  },
  'download-damaged': {
    means: 'What was fetched has another checksum than it must have, twice.',
    advice: 'Run again later, or fetch from another place.',
    final: false,
  },
  'download-failed': {
    means: 'The server cannot be reached, or breaks off again and again.',
    advice: 'Check the network and run the same command again: it goes on where it stopped.',
    final: false,
  },
  'download-missing': {
    means: 'The server or the folder has no such file.',
    advice: 'Check the address that the message names.',
    final: true,
  },
  'download-refused': {
    means: 'The server will not give the file, or sends elsewhere without end.',
    advice: 'Check the address and the permission to fetch from it.',
    final: true,
  },
  'download-too-large': {
    means: 'The file is larger than it should be.',
    advice: 'Check the address that the message names.',
    final: true,
  },
} as const satisfies CodeTable;

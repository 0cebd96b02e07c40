/** What a process of the command line ends with. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  undecided: 3,
  alerted: 4,
  defect: 70,
  interrupted: 130,
  unread: 141,
  terminated: 143,
} as const;

/** What each of them says, for help and docs. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: '`verify`: correct, and with `--batch` every case was judged, whatever the verdicts; `gate`: the policy passes; else: done',
  failed: '`verify`: not correct; `gate`: the policy fails; else: an error that the message explains',
  usage: 'wrong usage; `verify` and `gate`: any failure, as with `grep`',
  undecided: '`gate`: whether the policy passes cannot be told',
  alerted: '`train --fail-on-alert`: trained to the end, and the run warned of something',
  defect: 'a defect: please report it',
  interrupted: 'ended by Ctrl-C',
  unread: 'whoever read the output has gone, as `head` does',
  terminated: 'ended by SIGTERM',
};

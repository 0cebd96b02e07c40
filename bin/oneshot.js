#!/usr/bin/env node
// Plain JavaScript that any Node can read, to say what is wrong with an old one.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `oneshot: this is Node ${process.versions.node}; it needs 22.13 or later. Install one from nodejs.org and run again.\n`,
  );
  process.exitCode = 1;
} else {
  await import('../dist/cli.js');
}

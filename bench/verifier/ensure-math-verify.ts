import { installPeer } from '../peers/install-peer.ts';

/** Sets up the Python environment of the peer, once. @returns its interpreter */
export function ensureMathVerify(): string {
  return installPeer('math-verify', ['math-verify[antlr4_13_2]==0.9.0']);
}

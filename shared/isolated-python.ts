/**
 * How every Python of ours is started: what runs is what is installed, whatever lies in the folder that the user stands
 * in and whatever their shell has set for other programs.
 */

/** Neither the current folder nor variables nor packages of the user's own account count. */
export const ISOLATED = '-I';

/** The environment less what speaks to Python itself, such as PYTHONPATH, PYTHONHOME and PYTHONOPTIMIZE. */
export function withoutPython(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('PYTHON')));
}

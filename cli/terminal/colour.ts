import { styleText } from 'node:util';

type Style = 'bold' | 'red' | 'green' | 'yellow';

/**
 * A text in a style, where the stream shows styles: on a terminal unless NO_COLOR is set, and wherever FORCE_COLOR asks for
 * them. Node decides that, and nothing else of the command line does.
 */
export function paint(style: Style, text: string, stream: NodeJS.WritableStream): string {
  return styleText(style, text, { stream });
}

/** Whether `paint` changes a text. */
export function hasColours(stream: NodeJS.WritableStream): boolean {
  return paint('bold', 'x', stream) !== 'x';
}

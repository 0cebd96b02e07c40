import { type Agent, get } from 'node:http';

/** One request, and what must come back. */
export interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
}

/** @returns the length of the answer, bytes */
export function ask(agent: Agent, { url, headers, status }: Asked): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers }, (answer) => {
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
      });
      answer.on('end', () => {
        if (answer.statusCode === status) resolve(length);
        else reject(new Error(`${url} answered ${answer.statusCode}, not ${status}`));
      });
      answer.on('error', reject);
    }).on('error', reject);
  });
}
